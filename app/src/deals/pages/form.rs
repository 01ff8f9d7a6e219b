//! `/deals/new` and `/deals/{id}/edit`.

use super::{compare, id_of};
use crate::{
    deals::islands::form_choices,
    errors::PageError,
    islands::{FormRules, field_checks},
    ui::{
        custom_fields::custom_fields as custom_fields_rows,
        form::{Choice, Field, error_line, error_summary, form_footer, form_key, select_field, text_area, text_field},
        page::breadcrumb,
        picker::first_button,
        typed::Typed,
    },
    visit::{ShownForm, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::{Entity, Verb},
    custom_fields,
    deals::DealForm,
    forms::FormErrors,
    ids::CompanyId,
    stages::StageKind,
};
use leptos::prelude::*;
use store::{StoreError, deals::DealDetail, stages::Stage};

/// Names of a select at most; past them the company is found by its name.
const OPTIONS: u64 = 200;

/// Fields and their labels, in the order of the form.
pub(super) const LABELS: [(&str, &str); 11] = [
    ("name", "Name"),
    ("value", "Value"),
    ("stage", "Stage"),
    ("lost_reason", "Reason it was lost"),
    ("company_id", "Company"),
    ("contact_id", "Contact"),
    ("expected_close_date", "Expected close"),
    ("probability", "Probability"),
    ("source", "Source"),
    custom_fields::LABEL,
    ("notes", "Notes"),
];

/// `GET /deals/new`; the query fills fields in: `?company_id=`, `?contact_id=`, `?stage=` …
pub async fn new(visit: Visit) -> Result<Response, PageError> {
    let (asked, _) = Typed::<DealForm>::read(visit.query()?)?;
    let asked = with_company_of_contact(&visit, asked).await?;
    let shown = visit.form(|| asked).await?;
    let mut choices = Choices::load(&visit, &shown.values, None).await?;
    let mut shown = shown;
    if shown.values.form.stage.is_empty() {
        shown.values.form.stage = choices.stages.first().map(|stage| stage.slug.clone()).unwrap_or_default();
    } else if shown.errors.is_empty() && choices.stage(&shown.values.form.stage).is_none() {
        return Err(PageError::BadRequest);
    }
    choices.drop_unknown(&mut shown.values.form);
    let body = page(
        "New deal",
        breadcrumb("Deals", "/deals").into_any(),
        None,
        shown,
        choices,
        Target { action: "/deals/new".to_owned(), cancel: "/deals".to_owned(), verb: "Create deal", key: visit.store().form_key() },
    );
    visit.page_with_islands("New deal", body).await
}

/// `GET /deals/{id}/edit`
pub async fn edit(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    if !visit.query()?.is_empty() {
        return Err(PageError::BadRequest);
    }
    let deal = visit.store().deal(&visit.actor(), id_of(&id)?).await?;
    if !visit.actor().may_with(Verb::Update, Entity::Deal, deal.owner_id) {
        return Err(PageError::Denied);
    }
    let now = form_of(&deal);
    let mut shown = visit.form(|| Typed::of(now.clone())).await?;
    let mut choices = Choices::load(&visit, &shown.values, Some(&deal)).await?;
    choices.drop_unknown(&mut shown.values.form);
    let path = format!("/deals/{}", deal.id);
    let conflict = shown.errors.get("version").is_some().then(|| {
        // What is saved next replaces the version that is shown beside it, and no other.
        shown.values.form.version.clone_from(&now.version);
        compare::conflict(&now, &shown.values.form, &choices, format!("{path}/edit"))
    });
    let title = format!("Edit {}", deal.name);
    let back = view! { <nav aria-label="Breadcrumb" class="text-muted-foreground"><a href=path.clone() class="hover:text-foreground hover:underline">{deal.name.clone()}</a></nav> };
    let body = page(
        "Edit deal",
        back.into_any(),
        conflict,
        shown,
        choices,
        Target { action: format!("{path}/edit"), cancel: path, verb: "Save changes", key: String::new() },
    );
    visit.page_with_islands(&title, body).await
}

/// A contact that comes without a company brings its own.
async fn with_company_of_contact(visit: &Visit, mut asked: Typed<DealForm>) -> Result<Typed<DealForm>, PageError> {
    if let (true, Ok(contact)) = (asked.form.company_id.is_empty(), asked.form.contact_id.parse()) {
        match visit.store().contact(&visit.actor(), contact).await {
            Ok(contact) => asked.form.company_id = contact.company_id.map(|id| id.to_string()).unwrap_or_default(),
            Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(asked)
}

/// A deal as its form shows it.
fn form_of(deal: &DealDetail) -> DealForm {
    let (metadata_name, metadata_value) = deal.custom_fields.rows();
    DealForm {
        name: deal.name.clone(),
        value: deal.value.plain(),
        stage: deal.stage.slug.clone(),
        company_id: deal.company_id.to_string(),
        contact_id: deal.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        expected_close_date: deal.expected_close_date.map(|day| day.to_string()).unwrap_or_default(),
        // The stage's own is left empty, so that it follows the stage.
        probability: if deal.probability == deal.stage.probability { String::new() } else { deal.probability.to_string() },
        source: deal.source.clone().unwrap_or_default(),
        lost_reason: deal.lost_reason.clone().unwrap_or_default(),
        notes: deal.notes.clone().unwrap_or_default(),
        metadata_name,
        metadata_value,
        version: deal.version.to_string(),
        form_key: String::new(),
    }
}

/// What the form's selects offer.
pub(super) struct Choices {
    stages: Vec<Stage>,
    companies: Vec<Choice>,
    /// There are more companies than a select shows.
    searches: bool,
    contacts: Vec<Choice>,
}

impl Choices {
    /// The choices for these values; a company or contact that `deal` has is always among them.
    async fn load(visit: &Visit, typed: &Typed<DealForm>, deal: Option<&DealDetail>) -> Result<Self, PageError> {
        let (store, actor) = (visit.store(), visit.actor());
        let stages = store.stages(&actor).await?;
        let words = Some(typed.words("company_q")).filter(|words| !words.trim().is_empty());
        let options = store.company_options(&actor, words, OPTIONS).await?;
        let searches = words.is_some() || options.len() as u64 == OPTIONS;
        let mut companies: Vec<Choice> = options.into_iter().map(|company| (company.id.to_string(), company.name)).collect();
        let chosen: Option<CompanyId> = match typed.form.company_id.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| PageError::BadRequest)?),
        };
        let mut contacts = vec![];
        if let Some(id) = chosen {
            if !companies.iter().any(|(value, _)| *value == typed.form.company_id) {
                match store.company(&actor, id).await {
                    Ok(company) => companies.insert(0, (id.to_string(), company.name)),
                    Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            contacts = store
                .contact_options(&actor, Some(id))
                .await?
                .into_iter()
                .map(|contact| (contact.id.to_string(), with_title(contact.name, contact.job_title)))
                .collect();
        }
        if let Some((id, name)) = deal.and_then(|deal| Some((deal.contact_id?.to_string(), deal.contact_name.clone()?)))
            && !contacts.iter().any(|(value, _)| *value == id)
        {
            contacts.push((id, name));
        }
        Ok(Self { stages, companies, searches, contacts })
    }

    fn stage(&self, slug: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.slug == slug)
    }

    /// A company or contact that is not offered is not chosen.
    fn drop_unknown(&mut self, form: &mut DealForm) {
        for (value, choices) in [(&mut form.company_id, &self.companies), (&mut form.contact_id, &self.contacts)] {
            if !choices.iter().any(|(known, _)| known == value) {
                value.clear();
            }
        }
    }

    /// A field's value as its select words it.
    pub(super) fn words(&self, field: &str, value: &str) -> String {
        let choices = match field {
            "stage" => return self.stage(value).map(|stage| stage.name.clone()).unwrap_or_default(),
            "company_id" => &self.companies,
            "contact_id" => &self.contacts,
            _ => return value.to_owned(),
        };
        choices.iter().find(|(known, _)| known == value).map(|(_, words)| words.clone()).unwrap_or_default()
    }
}

fn with_title(name: String, title: Option<String>) -> String {
    match title {
        Some(title) => format!("{name}, {title}"),
        None => name,
    }
}

/// What a stage means for the probability.
fn hint(stage: &Stage) -> String {
    format!("Left empty, it follows the stage: {} means {} %", stage.name, stage.probability)
}

/// Where the form goes, and where it doesn't.
struct Target {
    action: String,
    cancel: String,
    verb: &'static str,
    key: String,
}

fn page(
    heading: &'static str,
    back: AnyView,
    conflict: Option<AnyView>,
    shown: ShownForm<Typed<DealForm>>,
    choices: Choices,
    target: Target,
) -> impl IntoView {
    let ShownForm { values, errors } = shown;
    let company_q = values.words("company_q").to_owned();
    let form = values.form;
    let stage_hint = choices.stage(&form.stage).or(choices.stages.first()).map(hint).unwrap_or_default();
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    let search = choices.searches.then(|| company_search(company_q));
    let Choices { stages, companies, contacts, .. } = choices;
    let companies = std::iter::once((String::new(), "Choose…".to_owned())).chain(companies).collect();
    let contacts: Vec<Choice> = std::iter::once((String::new(), "Nobody yet".to_owned())).chain(contacts).collect();
    let contact_hint = match (form.company_id.is_empty(), contacts.len()) {
        (true, _) => "Choose the company first",
        (false, 1) => "This company has no contacts yet",
        (false, _) => "The person you deal with there",
    };
    let value = Field::new("value", "Value").value(form.value);
    // Its error says the same.
    let value = if errors.get("value").is_none() { value.hint("Such as 1.250.000.000, 1,5 tỷ or 800 triệu") } else { value };
    view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-5">
            <div>
                {back}
                <h1 class="mt-2">{heading}</h1>
            </div>
            {conflict}
            {summary}
            <form id="deal" method="post" action=target.action class="panel" novalidate>
                {first_button(target.verb)}
                <input type="hidden" name="version" value=form.version/>
                {form_key(target.key)}
                <div class="grid items-start gap-5 p-5 sm:grid-cols-2">
                    {text_field(Field::new("name", "Name").value(form.name).required().wide(), &errors)}
                    {text_field(value, &errors)}
                    {stage_field(&stages, &form.stage, &errors)}
                    // Only a lost stage asks why.
                    <div class="sm:col-span-2 [form:not(:has([data-kind=lost]:checked))_&]:hidden">
                        {text_field(Field::new("lost_reason", "Reason it was lost").value(form.lost_reason), &errors)}
                    </div>
                    {search}
                    {select_field(Field::new("company_id", "Company").value(form.company_id).required(), companies, &errors)}
                    <div class="flex flex-col gap-2">
                        {select_field(Field::new("contact_id", "Contact").value(form.contact_id).hint(contact_hint), contacts, &errors)}
                        // With a script they follow the company by themselves.
                        <noscript><button name="look" value="1" formnovalidate class="btn" data-variant="outline" data-size="sm">"Show the company’s contacts"</button></noscript>
                    </div>
                    {text_field(Field::new("expected_close_date", "Expected close").kind("date").value(form.expected_close_date), &errors)}
                    {text_field(Field::new("probability", "Probability").value(form.probability).inputmode("numeric").hint(stage_hint), &errors)}
                    {text_field(Field::new("source", "Source").value(form.source).hint("Where it came from: a referral, a fair, the website").wide(), &errors)}
                    {custom_fields_rows(&form.metadata_name, &form.metadata_value, &errors)}
                    {text_area(Field::new("notes", "Notes").value(form.notes).wide(), 4, &errors)}
                </div>
                {form_footer(target.cancel, target.verb)}
            </form>
        </div>
        {field_checks("deal", FormRules::Deal)}
        {form_choices()}
    }
}

/// The stages; an option tells its kind, so that the style sheet knows when to ask for a reason.
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

/// Where there are more companies than a select shows, they are found by their words.
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
