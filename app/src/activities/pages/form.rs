//! `/activities/new` and `/activities/{id}/edit`.

use crate::{
    activities::actions::{CreateActivity, UpdateActivity},
    record_links::{Choices, UNKNOWN, dependent_fields},
    request::{Id, PageError, RequestContext, ShownForm, submitted_form::SubmittedForm},
    shell,
    ui::{
        conflict::conflict_panel,
        form::{Field, select_field, text_area, text_field},
        markup::{IntoMarkup, Markup},
        owner_field::OwnerChoices,
        picker::{Source, picker},
        record_form::{FormPage, RecordForm},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    activities::{ActivityForm, ActivityType, QuickLogForm},
    dates,
    ids::ActivityId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::activities::ActivityDetail;

/// Field names and labels in form order.
const LABELS: [(&str, &str); 11] = [
    ("type", "Type"),
    ("date", "When"),
    ("subject", "Subject"),
    ("contact_id", "Contact"),
    ("company_id", "Company"),
    ("deal_id", "Deal"),
    ("duration_minutes", "Minutes"),
    ("owner_id", "Owner"),
    ("description", "Description"),
    ("outcome", "Outcome"),
    ("next_steps", "Next steps"),
];

const FORM: RecordForm = RecordForm {
    id: "activity",
    labels: &LABELS,
    list: ("Activities", "/activities"),
    new: "Log activity",
    edit: "Edit activity",
    create: "Log activity",
    functions: (CreateActivity::PATH, UpdateActivity::PATH),
};

/// `GET /activities/new`. The query prefills fields: `?contact_id=`, `?company_id=`, `?deal_id=`, `?type=`, `?subject=`, and the
/// fields of the quick log.
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let mut initial = ActivityForm { kind: ActivityType::Call.slug().to_owned(), date: local(&ctx, ctx.now), ..ActivityForm::default() };
    let mut quick = QuickLogForm::default();
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "type" if ActivityType::from_slug(&value).is_some() => initial.kind = value,
            "whom" => quick.whom = value,
            "deal_whom" => quick.deal_whom = value,
            "subject" => initial.subject = value,
            "contact_id" => initial.contact_id = value,
            "company_id" => initial.company_id = value,
            "deal_id" => initial.deal_id = value,
            _ => {}
        }
    }
    // The "All fields" button of the quick log submits the quick log's fields.
    if !quick.whom.is_empty() || !quick.deal_whom.is_empty() {
        quick.deal_id = initial.deal_id;
        ActivityForm { company_id: initial.company_id, contact_id: initial.contact_id, deal_id: initial.deal_id, .. } = quick.activity();
    }
    let mut shown = ctx.form_with_lookups(|| SubmittedForm::of(initial)).await?;
    let choices = Choices::load(&ctx, &mut shown.values, None).await?;
    let form = &shown.values.form;
    let cancel = if !form.deal_id.is_empty() {
        format!("/deals/{}", form.deal_id)
    } else if !form.company_id.is_empty() {
        format!("/companies/{}", form.company_id)
    } else {
        "/activities".to_owned()
    };
    let owner = OwnerChoices::load(&ctx, None).await?.field(ctx.signed_in.user_id, &form.owner_id, &shown.errors);
    let page = FORM.for_new(ctx.form_key(&form.form_key), shown.is_redisplay).leading_back_to(cancel);
    shell::page(ctx, "Log activity", form_page(page, choices, owner, shown)).await
}

