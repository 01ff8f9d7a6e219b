//! Picks one of many companies or contacts.
//!
//! With a script it is an input that searches as one types; without, a select of at most [`OFFERED_MAX`], and where there are
//! more, a box for words and a button that has the form drawn anew (see [`SubmittedForm`](super::typed::Typed)). The value is always
//! the select's: the form sends it under the field's name, and its `change` event tells of a choice.
//!
//! To use it in a form:
//! 1. Get what was typed by `ctx.typed_form`: the form's door gives back a form that only looks.
//! 2. Load what the select offers: `PickerOptions::companies(&ctx, typed.words("company_id_q"), &form.company_id)`, or `contacts`,
//!    or `whom` for both at once (its values are `contact:ID` and `company:ID`, which [`Whom`] reads).
//! 3. Draw it: `picker(Field::new("company_id", "Company").value(form.company_id), Source::Companies, "None", offered, &errors)`.
//! 4. Begin the form with the hidden button [`default_submit_button`], or Enter would take the picker's.

pub(crate) mod search;

use super::{
    form::{Choice, Field, described_by, labelled},
    icon,
};
pub use crate::islands::Source;
use crate::request::{PageError, RequestContext};
use domain::{contacts::Whom, forms::FormErrors};
use leptos::prelude::*;
use store::StoreError;

/// Records in the select at most, beside the one chosen.
pub const OFFERED_MAX: u64 = 200;
/// Records that a filter's select offers for the words of a search: every view of the list carries them along.
const FOUND_MAX: u64 = 20;

/// What an empty box says it looks for.
const fn hint(source: Source) -> &'static str {
    match source {
        Source::Companies => "Name, tag or phone",
        Source::Contacts => "Name, company, role or phone",
        Source::Whom => "Person or company",
    }
}

/// What the select offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PickerOptions {
    /// Its choices, the one chosen among them if it is there.
    choices: Vec<Choice>,
    /// There are more than these.
    more: bool,
    /// The words they were found by.
    words: String,
}

impl PickerOptions {
    /// Companies that the words find, or all, and the one chosen.
    pub async fn companies(ctx: &RequestContext, words: &str, chosen: &str) -> Result<Self, PageError> {
        let offered = Self::some_companies(ctx, words, OFFERED_MAX).await?;
        Self::with(offered.choices, words, chosen, async { company_name(ctx, chosen).await }).await
    }

    /// Companies that the words find, and none without words: where a page can't carry more along.
    pub async fn found_companies(ctx: &RequestContext, words: &str) -> Result<Self, PageError> {
        if words.is_empty() { Ok(Self::empty_options()) } else { Self::some_companies(ctx, words, FOUND_MAX).await }
    }

    /// At most `limit` companies that the words find, or all.
    async fn some_companies(ctx: &RequestContext, words: &str, limit: u64) -> Result<Self, PageError> {
        let found = ctx.store().company_options(&ctx.actor(), Some(words), limit).await?;
        let choices: Vec<Choice> = found.into_iter().map(|company| (company.id.to_string(), company.name)).collect();
        Ok(Self { more: choices.len() as u64 == limit || !words.is_empty(), choices, words: words.to_owned() })
    }

    /// Contacts that the words find, or all, and the one chosen.
    pub async fn contacts(ctx: &RequestContext, words: &str, chosen: &str) -> Result<Self, PageError> {
        let choices = contact_choices(ctx, words, OFFERED_MAX).await?;
        let choices = choices.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        Self::with(choices, words, chosen, async { contact_name(ctx, chosen).await }).await
    }

    /// Contacts, then companies, that the words find, or all, and the one chosen.
    pub async fn whom(ctx: &RequestContext, words: &str, chosen: &str) -> Result<Self, PageError> {
        let each = OFFERED_MAX / 2;
        let mut choices: Vec<Choice> = Vec::new();
        for (id, name) in contact_choices(ctx, words, each).await? {
            choices.push((Whom::Contact(id).to_string(), name));
        }
        let is_full = |kind: &[Choice]| kind.len() as u64 == each;
        let mut more = is_full(&choices);
        let companies = ctx.store().company_options(&ctx.actor(), Some(words), each).await?;
        let companies: Vec<Choice> = companies.into_iter().map(|company| (Whom::Company(company.id).to_string(), company.name)).collect();
        more |= is_full(&companies);
        choices.extend(companies);
        let offered = Self::with(choices, words, chosen, async { whom_name(ctx, chosen).await }).await?;
        Ok(Self { more: more || offered.more, ..offered })
    }

    /// Nothing yet: all are found by their words.
    pub fn empty_options() -> Self {
        Self { more: true, ..Self::default() }
    }

