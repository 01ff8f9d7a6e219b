//! `/contacts/new` and `/contacts/{id}/edit`.

use super::primary::{ask, primary_question};
use crate::{
    contacts::actions::{CreateContact, UpdateContact},
    request::{Id, PageError, RequestContext, ShownForm, submitted_form::SubmittedForm},
    shell,
    ui::{
        conflict::conflict_panel,
        custom_fields::custom_fields as custom_fields_rows,
        form::{Choice, Field, error_line, select_field, text_area, text_field},
        markup::{IntoMarkup, Markup},
        owner_field::OwnerChoices,
        picker::{PickerOptions, Source, picker},
        record_form::{FormPage, RecordForm},
        tags_field::tags_field,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    contacts::{AuthorityLevel, ContactForm},
    custom_fields,
    forms::FormErrors,
    ids::ContactId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{
    companies::TagBadge,
    contacts::{AskedPrimary, ContactDetail},
};

/// Field names and labels in form order.
pub(super) const LABELS: [(&str, &str); 14] = [
    ("name", "Name"),
    ("job_title", "Role"),
    ("company_id", "Company"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("is_decision_maker", "Decision-maker"),
    ("authority_level", "Authority"),
    ("reports_to_id", "Reports to"),
    ("tag_id", "Tags"),
    ("new_tag", "New tag"),
    ("owner_id", "Owner"),
    custom_fields::LABEL,
    ("notes", "Notes"),
    QUESTION,
];
/// A question that saving may raise. It is no field of a contact.
const QUESTION: (&str, &str) = ("primary_choice", "Primary decision-maker");

const FORM: RecordForm = RecordForm {
    id: "contact",
    labels: &LABELS,
    list: ("Contacts", "/contacts"),
    new: "New contact",
    edit: "Edit contact",
    create: "Create contact",
    functions: (CreateContact::PATH, UpdateContact::PATH),
};

/// `GET /contacts/new`. The query prefills fields: `?company_id=`, `?name=` …
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let mut prefilled = SubmittedForm::<ContactForm>::parse(ctx.query()?)?.submitted;
    prefilled.form.form_key.clear();
    let form = ctx.form_with_lookups(|| prefilled).await?;
    let choices = Choices::load(&ctx, &form.values).await?;
    let asked = primary_question(&ctx, None, &form).await?;
    let owner = OwnerChoices::load(&ctx, None).await?.field(ctx.signed_in.user_id, &form.values.form.owner_id, &form.errors);
    let page = FORM.for_new(ctx.form_key(&form.values.form.form_key), form.is_redisplay);
    shell::page(ctx, "New contact", form_page(page, choices, owner, form, asked)).await
}

/// `GET /contacts/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let contact = ctx.store().contact(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Update, Entity::Contact, contact.owner_id) {
        return Err(PageError::Denied);
    }
    let kept = form_of(&contact);
    let mut form = ctx.form_with_lookups(|| SubmittedForm::of(kept.clone())).await?;
    // A form without an owner leaves the owner as it is.
    if form.values.form.owner_id.is_empty() {
        form.values.form.owner_id.clone_from(&kept.owner_id);
    }
    let choices = Choices::load(&ctx, &form.values).await?;
    let path = format!("/contacts/{}", contact.id);
    let owners = OwnerChoices::load(&ctx, Some((contact.owner_id, &contact.owner_name))).await?;
    let words =
        |field: &str, value: &str| if field == "owner_id" { owners.name(value) } else { choices.display_value(field, value, &contact) };
    let conflict = conflict_panel(&form.values.form, &kept, &LABELS[..LABELS.len() - 1], format!("{path}/edit"), words);
    // The page shows the other user's version, so saving from here may replace it.
    form.values.form.version.clone_from(&kept.version);
    let asked = primary_question(&ctx, Some(id), &form).await?;
    let owner = owners.field(ctx.signed_in.user_id, &form.values.form.owner_id, &form.errors);
    let title = format!("Edit {}", contact.name);
    let page = FORM.for_saved(path, contact.updated_at, conflict, form.is_redisplay);
    shell::page(ctx, &title, form_page(page, choices, owner, form, asked)).await
}

/// The form of a saved contact.
fn form_of(contact: &ContactDetail) -> ContactForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (metadata_name, metadata_value) = contact.custom_fields.rows();
    ContactForm {
        name: contact.name.clone(),
        email: text(&contact.email),
        phone: text(&contact.phone),
        job_title: text(&contact.job_title),
        company_id: contact.company_id.map(|id| id.to_string()).unwrap_or_default(),
        is_decision_maker: if contact.is_decision_maker { "true".to_owned() } else { String::new() },
        authority_level: contact.authority_level.map(|level| level.slug().to_owned()).unwrap_or_default(),
        reports_to_id: contact.reports_to.as_ref().map(|boss| boss.id.to_string()).unwrap_or_default(),
        notes: text(&contact.notes),
        tag_id: contact.tags.iter().map(|tag| tag.id.to_string()).collect(),
        metadata_name,
        metadata_value,
        owner_id: contact.owner_id.to_string(),
        version: contact.version.to_string(),
        ..ContactForm::default()
    }
}