/// `GET /activities/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<ActivityId>) -> Result<Response, PageError> {
    let activity = ctx.store().activity(&ctx.actor(), id).await?;
    if ctx.signed_in.lock_activities || !ctx.actor().may_with(Verb::Update, Entity::Activity, activity.owner_id) {
        return Err(PageError::Denied);
    }
    let kept = form_of(&ctx, &activity);
    let mut shown = ctx.form_with_lookups(|| SubmittedForm::of(kept.clone())).await?;
    // A form without an owner leaves the owner as it is.
    if shown.values.form.owner_id.is_empty() {
        shown.values.form.owner_id.clone_from(&kept.owner_id);
    }
    let choices = Choices::load(&ctx, &mut shown.values, activity.deal.as_ref()).await?;
    let path = format!("/activities/{}", activity.id);
    let owners = OwnerChoices::load(&ctx, Some((activity.owner_id, &activity.owner_name))).await?;
    let words = |field: &str, value: &str| match field {
        "owner_id" => owners.name(value),
        "type" => ActivityType::from_slug(value).map_or(UNKNOWN, ActivityType::label).to_owned(),
        _ => choices.display_value(field, value),
    };
    let conflict = conflict_panel(&shown.values.form, &kept, &LABELS, format!("{path}/edit"), words);
    // The page shows the other user's version, so saving from here may replace it.
    shown.values.form.version = kept.version;
    let owner = owners.field(ctx.signed_in.user_id, &shown.values.form.owner_id, &shown.errors);
    let title = format!("Edit {}", activity.subject);
    let page = FORM.for_saved(path, activity.updated_at, conflict, shown.is_redisplay);
    shell::page(ctx, &title, form_page(page, choices, owner, shown)).await
}

/// A time as the input's value, in the workspace's time zone.
fn local(ctx: &RequestContext, at: chrono::DateTime<chrono::Utc>) -> String {
    dates::for_input(at.with_timezone(&ctx.zone()).naive_local())
}

/// The form of a saved activity.
fn form_of(ctx: &RequestContext, activity: &ActivityDetail) -> ActivityForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    ActivityForm {
        kind: activity.kind.slug().to_owned(),
        subject: activity.subject.clone(),
        description: text(&activity.description),
        date: local(ctx, activity.date),
        duration_minutes: activity.duration_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        outcome: text(&activity.outcome),
        next_steps: text(&activity.next_steps),
        company_id: activity.company.as_ref().map(|company| company.id.to_string()).unwrap_or_default(),
        contact_id: activity.contact.as_ref().map(|contact| contact.id.to_string()).unwrap_or_default(),
        deal_id: activity.deal.as_ref().map(|deal| deal.id.to_string()).unwrap_or_default(),
        owner_id: activity.owner_id.to_string(),
        version: activity.version.to_string(),
        form_key: String::new(),
    }
}

fn form_page(page: FormPage, choices: Choices, owner: Markup, shown: ShownForm<SubmittedForm<ActivityForm>>) -> Markup {
    let ShownForm { values: SubmittedForm { form: values, .. }, errors, .. } = shown;
    let types = ActivityType::ALL.into_iter().map(|kind| (kind.slug().to_owned(), kind.label().to_owned())).collect();
    let Choices { companies, contacts, deals } = choices;
    let company = Field::new("company_id", "Company").value(values.company_id).hint("Left empty, it is the contact’s or the deal’s");
    let minutes = Field::new("duration_minutes", "Minutes").value(values.duration_minutes).inputmode("numeric").hint("How long it took");
    let fields = view! {
        {select_field(Field::new("type", "Type").value(values.kind), types, &errors)}
        {text_field(Field::new("date", "When").kind("datetime-local").value(values.date), &errors)}
        {text_field(Field::new("subject", "Subject").value(values.subject).required().wide().autocomplete("off"), &errors)}
        {picker(Field::new("contact_id", "Contact").value(values.contact_id), Source::Contacts, "Nobody", contacts, &errors)}
        {picker(company, Source::Companies, "No company", companies, &errors)}
        {select_field(Field::new("deal_id", "Deal").value(values.deal_id), deals, &errors)}
        {text_field(minutes, &errors)}
        {owner}
        {text_area(Field::new("description", "Description").value(values.description).wide(), 4, &errors)}
        {text_field(Field::new("outcome", "Outcome").value(values.outcome).wide().autocomplete("off"), &errors)}
        {text_area(Field::new("next_steps", "Next steps").value(values.next_steps).wide(), 2, &errors)}
    };
    page.view(values.version, &errors, dependent_fields(fields).into_markup())
}
