//! What the palette offers on the pages of companies.

use crate::{
    activities::log_command,
    request::{PageCommands, RequestContext},
    tasks::new_command,
    ui::command::{Command, Opens, reach},
};
use domain::{
    access::{Entity, Verb},
    search::SearchKind,
};
use store::OpenedRecord;

/// What the palette offers on the pages of companies.
pub const COMMANDS: PageCommands = PageCommands { kind: SearchKind::Companies, of_record, of_list };

/// As the buttons of the company's page: what is archived takes no new records and no changes.
fn of_record(ctx: &RequestContext, company: &OpenedRecord) -> Vec<Command> {
    let (actor, path, id) = (ctx.actor(), company.path(), company.id);
    let mut commands: Vec<Command> = reach(company.phone.as_deref(), company.email.as_deref()).collect();
    if !company.is_archived {
        commands.extend(log_command(ctx, &format!("company_id={id}")));
        commands.extend(new_command(ctx, &format!("company_id={id}")));
        if ctx.may(Verb::Create, Entity::Deal) {
            commands.push(
                Command::new("New deal", format!("/deals/new?company_id={id}"))
                    .icon("circle-dollar-sign")
                    .opening(Opens::FormDialog("deal")),
            );
        }
        if ctx.may(Verb::Create, Entity::Contact) {
            commands.push(
                Command::new("New contact", format!("/contacts/new?company_id={id}")).icon("users").opening(Opens::FormDialog("contact")),
            );
        }
        if actor.may_with(Verb::Update, Entity::Company, company.owner_id) {
            commands.push(Command::new("Edit company", format!("{path}/edit")).icon("pencil").opening(Opens::FormDialog("company")));
            commands.push(Command::new("Archive company", format!("{path}/archive")).icon("archive"));
        }
    }
    if actor.may_with(Verb::Delete, Entity::Company, company.owner_id) {
        commands.push(Command::new("Delete company", format!("{path}/delete")).icon("trash-2").found_by("remove bin"));
    }
    commands
}

fn of_list(ctx: &RequestContext) -> Vec<Command> {
    let new =
        || Command::new("New company", "/companies/new").icon("building-2").opening(Opens::FormDialog("company")).found_by("add create");
    ctx.may(Verb::Create, Entity::Company).then(new).into_iter().collect()
}
