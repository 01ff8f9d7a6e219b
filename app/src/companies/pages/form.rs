//! `/companies/new` and `/companies/{id}/edit`.

use crate::{
    companies::actions::{CreateCompany, UpdateCompany},
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    ui::{
        conflict::conflict_panel,
        custom_fields::custom_fields as custom_fields_rows,
        form::{Choice, Field, select_field, suggestions, text_area, text_field},
        markup::{IntoMarkup, Markup},
        owner_field::OwnerChoices,
        record_form::{FormPage, RecordForm},
        tags_field::tags_field,
    },
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    companies::{Archived, CompanyForm, CompanySize, CompanyStatus},
    custom_fields,
    forms::FormErrors,
    ids::CompanyId,
    tax_codes,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::companies::{CompanyDetail, TagBadge};

/// Field names and labels in form order.
const LABELS: [(&str, &str); 14] = [
    ("name", "Name"),
    ("industry", "Industry"),
    ("size", "Size"),
    ("status", "Status"),
    ("website", "Website"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("tax_code", "Tax code"),
    ("address", "Address"),
    ("tag_id", "Tags"),
    ("new_tag", "New tag"),
    ("owner_id", "Owner"),
    custom_fields::LABEL,
    ("notes", "Notes"),
];

const FORM: RecordForm = RecordForm {
    id: "company",
    labels: &LABELS,
    list: ("Companies", "/companies"),
    new: "New company",
    edit: "Edit company",
    create: "Create company",
    functions: (CreateCompany::PATH, UpdateCompany::PATH),
};

/// `GET /companies/new`
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let form = ctx.form(CompanyForm::default).await?;
    let actor = ctx.actor();
    let (tags, filters) = tokio::try_join!(ctx.store().tags(&actor), ctx.store().company_filters(&actor, Archived::No))?;
    let owner = OwnerChoices::load(&ctx, None).await?.field(actor.user_id, &form.values.owner_id, &form.errors);
    let page = FORM.for_new(ctx.form_key(&form.values.form_key), form.is_redisplay);
    shell::page(ctx, "New company", form_page(page, tags, &filters.industries, owner, form)).await
}

/// `GET /companies/{id}/edit`. An archived company isn't edited; a form that was typed before it was archived is shown again.
pub async fn edit(ctx: RequestContext, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let (company, tags, filters) =
        tokio::try_join!(ctx.store().company(&actor, id), ctx.store().tags(&actor), ctx.store().company_filters(&actor, Archived::No))?;
    let kept = form_of(&company);
    let mut form = ctx.form(|| kept.clone()).await?;
    if company.archived.is_some() && !form.is_redisplay {
        return Ok(Redirect::to(&format!("/companies/{id}")).into_response());
    }
    // A form without an owner leaves the owner as it is.
    if form.values.owner_id.is_empty() {
        form.values.owner_id.clone_from(&kept.owner_id);
    }
    let owners = OwnerChoices::load(&ctx, Some((company.owner_id, &company.owner_name))).await?;
    let words = |field: &str, value: &str| if field == "owner_id" { owners.name(value) } else { display_value(field, value, &tags) };
    // An archived company can't be saved whichever version is chosen.
    let compare = || conflict_panel(&form.values, &kept, &LABELS, format!("/companies/{id}/edit"), words);
    let conflict = if company.archived.is_none() { compare() } else { None };
    // The page shows the other user's version, so saving from here may replace it.
    form.values.version = kept.version;
    let title = format!("Edit {}", company.name);
    let page = FORM.for_saved(format!("/companies/{id}"), company.updated_at, conflict, form.is_redisplay);
    let owner = owners.field(actor.user_id, &form.values.owner_id, &form.errors);
    shell::page(ctx, &title, form_page(page, tags, &filters.industries, owner, form)).await
}

/// The form of a saved company.
fn form_of(company: &CompanyDetail) -> CompanyForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (metadata_name, metadata_value) = company.custom_fields.rows();
    CompanyForm {
        name: company.name.clone(),
        industry: text(&company.industry),
        size: company.size.map(|size| size.slug().to_owned()).unwrap_or_default(),
        status: company.status.slug().to_owned(),
        website: text(&company.website),
        phone: text(&company.phone),
        email: text(&company.email),
        tax_code: text(&company.tax_code),
        address: text(&company.address),
        notes: text(&company.notes),
        tag_id: company.tags.iter().map(|tag| tag.id.to_string()).collect(),
        metadata_name,
        metadata_value,
        owner_id: company.owner_id.to_string(),
        version: company.version.to_string(),
        ..CompanyForm::default()
    }
}

/// A field's value as the conflict panel shows it: a tag by its name.
fn display_value(field: &str, value: &str, tags: &[TagBadge]) -> String {
    let tag = (field == "tag_id").then(|| tags.iter().find(|tag| tag.id.to_string() == value)).flatten();
    tag.map_or_else(|| value.to_owned(), |tag| tag.name.clone())
}

fn form_page(page: FormPage, tags: Vec<TagBadge>, industries: &[String], owner: Markup, form: ShownForm<CompanyForm>) -> Markup {
    let ShownForm { values, errors, .. } = form;
    let status = if values.status.is_empty() { CompanyStatus::default().slug().to_owned() } else { values.status };
    let tax_code_warning = tax_codes::warning(&values.tax_code).map(|warning| warning.to_string());
    let fields = view! {
        {text_field(Field::new("name", "Name").value(values.name).required().wide().autocomplete("off"), &errors)}
        {industry_field(values.industry, industries, &errors)}
        {select_field(Field::new("size", "Size").value(values.size), sizes(), &errors)}
        {select_field(Field::new("status", "Status").value(status), statuses(), &errors)}
        {text_field(Field::new("tax_code", "Tax code").value(values.tax_code).warning(tax_code_warning).autocomplete("off"), &errors)}
        {text_field(Field::new("website", "Website").value(values.website).inputmode("url").autocomplete("off"), &errors)}
        {text_field(Field::new("phone", "Phone").kind("tel").value(values.phone).autocomplete("off"), &errors)}
        {text_field(Field::new("email", "Email").value(values.email).inputmode("email").autocomplete("off"), &errors)}
        {text_area(Field::new("address", "Address").value(values.address), 2, &errors)}
        {tags_field(tags, &values.tag_id, values.new_tag, &values.new_tag_color, &errors)}
        {owner}
        {custom_fields_rows(&values.metadata_name, &values.metadata_value, &errors)}
        {text_area(Field::new("notes", "Notes").value(values.notes).wide(), 4, &errors)}
    };
    page.view(values.version, &errors, fields.into_markup())
}

fn sizes() -> Vec<Choice> {
    std::iter::once((String::new(), "Not known".to_owned()))
        .chain(CompanySize::ALL.into_iter().map(|size| (size.slug().to_owned(), format!("{} people", size.slug()))))
        .collect()
}

fn statuses() -> Vec<Choice> {
    CompanyStatus::ALL.into_iter().map(|status| (status.slug().to_owned(), status.label().to_owned())).collect()
}

/// A text input with suggestions from the industries in use.
fn industry_field(value: String, industries: &[String], errors: &FormErrors) -> impl IntoView + use<> {
    view! {
        <div>
            {text_field(Field::new("industry", "Industry").value(value).list("industries").autocomplete("off"), errors)}
            {suggestions("industries", industries)}
        </div>
    }
}
