//! The options of the fields, and the values that follow from the selected ones.

use crate::ui::{
    icon,
    markup::{IntoMarkup, Markup},
};
use crate::{
    request::{PageError, RequestContext, not_found_to_none, submitted_form::SubmittedForm},
    ui::{form::Choice, list::list_url, picker::PickerOptions},
};
use domain::{
    activities::ActivityForm,
    ids::{CompanyId, DealId},
    page::{ListQuery, PageNumber},
    tasks::TaskForm,
};
use leptos::prelude::*;
use store::activities::Linked;
use uuid::Uuid;

/// The fields' values: ids, empty for none.
pub struct Links<'a> {
    /// The company.
    pub company_id: &'a mut String,
    /// The contact.
    pub contact_id: &'a mut String,
    /// The deal.
    pub deal_id: &'a mut String,
}

/// A form with these fields.
pub trait LinkedForm {
    /// The fields.
    fn links(&mut self) -> Links<'_>;
}

impl LinkedForm for ActivityForm {
    fn links(&mut self) -> Links<'_> {
        Links { company_id: &mut self.company_id, contact_id: &mut self.contact_id, deal_id: &mut self.deal_id }
    }
}

impl LinkedForm for TaskForm {
    fn links(&mut self) -> Links<'_> {
        Links { company_id: &mut self.company_id, contact_id: &mut self.contact_id, deal_id: &mut self.deal_id }
    }
}

/// The text of a value without an option.
pub const UNKNOWN: &str = "not there";

/// The options of the form's selects.
pub struct Choices {
    /// Of the company.
    pub companies: PickerOptions,
    /// Of the contact.
    pub contacts: PickerOptions,
    /// Of the deal.
    pub deals: Vec<Choice>,
}

impl Choices {
    /// Loads the options for these values. A selected deal fills in company and contact, a selected contact the company. A value
    /// without an option is cleared. The deal of the saved record is always an option.
    pub async fn load<F: LinkedForm>(
        ctx: &RequestContext,
        typed: &mut SubmittedForm<F>,
        saved_deal: Option<&Linked<DealId>>,
    ) -> Result<Self, PageError> {
        let (store, actor) = (ctx.store(), ctx.actor());
        let queries = ["company_id_q", "contact_id_q"].map(|name| typed.lookup_query(name).to_owned());
        let form = typed.form.links();
        let company = |form: &Links<'_>| form.company_id.parse::<CompanyId>().ok();
        let mut deals = store.deal_options(&actor, company(&form), form.deal_id.parse().ok()).await?;
        if let Some(deal) = deals.iter().find(|deal| deal.id.to_string() == *form.deal_id) {
            if form.company_id.is_empty() {
                *form.company_id = deal.company_id.to_string();
            }
            if let (true, Some(contact)) = (form.contact_id.is_empty(), deal.contact_id) {
                *form.contact_id = contact.to_string();
            }
        }
        if let (true, Ok(id)) = (form.company_id.is_empty(), form.contact_id.parse()) {
            let contact = not_found_to_none(store.contact(&actor, id).await)?;
            *form.company_id = contact.and_then(|contact| contact.company_id).map(|id| id.to_string()).unwrap_or_default();
        }
        if let Some(company) = company(&form) {
            deals.retain(|deal| deal.company_id == company);
        }
        let mut deals: Vec<Choice> =
            deals.into_iter().map(|deal| (deal.id.to_string(), format!("{}, {}", deal.name, deal.company_name))).collect();
        if let Some(deal) = saved_deal.filter(|deal| !offers(&deals, &deal.id.to_string())) {
            deals.push((deal.id.to_string(), deal.name.clone()));
        }
        deals.insert(0, (String::new(), "No deal".to_owned()));
        let companies = PickerOptions::companies(ctx, &queries[0], form.company_id).await?;
        let contacts = PickerOptions::contacts(ctx, &queries[1], form.contact_id).await?;
        companies.clear_if_unknown(form.company_id);
        contacts.clear_if_unknown(form.contact_id);
        if !offers(&deals, form.deal_id) {
            form.deal_id.clear();
        }
        Ok(Self { companies, contacts, deals })
    }

    /// A field's value as the form shows it.
    pub fn display_value(&self, field: &str, value: &str) -> String {
        let words = match field {
            "company_id" => self.companies.name_of(value),
            "contact_id" => self.contacts.name_of(value),
            "deal_id" => self.deals.iter().find(|(known, _)| known == value).map(|(_, words)| words.as_str()),
            _ => return value.to_owned(),
        };
        words.unwrap_or(UNKNOWN).to_owned()
    }
}

fn offers(choices: &[Choice], value: &str) -> bool {
    choices.iter().any(|(known, _)| known == value)
}

/// The filters of a list by linked records: the field, and its label.
const FILTERS: [(&str, &str); 3] = [("company_id", "Company"), ("contact_id", "Contact"), ("deal_id", "Deal")];

/// The chips of the linked records that a list is filtered by, each with the list's URL without it. A hidden input per record keeps it in the URL
/// when another filter is applied. `named`: the records' names.
pub fn record_chips<Q: ListQuery>(query: &Q, named: &[(Uuid, String)]) -> Markup {
    let pairs = query.with_page(PageNumber::FIRST).query_pairs();
    let name_of =
        |id: &str| named.iter().find(|(known, _)| known.to_string() == id).map_or_else(|| UNKNOWN.to_owned(), |(_, name)| name.clone());
    let of_filter = |(field, label): (&'static str, &'static str)| {
        let ids = pairs.iter().filter(move |(name, _)| *name == field).map(|(_, id)| id);
        ids.map(|id| {
            let others: Vec<_> = pairs.iter().filter(|(name, value)| (*name, value) != (field, id)).cloned().collect();
            record_chip((field, label), id, name_of(id), list_url(Q::PATH, &others))
        })
        .collect_view()
    };
    FILTERS.map(of_filter).collect_view().into_markup()
}

fn record_chip((field, label): (&'static str, &'static str), id: &str, name: String, clear: String) -> impl IntoView + use<> {
    view! {
        <span class="inline-flex h-8 items-center gap-1.5 rounded-md border border-primary/40 bg-primary/5 pl-2.5">
            <input type="hidden" name=field value=id.to_owned()/>
            <span class="text-muted-foreground">{label}</span>
            <span class="max-w-48 truncate font-medium">{name.clone()}</span>
            <a href=clear class="inline-flex h-full items-center px-1.5 text-muted-foreground hover:text-foreground" aria-label=format!("Clear {label} {name}")>{icon("x", "size-3.5")}</a>
        </span>
    }
}
