//! What the palette offers on the pages of activities, and for logging one anywhere.

use super::{QUICK_LOG_FORM, quick_log_url};
use crate::{
    request::{PageCommands, RequestContext},
    ui::command::{Command, Opens},
};
use domain::{
    access::{Entity, Verb},
    search::SearchKind,
};
use store::OpenedRecord;

/// What the palette offers on the pages of activities.
pub const COMMANDS: PageCommands = PageCommands { kind: SearchKind::Activities, of_record, of_list };

/// Logs an activity, for users who may. `query`: the pairs that link records to it; empty for none.
pub fn log_command(ctx: &RequestContext, query: &str) -> Option<Command> {
    let href = if query.is_empty() { "/activities/new".to_owned() } else { format!("/activities/new?{query}") };
    let log = || {
        let quick = Opens::FormDialogFrom(QUICK_LOG_FORM, quick_log_url(&href));
        Command::new("Log activity", href).icon("phone").opening(quick).found_by("call meeting email note sms add new")
    };
    ctx.may(Verb::Create, Entity::Activity).then(log)
}

/// As the buttons of the activity's page: what is locked is not changed.
fn of_record(ctx: &RequestContext, activity: &OpenedRecord) -> Vec<Command> {
    let (actor, path) = (ctx.actor(), activity.path());
    let mut commands = Vec::new();
    if ctx.signed_in.lock_activities {
        return commands;
    }
    if actor.may_with(Verb::Update, Entity::Activity, activity.owner_id) {
        commands.push(Command::new("Edit activity", format!("{path}/edit")).icon("pencil").opening(Opens::FormDialog("activity")));
    }
    if actor.may_with(Verb::Delete, Entity::Activity, activity.owner_id) {
        commands.push(Command::new("Delete activity", format!("{path}/delete")).icon("trash-2").found_by("remove bin"));
    }
    commands
}

fn of_list(ctx: &RequestContext) -> Vec<Command> {
    log_command(ctx, "").into_iter().collect()
}
