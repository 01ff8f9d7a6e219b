//! The options of an activity's form, and the values that follow from the selected ones.

use crate::{
    request::{PageError, RequestContext, not_found_to_none, submitted_form::SubmittedForm},
    ui::{form::Choice, picker::PickerOptions},
};
use domain::{activities::ActivityForm, ids::CompanyId};
use store::activities::ActivityDetail;

/// The text of a value without an option.
pub(super) const UNKNOWN: &str = "not there";

/// The options of the form's selects.
pub(super) struct Choices {
    pub companies: PickerOptions,
    pub contacts: PickerOptions,
    pub deals: Vec<Choice>,
}

impl Choices {
    /// Loads the options for these values. A selected deal fills in company and contact, a selected contact the company. A value
    /// without an option is cleared. The deal of `kept`, the saved activity, is always an option.
    pub async fn load(
        ctx: &RequestContext,
        typed: &mut SubmittedForm<ActivityForm>,
        kept: Option<&ActivityDetail>,
    ) -> Result<Self, PageError> {
        let (store, actor) = (ctx.store(), ctx.actor());
        let form = &mut typed.form;
        let company = |form: &ActivityForm| form.company_id.parse::<CompanyId>().ok();
        let mut deals = store.deal_options(&actor, company(form), form.deal_id.parse().ok()).await?;
        if let Some(deal) = deals.iter().find(|deal| deal.id.to_string() == form.deal_id) {
            if form.company_id.is_empty() {
                form.company_id = deal.company_id.to_string();
            }
            if let (true, Some(contact)) = (form.contact_id.is_empty(), deal.contact_id) {
                form.contact_id = contact.to_string();
            }
        }
        if let (true, Ok(id)) = (form.company_id.is_empty(), form.contact_id.parse()) {
            let contact = not_found_to_none(store.contact(&actor, id).await)?;
            form.company_id = contact.and_then(|contact| contact.company_id).map(|id| id.to_string()).unwrap_or_default();
        }
        if let Some(company) = company(form) {
            deals.retain(|deal| deal.company_id == company);
        }
        let mut deals: Vec<Choice> =
            deals.into_iter().map(|deal| (deal.id.to_string(), format!("{}, {}", deal.name, deal.company_name))).collect();
        if let Some(deal) = kept.and_then(|kept| kept.deal.as_ref()).filter(|deal| !offers(&deals, &deal.id.to_string())) {
            deals.push((deal.id.to_string(), deal.name.clone()));
        }
        deals.insert(0, (String::new(), "No deal".to_owned()));
        let companies = PickerOptions::companies(ctx, typed.lookup_query("company_id_q"), &typed.form.company_id).await?;
        let contacts = PickerOptions::contacts(ctx, typed.lookup_query("contact_id_q"), &typed.form.contact_id).await?;
        companies.clear_if_unknown(&mut typed.form.company_id);
        contacts.clear_if_unknown(&mut typed.form.contact_id);
        if !offers(&deals, &typed.form.deal_id) {
            typed.form.deal_id.clear();
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
