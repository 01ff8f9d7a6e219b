//! Pickers: fields that select one of many companies or contacts.
//!
//! With a script the picker is a search input. Without, it is a select of at most [`OPTIONS_MAX`] records, plus a search box and a
//! "Search" button if there are more (see [`submitted_form`](crate::request::submitted_form)). The select holds the value: the form
//! submits it under the field's name, and a selection dispatches its `change` event.
//!
//! To use a picker in a form:
//! 1. Get the submitted form by `ctx.form_with_lookups`, which redisplays a form after a lookup.
//! 2. Load the options: `PickerOptions::companies(&ctx, typed.lookup_query("company_id_q"), &form.company_id)`, or `contacts`, or
//!    `parties` for both (values `contact:ID` and `company:ID`, see [`PartyId`]).
//! 3. Render: `picker(Field::new("company_id", "Company").value(form.company_id), Source::Companies, "None", options, &errors)`.
//! 4. Begin the form with [`default_submit_button`], or Enter would press the picker's button.

pub(crate) mod search;

use super::{
    form::{Choice, Field, described_by, labelled},
    icon,
};
pub use crate::islands::Source;
use crate::request::{PageError, RequestContext, not_found_to_none};
use crate::ui::markup::Markup;
use domain::{contacts::PartyId, forms::FormErrors, ids::ContactId};
use leptos::prelude::*;

/// Maximum number of records in the select, not counting the selected one.
pub const OPTIONS_MAX: u64 = 200;
/// Maximum number of records in the select of a filter: every page of the list contains them.
const FILTER_OPTIONS_MAX: u64 = 20;

/// The placeholder of the search input.
const fn placeholder(source: Source) -> &'static str {
    match source {
        Source::Companies => "Name, tag or phone",
        Source::Contacts => "Name, company, role or phone",
        Source::Parties => "Person or company",
    }
}

/// The options of a picker's select.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PickerOptions {
    /// The options, including the selected record if it exists.
    choices: Vec<Choice>,
    /// Whether there are further records.
    has_more: bool,
    /// The search that found the options; empty for none.
    query: String,
}

impl PickerOptions {
    /// The companies that `query` finds, or all, and the selected company.
    pub async fn companies(ctx: &RequestContext, query: &str, selected: &str) -> Result<Self, PageError> {
        let found = Self::company_options(ctx, query, OPTIONS_MAX).await?;
        Self::including_selected(found.choices, query, selected, async { company_name(ctx, selected).await }).await
    }

    /// The companies that `query` finds; none without a query, for a page with little room for options.
    pub async fn found_companies(ctx: &RequestContext, query: &str) -> Result<Self, PageError> {
        if query.is_empty() { Ok(Self::empty()) } else { Self::company_options(ctx, query, FILTER_OPTIONS_MAX).await }
    }

    /// At most `limit` companies that `query` finds, or all.
    async fn company_options(ctx: &RequestContext, query: &str, limit: u64) -> Result<Self, PageError> {
        let found = ctx.store().company_options(&ctx.actor(), Some(query), limit).await?;
        let choices: Vec<Choice> = found.into_iter().map(|company| (company.id.to_string(), company.name)).collect();
        Ok(Self { has_more: choices.len() as u64 == limit || !query.is_empty(), choices, query: query.to_owned() })
    }

    /// The contacts that `query` finds, or all, and the selected contact.
    pub async fn contacts(ctx: &RequestContext, query: &str, selected: &str) -> Result<Self, PageError> {
        let choices = contact_choices(ctx, query, OPTIONS_MAX).await?;
        let choices = choices.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        Self::including_selected(choices, query, selected, async { contact_name(ctx, selected).await }).await
    }

    /// The contacts, then the companies, that `query` finds, or all, and the selected party.
    pub async fn parties(ctx: &RequestContext, query: &str, selected: &str) -> Result<Self, PageError> {
        let limit = OPTIONS_MAX / 2;
        let mut choices: Vec<Choice> = Vec::new();
        for (id, name) in contact_choices(ctx, query, limit).await? {
            choices.push((PartyId::Contact(id).to_string(), name));
        }
        let is_full = |kind: &[Choice]| kind.len() as u64 == limit;
        let mut has_more = is_full(&choices);
        let companies = ctx.store().company_options(&ctx.actor(), Some(query), limit).await?;
        let companies: Vec<Choice> =
            companies.into_iter().map(|company| (PartyId::Company(company.id).to_string(), company.name)).collect();
        has_more |= is_full(&companies);
        choices.extend(companies);
        let options = Self::including_selected(choices, query, selected, async { party_name(ctx, selected).await }).await?;
        Ok(Self { has_more: has_more || options.has_more, ..options })
    }

