//! `/contacts/{id}/erase`: erasing the personal data of a contact, confirmed by the name.

use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, shown_to, text_field},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        pluralize,
    },
};
use axum::response::Response;
use domain::{
    bin::BinQuery,
    contacts::{ERASED_NAME, EraseForm},
    ids::ContactId,
    page::ListQuery,
};
use leptos::prelude::*;
use store::contacts::{ContactErasure, LinkedRecords};

/// `GET /contacts/{id}/erase`
pub async fn page(ctx: RequestContext, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let erasure = ctx.store().contact_erasure(&ctx.actor(), id).await?;
    let ShownForm { values, errors, .. } = ctx.form(EraseForm::default).await?;
    let title = format!("Erase personal data of {}", erasure.name);
    let cancel = if erasure.is_deleted { BinQuery::PATH.to_owned() } else { format!("/contacts/{id}") };
    let name =
        Field::new("name", "Name of the contact").value(values.name).required().autocomplete("off").hint(format!("Type {}", erasure.name));
    let body = view! {
        <div>
            {breadcrumb("Contacts", "/contacts")}
            <h1 class="mt-2 break-words">{title.clone()}</h1>
            <p class="mt-1 max-w-prose break-words text-muted-foreground">"Nobody can undo this. The values can't be brought back, by you or by anybody else."</p>
        </div>
        {error_summary(&errors, &[("name", "Name of the contact")])}
        <div class="grid gap-6 lg:grid-cols-2">
            {sentences("What goes", goes(&erasure))}
            {sentences("What stays", stays(&erasure))}
        </div>
        {(!erasure.is_purged).then(|| to_look_through(&erasure))}
        <form method="post" action=format!("/contacts/{id}/erase") class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="p-5">{text_field(name, &errors)}</div>
            <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Erase personal data"</button>
            </footer>
        </form>
    };
    shell::page(ctx, &title, body).await
}

fn goes(erasure: &ContactErasure) -> Vec<String> {
    let entries = match erasure.entries {
        0 => "The audit log has no values of the contact.".to_owned(),
        count => format!(
            "All values in {} of the contact, in the audit log and on the history page. Who made each change, when and from where stays.",
            pluralize(count, "entry", "entries")
        ),
    };
    let contact = format!(
        "Name, phone, email, role, authority, notes and custom fields. The contact is called “{ERASED_NAME}” and is no longer found by them."
    );
    let contact = (!erasure.is_purged).then_some(contact);
    let rest = [
        entries,
        "The name in entries of contacts who report or reported to this one.".to_owned(),
        "Forms with the name, phone or email that were refused and are kept for their users to correct.".to_owned(),
    ];
    contact.into_iter().chain(rest).collect()
}

fn stays(erasure: &ContactErasure) -> Vec<String> {
    let file = if erasure.is_sqlite {
        "Within minutes, what is erased is gone from the database file. What was overwritten before this version of MiniCRM was installed may be in unused parts of the file until an operator compacts it with VACUUM."
    } else {
        "Within minutes, what is erased is gone from the tables. PostgreSQL keeps it in its write-ahead log and archives until these are recycled."
    };
    let texts = "What people wrote about the contact in texts of other records.";
    let contact = if erasure.is_purged {
        vec![format!("{texts} The contact was deleted for ever, and with it the links to them.")]
    } else {
        vec![
            "The contact itself, its company and manager, its tags, and its links to activities, deals and tasks.".to_owned(),
            format!("{texts} Look through those below."),
        ]
    };
    let rest = [
        "Forms of the contact that are open in the browsers of members, and drafts there, until they are closed or discarded.".to_owned(),
        "Backups and exported files that were made before, until somebody deletes them.".to_owned(),
        file.to_owned(),
    ];
    contact.into_iter().chain(rest).collect()
}

fn sentences(heading: &'static str, sentences: Vec<String>) -> Markup {
    let items = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    view! {
        <section class="panel p-4">
            <h2 class="mb-2">{heading}</h2>
            <ul class="list-disc space-y-1 pl-5 text-muted-foreground">{items}</ul>
        </section>
    }
    .into_markup()
}

/// The records in whose texts the contact may be named.
fn to_look_through(erasure: &ContactErasure) -> Markup {
    let id = erasure.id;
    view! {
        <div class="grid gap-6 lg:grid-cols-3">
            {linked("Activities", "/activities", format!("/activities?contact_id={id}"), &erasure.activities)}
            {linked("Deals", "/deals", format!("/deals?view=list&contact_id={id}"), &erasure.deals)}
            {linked("Tasks", "/tasks", format!("/tasks?status=open&status=done&status=canceled&contact_id={id}"), &erasure.tasks)}
        </div>
    }
    .into_markup()
}

/// The linked records of a kind, as links. `path`: of their list; `all`: the URL of the list of these.
fn linked(heading: &'static str, path: &'static str, all: String, linked: &LinkedRecords) -> Markup {
    let links = linked.records.iter().map(|(id, name)| {
        view! { <li><a class="text-primary hover:underline" href=format!("{path}/{id}")>{name.clone()}</a></li> }
    });
    let links = (!linked.records.is_empty()).then(|| view! { <ul class="space-y-1 break-words">{links.collect_view()}</ul> });
    let none = linked.records.is_empty().then(|| view! { <p class="text-muted-foreground">"None with this contact."</p> });
    let more = (linked.count > linked.records.len() as u64)
        .then(|| view! { <p class="mt-2"><a class="text-primary hover:underline" href=all>{format!("Show all {}", linked.count)}</a></p> });
    let in_bin = (linked.in_bin > 0).then(|| {
        view! { <p class="mt-2 text-muted-foreground">{format!("{} more in the bin. To look through their texts, restore them first.", linked.in_bin)}</p> }
    });
    view! { <section class="panel p-4"><h2 class="mb-2">{heading}</h2>{links}{none}{more}{in_bin}</section> }.into_markup()
}
