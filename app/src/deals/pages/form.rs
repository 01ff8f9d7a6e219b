//! `/deals/new` and `/deals/{id}/edit`.

use super::choices::Choices;
use crate::{
    deals::{
        actions::{CreateDeal, UpdateDeal},
        islands::form_choices,
    },
    request::{Id, PageError, RequestContext, ShownForm, not_found_to_none, submitted_form::SubmittedForm},
    shell,
    ui::{
        conflict::conflict_panel,
        custom_fields::custom_fields as custom_fields_rows,
        form::{Choice, Field, error_line, select_field, suggestions, text_area, text_field},
        markup::{IntoMarkup, Markup},
        owner_field::OwnerChoices,
        record_form::{FormPage, RecordForm},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    custom_fields,
    deals::DealForm,
    forms::FormErrors,
    ids::DealId,
    money::Money,
    stages::StageKind,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{deals::DealDetail, stages::Stage};

/// Field names and labels in form order.
pub(super) const LABELS: [(&str, &str); 12] = [
    ("name", "Name"),
    ("value", "Value"),
    ("stage", "Stage"),
    ("lost_reason", "Reason it was lost"),
    ("company_id", "Company"),
    ("contact_id", "Contact"),
    ("expected_close_date", "Expected close"),
    ("probability", "Probability"),
    ("source", "Source"),
    ("owner_id", "Owner"),
    custom_fields::LABEL,
    ("notes", "Notes"),
];

const FORM: RecordForm = RecordForm {
    id: "deal",
    labels: &LABELS,
    list: ("Deals", "/deals"),
    new: "New deal",
    edit: "Edit deal",
    create: "Create deal",
    functions: (CreateDeal::PATH, UpdateDeal::PATH),
};

/// `GET /deals/new`. The query prefills fields: `?company_id=`, `?contact_id=`, `?stage=` …
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let prefilled = SubmittedForm::<DealForm>::parse(ctx.query()?)?.submitted;
    let mut prefilled = with_company_of_contact(&ctx, prefilled).await?;
    prefilled.form.form_key.clear();
    let mut shown = ctx.form_with_lookups(|| prefilled).await?;
    let choices = Choices::load(&ctx, &shown.values, None).await?;
    let stage = &shown.values.form.stage;
    if !stage.is_empty() && shown.errors.is_empty() && choices.stage(stage).is_none() {
        return Err(PageError::BadRequest);
    }
    let first = choices.first_stage().map(|stage| stage.slug.clone()).unwrap_or_default();
    choices.replace_unknown_stage(&mut shown.values.form, &first);
    choices.drop_unknown(&mut shown.values.form);
    let owner = OwnerChoices::load(&ctx, None).await?.field(ctx.signed_in.user_id, &shown.values.form.owner_id, &shown.errors);
    let page = FORM.for_new(ctx.form_key(&shown.values.form.form_key), shown.is_redisplay);
    shell::page(ctx, "New deal", form_page(page, choices, owner, shown)).await
}

/// `GET /deals/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<DealId>) -> Result<Response, PageError> {
    if !ctx.query()?.is_empty() {
        return Err(PageError::BadRequest);
    }
    let deal = ctx.store().deal(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Update, Entity::Deal, deal.owner_id) {
        return Err(PageError::Denied);
    }
    let kept = form_of(&deal);
    let mut shown = ctx.form_with_lookups(|| SubmittedForm::of(kept.clone())).await?;
    // A form without an owner leaves the owner as it is.
    if shown.values.form.owner_id.is_empty() {
        shown.values.form.owner_id.clone_from(&kept.owner_id);
    }
    let choices = Choices::load(&ctx, &shown.values, Some(&deal)).await?;
    choices.replace_unknown_stage(&mut shown.values.form, &kept.stage);
    choices.drop_unknown(&mut shown.values.form);
    let path = format!("/deals/{}", deal.id);
    let owners = OwnerChoices::load(&ctx, Some((deal.owner_id, &deal.owner_name))).await?;
    let words = |field: &str, value: &str| if field == "owner_id" { owners.name(value) } else { choices.display_value(field, value) };
    let conflict = conflict_panel(&shown.values.form, &kept, &LABELS, format!("{path}/edit"), words);
    // The page shows the other user's version, so saving from here may replace it.
    shown.values.form.version = kept.version;
    let owner = owners.field(ctx.signed_in.user_id, &shown.values.form.owner_id, &shown.errors);
    let title = format!("Edit {}", deal.name);
    let page = FORM.for_saved(path, deal.updated_at, conflict, shown.is_redisplay);
    shell::page(ctx, &title, form_page(page, choices, owner, shown)).await
}

/// Fills in the company of the contact if the query names a contact only.
async fn with_company_of_contact(
    ctx: &RequestContext,
    mut prefilled: SubmittedForm<DealForm>,
) -> Result<SubmittedForm<DealForm>, PageError> {
    if let (true, Ok(contact)) = (prefilled.form.company_id.is_empty(), prefilled.form.contact_id.parse()) {
        let contact = not_found_to_none(ctx.store().contact(&ctx.actor(), contact).await)?;
        prefilled.form.company_id = contact.and_then(|contact| contact.company_id).map(|id| id.to_string()).unwrap_or_default();
    }
    Ok(prefilled)
}