/// The options of the form's selects.
struct Choices {
    companies: PickerOptions,
    bosses: PickerOptions,
    tags: Vec<TagBadge>,
}

impl Choices {
    async fn load(ctx: &RequestContext, typed: &SubmittedForm<ContactForm>) -> Result<Self, PageError> {
        let form = &typed.form;
        let tags = async { Ok(ctx.store().tags(&ctx.actor()).await?) };
        let (companies, bosses, tags) = tokio::try_join!(
            PickerOptions::companies(ctx, typed.lookup_query("company_id_q"), &form.company_id),
            PickerOptions::contacts(ctx, typed.lookup_query("reports_to_id_q"), &form.reports_to_id),
            tags,
        )?;
        Ok(Self { companies, bosses, tags })
    }

    /// A field's value as the conflict panel shows it: a company, contact or tag by its name.
    fn display_value(&self, field: &str, value: &str, saved: &ContactDetail) -> String {
        let name = match field {
            "company_id" => self.companies.name_of(value).map(str::to_owned).or_else(|| saved.company_name.clone()),
            "reports_to_id" => {
                self.bosses.name_of(value).map(str::to_owned).or_else(|| saved.reports_to.as_ref().map(|boss| boss.name.clone()))
            }
            "tag_id" => self.tags.iter().find(|tag| tag.id.to_string() == value).map(|tag| tag.name.clone()),
            "is_decision_maker" => Some("yes".to_owned()),
            "authority_level" => AuthorityLevel::from_slug(value).map(|level| level.label().to_owned()),
            _ => None,
        };
        name.unwrap_or_else(|| value.to_owned())
    }
}

fn form_page(
    page: FormPage,
    choices: Choices,
    owner: Markup,
    form: ShownForm<SubmittedForm<ContactForm>>,
    asked: Option<AskedPrimary>,
) -> Markup {
    let ShownForm { values: SubmittedForm { form: mut values, .. }, errors, .. } = form;
    choices.companies.clear_if_unknown(&mut values.company_id);
    choices.bosses.clear_if_unknown(&mut values.reports_to_id);
    let question = asked.map(|asked| ask(asked, &values, &errors));
    let boss = Field::new("reports_to_id", "Reports to").value(values.reports_to_id).wide();
    let fields = view! {
        {question}
        {text_field(Field::new("name", "Name").value(values.name).required().wide().autocomplete("off"), &errors)}
        {text_field(Field::new("job_title", "Role").value(values.job_title).autocomplete("off"), &errors)}
        {picker(Field::new("company_id", "Company").value(values.company_id), Source::Companies, "None", choices.companies, &errors)}
        {text_field(Field::new("phone", "Phone").kind("tel").value(values.phone).autocomplete("off"), &errors)}
        {text_field(Field::new("email", "Email").value(values.email).inputmode("email").autocomplete("off"), &errors)}
        {decides_field(!values.is_decision_maker.is_empty(), &errors)}
        {select_field(Field::new("authority_level", "Authority").value(values.authority_level).hint("Primary and secondary are decision-makers"), levels(), &errors)}
        {picker(boss, Source::Contacts, "Nobody", choices.bosses, &errors)}
        {tags_field(choices.tags, &values.tag_id, values.new_tag, &values.new_tag_color, &errors)}
        {owner}
        {custom_fields_rows(&values.metadata_name, &values.metadata_value, &errors)}
        {text_area(Field::new("notes", "Notes").value(values.notes).wide(), 4, &errors)}
    };
    page.view(values.version, &errors, fields.into_markup())
}

fn levels() -> Vec<Choice> {
    std::iter::once((String::new(), "Not known".to_owned()))
        .chain(AuthorityLevel::ALL.into_iter().map(|level| (level.slug().to_owned(), level.label().to_owned())))
        .collect()
}

fn decides_field(ticked: bool, errors: &FormErrors) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <span class="text-sm font-medium">"Decides"</span>
            <label class="flex h-9 cursor-pointer items-center gap-2">
                <input id="is_decision_maker" type="checkbox" class="input" name="is_decision_maker" value="true" checked=ticked aria-describedby="is_decision_maker-error"/>
                "Decision-maker"
            </label>
            {error_line("is_decision_maker", errors)}
        </div>
    }
}
