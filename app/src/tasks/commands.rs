//! What the palette offers on the pages of tasks, and for adding one anywhere.

use crate::{
    request::{PageCommands, RequestContext},
    ui::command::{Command, Opens},
};
use domain::{
    access::{Entity, Verb},
    search::SearchKind,
};
use store::OpenedRecord;

/// What the palette offers on the pages of tasks.
pub const COMMANDS: PageCommands = PageCommands { kind: SearchKind::Tasks, of_record, of_list };

/// Adds a task, for users who may. `query`: the pairs that link records to it; empty for none.
pub fn new_command(ctx: &RequestContext, query: &str) -> Option<Command> {
    let new = || {
        Command::new("New task", super::new_path(query))
            .icon("list-plus")
            .opening(Opens::FormDialog("task"))
            .found_by("add create to do reminder")
    };
    ctx.may(Verb::Create, Entity::Task).then(new)
}

/// As the links of the task's page. What its buttons do needs a form, which a link is not.
fn of_record(ctx: &RequestContext, task: &OpenedRecord) -> Vec<Command> {
    let (actor, path) = (ctx.actor(), task.path());
    let mut commands = Vec::new();
    if actor.may_with(Verb::Update, Entity::Task, task.owner_id) {
        commands.push(Command::new("Edit task", format!("{path}/edit")).icon("pencil").opening(Opens::FormDialog("task")));
    }
    if actor.may_with(Verb::Delete, Entity::Task, task.owner_id) {
        commands.push(Command::new("Delete task", format!("{path}/delete")).icon("trash-2").found_by("remove bin"));
    }
    commands
}

fn of_list(ctx: &RequestContext) -> Vec<Command> {
    new_command(ctx, "").into_iter().collect()
}