    /// The contact or company chosen alone, if it is there.
    pub async fn selected_party(ctx: &RequestContext, chosen: &str) -> Result<Self, PageError> {
        Self::with(vec![], "", chosen, async { whom_name(ctx, chosen).await }).await
    }

    /// Adds the one chosen, which `name` names, unless it is among them.
    async fn with(
        mut choices: Vec<Choice>,
        words: &str,
        chosen: &str,
        name: impl Future<Output = Result<Option<String>, PageError>>,
    ) -> Result<Self, PageError> {
        let more = choices.len() as u64 >= OFFERED_MAX || !words.trim().is_empty();
        if !chosen.is_empty()
            && !choices.iter().any(|(value, _)| value == chosen)
            && let Some(name) = name.await?
        {
            choices.insert(0, (chosen.to_owned(), name));
        }
        Ok(Self { choices, more, words: words.to_owned() })
    }

    /// Whether words were given to find them by.
    pub fn is_searched(&self) -> bool {
        !self.words.is_empty()
    }

    /// What a value is called here; nothing for one that isn't offered.
    pub fn name_of(&self, value: &str) -> Option<&str> {
        self.choices.iter().find(|(known, _)| known == value).map(|(_, words)| words.as_str())
    }

    /// A value that is not offered is not chosen.
    pub fn clear_if_unknown(&self, value: &mut String) {
        if self.name_of(value).is_none() {
            value.clear();
        }
    }
}

async fn company_name(ctx: &RequestContext, id: &str) -> Result<Option<String>, PageError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    there(ctx.store().company(&ctx.actor(), id).await.map(|company| company.name))
}

async fn contact_name(ctx: &RequestContext, id: &str) -> Result<Option<String>, PageError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    there(ctx.store().contact(&ctx.actor(), id).await.map(|contact| contact.name))
}

async fn whom_name(ctx: &RequestContext, chosen: &str) -> Result<Option<String>, PageError> {
    match chosen.parse() {
        Ok(Whom::Contact(id)) => contact_name(ctx, &id.to_string()).await,
        Ok(Whom::Company(id)) => company_name(ctx, &id.to_string()).await,
        Err(_) => Ok(None),
    }
}

fn there(name: Result<String, StoreError>) -> Result<Option<String>, PageError> {
    match name {
        Ok(name) => Ok(Some(name)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn contact_choices(ctx: &RequestContext, words: &str, limit: u64) -> Result<Vec<(domain::ids::ContactId, String)>, PageError> {
    let found = ctx.store().found_contacts(&ctx.actor(), words, limit).await?;
    let name = |name: String, at: Option<String>| at.map_or_else(|| name.clone(), |at| format!("{name}, {at}"));
    Ok(found.into_iter().map(|contact| (contact.id, name(contact.name, contact.company_name))).collect())
}

/// The picker as a form's field; `none` is what choosing nothing is called.
pub fn picker(field: Field, source: Source, none: &'static str, offered: PickerOptions, errors: &FormErrors) -> AnyView {
    let (described, invalid) = described_by(&field, errors);
    let (id, name) = (field.id, field.name);
    let shown = offered.name_of(&field.value).map(str::to_owned).unwrap_or_default();
    let options = std::iter::once((String::new(), none.to_owned()))
        .chain(offered.choices)
        .map(|(value, words)| {
            let selected = value == field.value;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    let search = offered.more.then(|| {
        view! {
            <noscript>
                <div class="picker-words">
                    <input type="search" name=format!("{name}_q") class="input" value=offered.words aria-label=format!("Find: {}", field.label) placeholder=hint(source) autocomplete="off"/>
                    <button name="look" value="1" formnovalidate class="btn" data-variant="outline">"Search"</button>
                </div>
            </noscript>
        }
    });
    let input = view! {
        <div class="picker" data-picker=source.slug()>
            <div hidden>
                <input class="input" type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded="false" aria-controls=format!("{id}-list")
                    aria-invalid=invalid aria-describedby=described.clone() placeholder=hint(source) value=shown/>
                <button type="button" aria-label=format!("Clear {}", field.label) hidden>{icon("x", "size-4")}</button>
                <ul id=format!("{id}-list") role="listbox" aria-label=format!("Matches: {}", field.label) class="menu" hidden></ul>
                <p aria-live="polite" class="sr-only"></p>
            </div>
            <select id=id name=name class="select w-full" required=field.required aria-invalid=invalid aria-describedby=described>{options}</select>
            {search}
        </div>
    };
    labelled(&field, errors, input)
}

/// What Enter presses: the form's verb, not a button further down that only has the form drawn anew. Put it first.
pub fn default_submit_button(verb: &'static str) -> impl IntoView {
    view! { <button class="sr-only" tabindex="-1" aria-hidden="true">{verb}</button> }
}
