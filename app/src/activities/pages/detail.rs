//! `/activities/{id}`: the page of an activity. Description, follow-up notes and edits.

use super::{activity_icon, duration};
use crate::{
    activities::actions::AddNote,
    demo_data::{demo_chip, demo_ids},
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    tasks::pages::next_steps_button,
    ui::{
        avatar,
        error_summary::error_summary,
        form::{Field, form_key, shown_to, text_area},
        icon,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        record::{detail_item, details_panel, edit_button, link_item, person_item, record_columns, record_head},
        times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    activities::{ActivityType, NoteForm},
    ids::ActivityId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{
    activities::{ActivityDetail, ActivityEdit, ActivityNote},
    demo::DemoIds,
};

/// `GET /activities/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<ActivityId>) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let (activity, demo) = tokio::try_join!(async { Ok(ctx.store().activity(&actor, id).await?) }, demo_ids(&ctx))?;
    let note = ctx.form(NoteForm::default).await?;
    let title = activity.subject.clone();
    let shown = view! {
        {description(&ctx, &activity)}
        {notes(&ctx, &activity, note)}
        {history(&ctx, &activity.edits)}
    };
    let body = view! {
        {breadcrumb("Activities", "/activities")}
        {header(&ctx, &activity, &demo)}
        {record_columns(shown.into_markup(), details(&ctx, &activity))}
    };
    shell::page(ctx, &title, body).await
}

fn header(ctx: &RequestContext, activity: &ActivityDetail, demo: &DemoIds) -> Markup {
    let (actor, path) = (ctx.actor(), format!("/activities/{}", activity.id));
    let open = !ctx.signed_in.lock_activities;
    let edit = (open && actor.may_with(Verb::Update, Entity::Activity, activity.owner_id)).then(|| edit_button(&path, "activity"));
    let delete = (open && actor.may_with(Verb::Delete, Entity::Activity, activity.owner_id)).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/delete")>{icon("trash-2", "size-4")} "Delete"</a> }
    });
    let locked = (!open).then(|| view! { <span class="chip" title="The workspace locks activities once logged. Notes can still be added.">{icon("lock", "size-3")} "Locked"</span> });
    let took = activity.duration_minutes.map(|minutes| view! { <span>{duration(minutes)}</span> });
    let planned = (activity.date > ctx.now).then(|| view! { <span class="chip">"Planned"</span> });
    let badge = view! { <span class="grid size-12 shrink-0 place-items-center rounded-lg bg-secondary text-muted-foreground">{activity_icon(activity.kind)}</span> };
    let subtitle = view! {
        <span class="text-foreground">{activity.kind.label()}</span>
        <time datetime=activity.date.to_rfc3339()>{times::exact(activity.date, ctx.zone())}</time>
        {took}
        {planned}
        {locked}
        {demo_chip(demo, activity.id.0)}
    };
    record_head(badge, activity.subject.clone(), subtitle.into_markup(), view! { {delete}{edit} }.into_markup())
}

fn description(ctx: &RequestContext, activity: &ActivityDetail) -> Option<impl IntoView + use<>> {
    let part = |heading: &'static str, text: &Option<String>| {
        text.clone().map(|text| view! { <div><h2 class="mb-1">{heading}</h2><p class="break-words whitespace-pre-line text-muted-foreground">{text}</p></div> })
    };
    let words = if activity.kind == ActivityType::Note { "Note" } else { "What was said" };
    let parts = [part(words, &activity.description), part("Outcome", &activity.outcome), part("Next steps", &activity.next_steps)];
    let task = activity.next_steps.as_deref().and_then(|steps| {
        let company = activity.company.as_ref().map(|company| company.id.to_string());
        let contact = activity.contact.as_ref().map(|contact| contact.id.to_string());
        let deal = activity.deal.as_ref().map(|deal| deal.id.to_string());
        next_steps_button(ctx, steps, [("company_id", company), ("contact_id", contact), ("deal_id", deal)])
    });
    parts
        .iter()
        .any(Option::is_some)
        .then(|| view! { <section class="panel flex flex-col gap-4 p-4">{parts.into_iter().collect_view()}{task}</section> })
}

