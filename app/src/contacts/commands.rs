//! What the palette offers on the pages of contacts.

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

/// What the palette offers on the pages of contacts.
pub const COMMANDS: PageCommands = PageCommands { kind: SearchKind::Contacts, of_record, of_list };

/// As the buttons of the contact's page: at an archived company nothing is added.
fn of_record(ctx: &RequestContext, contact: &OpenedRecord) -> Vec<Command> {
    let (actor, path, id) = (ctx.actor(), contact.path(), contact.id);
    let mut commands: Vec<Command> = reach(contact.phone.as_deref(), contact.email.as_deref()).collect();
    if !contact.is_archived {
        commands.extend(log_command(ctx, &format!("contact_id={id}")));
        commands.extend(new_command(ctx, &format!("contact_id={id}")));
        if ctx.may(Verb::Create, Entity::Deal) {
            let company = contact.company_id.map(|id| format!("company_id={id}&")).unwrap_or_default();
            let href = format!("/deals/new?{company}contact_id={id}");
            commands.push(Command::new("New deal", href).icon("circle-dollar-sign").opening(Opens::FormDialog("deal")));
        }
    }
    commands.push(Command::new("Save to address book", format!("{path}/contact.vcf")).icon("contact-round").found_by("vcard vcf download"));
    if actor.may_with(Verb::Update, Entity::Contact, contact.owner_id) {
        commands.push(Command::new("Edit contact", format!("{path}/edit")).icon("pencil").opening(Opens::FormDialog("contact")));
    }
    if actor.may_with(Verb::Delete, Entity::Contact, contact.owner_id) {
        commands.push(Command::new("Delete contact", format!("{path}/delete")).icon("trash-2").found_by("remove bin"));
    }
    if actor.may(Verb::Delete, Entity::PersonalData) {
        commands.push(Command::new("Erase personal data", format!("{path}/erase")).icon("eraser").found_by("privacy"));
    }
    commands
}

fn of_list(ctx: &RequestContext) -> Vec<Command> {
    let new =
        || Command::new("New contact", "/contacts/new").icon("users").opening(Opens::FormDialog("contact")).found_by("add create person");
    ctx.may(Verb::Create, Entity::Contact).then(new).into_iter().collect()
}
