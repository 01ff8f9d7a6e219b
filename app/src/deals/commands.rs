//! What the palette offers on the pages of deals.

use crate::{
    activities::log_command,
    request::{PageCommands, RequestContext},
    tasks::new_command,
    ui::command::{Command, Opens},
};
use domain::{
    access::{Entity, Verb},
    search::SearchKind,
};
use store::OpenedRecord;

/// What the palette offers on the pages of deals.
pub const COMMANDS: PageCommands = PageCommands { kind: SearchKind::Deals, of_record, of_list };

/// As the buttons of the deal's page: at an archived company nothing is logged.
fn of_record(ctx: &RequestContext, deal: &OpenedRecord) -> Vec<Command> {
    let (actor, path) = (ctx.actor(), deal.path());
    let mut commands = Vec::new();
    if !deal.is_archived {
        commands.extend(log_command(ctx, &format!("deal_id={}", deal.id)));
        commands.extend(new_command(ctx, &format!("deal_id={}", deal.id)));
    }
    if actor.may_with(Verb::Update, Entity::Deal, deal.owner_id) {
        commands.push(Command::new("Move deal", format!("{path}/move")).icon("arrow-right-left").found_by("stage won lost"));
        commands.push(Command::new("Edit deal", format!("{path}/edit")).icon("pencil").opening(Opens::FormDialog("deal")));
    }
    if actor.may_with(Verb::Delete, Entity::Deal, deal.owner_id) {
        commands.push(Command::new("Delete deal", format!("{path}/delete")).icon("trash-2").found_by("remove bin"));
    }
    commands
}

fn of_list(ctx: &RequestContext) -> Vec<Command> {
    let new =
        || Command::new("New deal", "/deals/new").icon("circle-dollar-sign").opening(Opens::FormDialog("deal")).found_by("add create");
    ctx.may(Verb::Create, Entity::Deal).then(new).into_iter().collect()
}