fn notes(ctx: &RequestContext, activity: &ActivityDetail, shown: ShownForm<NoteForm>) -> impl IntoView + use<> {
    let (now, zone) = (ctx.now, ctx.zone());
    let entries: Vec<_> = activity
        .notes
        .iter()
        .map(|ActivityNote { at, author_name, body, .. }| {
            view! {
                <li class="flex gap-3 p-3">
                    {avatar(author_name, "size-7 text-xs")}
                    <div class="min-w-0 flex-1">
                        <p class="flex flex-wrap gap-x-2"><span class="font-medium">{author_name.clone()}</span><span class="text-muted-foreground">{times::ago(*at, now, zone)}</span></p>
                        <p class="mt-0.5 break-words whitespace-pre-line">{body.clone()}</p>
                    </div>
                </li>
            }
        })
        .collect();
    let list = (!entries.is_empty()).then(|| view! { <ol class="panel divide-y">{entries}</ol> });
    let add = ctx
        .may(Verb::Create, Entity::Note)
        .then(|| note_form(format!("/activities/{}/notes", activity.id), ctx.form_key(&shown.values.form_key), shown));
    view! { <section id="notes" class="flex flex-col gap-3"><h2>"Follow-up notes"</h2>{list}{add}</section> }
}

fn note_form(action: String, key: String, ShownForm { values, errors, .. }: ShownForm<NoteForm>) -> impl IntoView {
    let field = Field::new("body", "Add a note").value(values.body).required().hint("It can’t be changed or deleted afterwards");
    view! {
        {error_summary(&errors, &[("body", "Note")])}
        <form method="post" data-function=AddNote::PATH action=action class="panel flex flex-col gap-3 p-4" novalidate>
            {shown_to()}
            {form_key(key)}
            {text_area(field, 3, &errors)}
            <div class="flex justify-end"><button class="btn" data-size="sm">"Add note"</button></div>
        </form>
    }
}

fn history(ctx: &RequestContext, edits: &[ActivityEdit]) -> Option<impl IntoView + use<>> {
    let (now, zone) = (ctx.now, ctx.zone());
    let entries: Vec<_> = edits
        .iter()
        .map(|edit| {
            let who = edit.actor_name.clone().unwrap_or_else(|| "MiniCRM".to_owned());
            let rows = edit.fields.iter().map(|(field, before, after)| field_row(ctx, field, before, after)).collect_view();
            view! {
                <li class="p-3">
                    <p class="flex flex-wrap gap-x-2"><span class="font-medium">{who}</span><span class="text-muted-foreground">{times::ago(edit.at, now, zone)}</span></p>
                    <dl class="mt-1">{rows}</dl>
                </li>
            }
        })
        .collect();
    (!entries.is_empty())
        .then(|| view! { <section class="flex flex-col gap-3"><h2>"Changes"</h2><ol class="panel divide-y">{entries}</ol></section> })
}

/// A changed field with its values before and after. A link shows only that it changed, because the audit log has ids instead of names.
fn field_row(ctx: &RequestContext, field: &str, before: &str, after: &str) -> impl IntoView + use<> {
    let label = match field {
        "type" => "Type",
        "subject" => "Subject",
        "description" => "Description",
        "date" => "When",
        "duration_minutes" => "Minutes",
        "outcome" => "Outcome",
        "next_steps" => "Next steps",
        "company_id" => "Company",
        "contact_id" => "Contact",
        "deal_id" => "Deal",
        _ => "Other",
    };
    let words = |text: &str| match field {
        _ if text.is_empty() => "nothing".to_owned(),
        "type" => ActivityType::from_slug(text).map_or_else(|| text.to_owned(), |kind| kind.label().to_owned()),
        "date" => text.parse().map_or_else(|_| text.to_owned(), |at| times::exact(at, ctx.zone())),
        _ => text.to_owned(),
    };
    let value = if field.ends_with("_id") {
        view! { <span>{if after.is_empty() { "taken off" } else { "changed" }}</span> }.into_markup()
    } else {
        view! { <del class="text-muted-foreground">{words(before)}</del>" → "<ins class="no-underline">{words(after)}</ins> }.into_markup()
    };
    detail_item(label, view! { <span class="whitespace-pre-line">{value}</span> })
}

fn details(ctx: &RequestContext, activity: &ActivityDetail) -> Markup {
    let (now, zone) = (ctx.now, ctx.zone());
    let items = view! {
        {activity.contact.as_ref().map(|contact| link_item("Contact", format!("/contacts/{}", contact.id), &contact.name))}
        {activity.company.as_ref().map(|company| link_item("Company", format!("/companies/{}", company.id), &company.name))}
        {activity.deal.as_ref().map(|deal| link_item("Deal", format!("/deals/{}", deal.id), &deal.name))}
        {person_item("Logged by", &activity.author_name)}
        {(activity.owner_name != activity.author_name).then(|| person_item("Owner", &activity.owner_name))}
        {detail_item("Logged", times::ago(activity.created_at, now, zone))}
        {(activity.version > 1).then(|| detail_item("Last changed", times::ago(activity.updated_at, now, zone)))}
    };
    details_panel(items.into_markup())
}