/// The form of a saved deal.
fn form_of(deal: &DealDetail) -> DealForm {
    let (metadata_name, metadata_value) = deal.custom_fields.rows();
    DealForm {
        name: deal.name.clone(),
        value: deal.value.map(Money::plain).unwrap_or_default(),
        stage: deal.stage.slug.clone(),
        company_id: deal.company_id.to_string(),
        contact_id: deal.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        expected_close_date: deal.expected_close_date.map(|day| day.to_string()).unwrap_or_default(),
        // Empty follows the stage.
        probability: if deal.probability == deal.stage.probability { String::new() } else { deal.probability.to_string() },
        source: deal.source.clone().unwrap_or_default(),
        lost_reason: deal.lost_reason.clone().unwrap_or_default(),
        notes: deal.notes.clone().unwrap_or_default(),
        metadata_name,
        metadata_value,
        owner_id: deal.owner_id.to_string(),
        version: deal.version.to_string(),
        form_key: String::new(),
    }
}

/// The hint of the probability field.
fn hint(stage: &Stage) -> String {
    format!("Empty or {} %, it follows the stage {}", stage.probability, stage.name)
}

fn form_page(page: FormPage, choices: Choices, owner: Markup, shown: ShownForm<SubmittedForm<DealForm>>) -> Markup {
    let ShownForm { values, errors, .. } = shown;
    let company_q = values.lookup_query("company_q").to_owned();
    let form = values.form;
    let stage_hint = choices.stage(&form.stage).or(choices.first_stage()).map(hint).unwrap_or_default();
    let search = choices.searches.then(|| company_search(company_q));
    let Choices { stages, companies, contacts, lists, .. } = choices;
    let companies = std::iter::once((String::new(), "Choose…".to_owned())).chain(companies).collect();
    let contacts: Vec<Choice> = std::iter::once((String::new(), "Nobody yet".to_owned())).chain(contacts).collect();
    let contact_hint = match (form.company_id.is_empty(), contacts.len()) {
        (true, _) => "Choose the company first",
        (false, 1) => "This company has no contacts yet",
        (false, _) => "The person you deal with there",
    };
    let value = Field::new("value", "Value").value(form.value);
    // The error message gives the same examples.
    let value = if errors.get("value").is_none() { value.hint("Such as 1.250.000.000, 1,5 tỷ or 800 triệu") } else { value };
    let fields = view! {
        {text_field(Field::new("name", "Name").value(form.name).required().wide(), &errors)}
        {text_field(value, &errors)}
        {stage_field(&stages, &form.stage, &errors)}
        // Shown for a lost stage only.
        <div class="sm:col-span-2 [form:not(:has([data-kind=lost]:checked))_&]:hidden">
            {text_field(Field::new("lost_reason", "Reason it was lost").value(form.lost_reason).list("lost-reasons").autocomplete("off"), &errors)}
            {suggestions("lost-reasons", &lists.lost_reasons)}
        </div>
        {search}
        {select_field(Field::new("company_id", "Company").value(form.company_id).required(), companies, &errors)}
        <div class="flex flex-col gap-2">
            {select_field(Field::new("contact_id", "Contact").value(form.contact_id).hint(contact_hint), contacts, &errors)}
            // A script updates the contacts when the company changes.
            <noscript><button name="look" value="1" formnovalidate class="btn" data-variant="outline" data-size="sm">"Show the company’s contacts"</button></noscript>
        </div>
        {text_field(Field::new("expected_close_date", "Expected close").kind("date").value(form.expected_close_date), &errors)}
        {text_field(Field::new("probability", "Probability").value(form.probability).inputmode("numeric").hint(stage_hint), &errors)}
        {text_field(Field::new("source", "Source").value(form.source).list("sources").autocomplete("off").hint("Where it came from: a referral, a fair, the website").wide(), &errors)}
        {suggestions("sources", &lists.sources)}
        {owner}
        {custom_fields_rows(&form.metadata_name, &form.metadata_value, &errors)}
        {text_area(Field::new("notes", "Notes").value(form.notes).wide(), 4, &errors)}
    };
    page.view(form.version, &errors, form_choices(fields).into_markup())
}

/// The select of stages. A lost stage has `data-kind`, by which the style sheet shows the field of the lost reason.
fn stage_field(stages: &[Stage], chosen: &str, errors: &FormErrors) -> impl IntoView + use<> {
    let options = stages
        .iter()
        .map(|stage| {
            let kind = (stage.kind == StageKind::Lost).then_some("lost");
            view! { <option value=stage.slug.clone() data-kind=kind selected=stage.slug == chosen>{stage.name.clone()}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="stage" class="text-sm font-medium">"Stage"</label>
            <select id="stage" name="stage" class="select w-full" aria-invalid=errors.get("stage").map(|_| "true") aria-describedby="stage-error">{options}</select>
            {error_line("stage", errors)}
        </div>
    }
}

/// The search box of companies, shown if there are more companies than the select offers.
fn company_search(words: String) -> impl IntoView {
    view! {
        <div class="field sm:col-span-2">
            <label for="company_q" class="text-sm font-medium">"Find the company"</label>
            <div class="flex gap-2">
                <input id="company_q" name="company_q" type="search" value=words class="input" placeholder="Part of its name" autocomplete="off"/>
                <button name="look" value="1" formnovalidate class="btn" data-variant="outline">"Find"</button>
            </div>
        </div>
    }
}