    /// No options: every record is found by a search.
    pub fn empty() -> Self {
        Self { has_more: true, ..Self::default() }
    }

    /// Only the selected contact or company, if it exists.
    pub async fn selected_party(ctx: &RequestContext, selected: &str) -> Result<Self, PageError> {
        Self::including_selected(vec![], "", selected, async { party_name(ctx, selected).await }).await
    }

    /// Adds the selected record, named by `name`, unless it is among the choices or does not exist.
    async fn including_selected(
        mut choices: Vec<Choice>,
        query: &str,
        selected: &str,
        name: impl Future<Output = Result<Option<String>, PageError>>,
    ) -> Result<Self, PageError> {
        let has_more = choices.len() as u64 >= OPTIONS_MAX || !query.trim().is_empty();
        if !selected.is_empty()
            && !choices.iter().any(|(value, _)| value == selected)
            && let Some(name) = name.await?
        {
            choices.insert(0, (selected.to_owned(), name));
        }
        Ok(Self { choices, has_more, query: query.to_owned() })
    }

    /// Whether the options are the result of a search.
    pub fn is_searched(&self) -> bool {
        !self.query.is_empty()
    }

    /// The label of an option's value; `None` for a value that is not an option.
    pub fn name_of(&self, value: &str) -> Option<&str> {
        self.choices.iter().find(|(known, _)| known == value).map(|(_, words)| words.as_str())
    }

    /// Clears a value that is not an option.
    pub fn clear_if_unknown(&self, value: &mut String) {
        if self.name_of(value).is_none() {
            value.clear();
        }
    }
}

async fn company_name(ctx: &RequestContext, id: &str) -> Result<Option<String>, PageError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    not_found_to_none(ctx.store().company(&ctx.actor(), id).await.map(|company| company.name))
}

async fn contact_name(ctx: &RequestContext, id: &str) -> Result<Option<String>, PageError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    not_found_to_none(ctx.store().contact(&ctx.actor(), id).await.map(|contact| contact.name))
}

async fn party_name(ctx: &RequestContext, id: &str) -> Result<Option<String>, PageError> {
    match id.parse() {
        Ok(PartyId::Contact(id)) => contact_name(ctx, &id.to_string()).await,
        Ok(PartyId::Company(id)) => company_name(ctx, &id.to_string()).await,
        Err(_) => Ok(None),
    }
}

async fn contact_choices(ctx: &RequestContext, query: &str, limit: u64) -> Result<Vec<(ContactId, String)>, PageError> {
    let found = ctx.store().found_contacts(&ctx.actor(), query, limit).await?;
    let name = |name: String, at: Option<String>| at.map_or_else(|| name.clone(), |at| format!("{name}, {at}"));
    Ok(found.into_iter().map(|contact| (contact.id, name(contact.name, contact.company_name))).collect())
}

/// A picker as a form's field. `none`: the label of the empty option.
pub fn picker(field: Field, source: Source, none: &'static str, options: PickerOptions, errors: &FormErrors) -> Markup {
    let (described, invalid) = described_by(&field, errors);
    let (id, name) = (field.id, field.name);
    let shown = options.name_of(&field.value).map(str::to_owned).unwrap_or_default();
    let option_views = std::iter::once((String::new(), none.to_owned()))
        .chain(options.choices)
        .map(|(value, words)| {
            let selected = value == field.value;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    let search = options.has_more.then(|| {
        view! {
            <noscript>
                <div class="picker-words">
                    <input type="search" name=format!("{name}_q") class="input" value=options.query aria-label=format!("Find: {}", field.label) placeholder=placeholder(source) autocomplete="off"/>
                    <button name="look" value="1" formnovalidate class="btn" data-variant="outline">"Search"</button>
                </div>
            </noscript>
        }
    });
    let input = view! {
        <div class="picker" data-picker=source.slug()>
            <div hidden>
                <input class="input" type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded="false" aria-controls=format!("{id}-list")
                    aria-invalid=invalid aria-describedby=described.clone() placeholder=placeholder(source) value=shown/>
                <button type="button" aria-label=format!("Clear {}", field.label) hidden>{icon("x", "size-4")}</button>
                <ul id=format!("{id}-list") role="listbox" aria-label=format!("Matches: {}", field.label) class="menu" hidden></ul>
                <p aria-live="polite" class="sr-only"></p>
            </div>
            <select id=id name=name class="select w-full" required=field.required aria-invalid=invalid aria-describedby=described>{option_views}</select>
            {search}
        </div>
    };
    labelled(&field, errors, input)
}

/// The hidden submit button that Enter presses. Must be the first button of the form, before any lookup button.
pub fn default_submit_button(verb: &'static str) -> impl IntoView {
    view! { <button class="sr-only" tabindex="-1" aria-hidden="true">{verb}</button> }
}
