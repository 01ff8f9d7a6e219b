//! The options of the deal form's selects.

use crate::{
    request::{PageError, RequestContext, submitted_form::SubmittedForm},
    ui::form::Choice,
};
use domain::{deal_lists::DealLists, deals::DealForm, ids::CompanyId, money::Money, stages::StageKind};
use std::sync::Arc;
use store::{StoreError, deals::DealDetail, stages::Stage};

/// Maximum number of companies in the select; with more, the form has a search box.
const OPTIONS: u64 = 200;

/// The options.
pub struct Choices {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// Companies.
    pub companies: Vec<Choice>,
    /// Whether there are more companies than options.
    pub searches: bool,
    /// The contacts of the selected company.
    pub contacts: Vec<Choice>,
    /// Sources and lost reasons.
    pub lists: Arc<DealLists>,
}

impl Choices {
    /// Loads the options for these values. The company and contact of `deal`, the saved deal, are always options.
    pub async fn load(ctx: &RequestContext, typed: &SubmittedForm<DealForm>, deal: Option<&DealDetail>) -> Result<Self, PageError> {
        let (store, actor) = (ctx.store(), ctx.actor());
        let (stages, lists) = tokio::try_join!(store.stages(&actor), store.deal_lists(&actor))?;
        let words = Some(typed.lookup_query("company_q")).filter(|words| !words.trim().is_empty());
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
        Ok(Self { stages, companies, searches, contacts, lists })
    }

    /// A stage by its slug.
    pub fn stage(&self, slug: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.slug == slug)
    }

    /// The first open stage, in which a deal begins unless somebody says otherwise.
    pub fn first_stage(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.kind == StageKind::Open)
    }

    /// Chooses the stage `other` if the form names none, or one that was removed meanwhile: a browser would choose the first option.
    pub fn replace_unknown_stage(&self, form: &mut DealForm, other: &str) {
        if self.stage(&form.stage).is_none() {
            other.clone_into(&mut form.stage);
        }
    }

    /// Clears a company or contact that is not an option.
    pub fn drop_unknown(&self, form: &mut DealForm) {
        for (value, choices) in [(&mut form.company_id, &self.companies), (&mut form.contact_id, &self.contacts)] {
            if !choices.iter().any(|(known, _)| known == value) {
                value.clear();
            }
        }
    }

    /// A field's value as the conflict panel shows it.
    pub fn display_value(&self, field: &str, value: &str) -> String {
        let choices = match field {
            "stage" => return self.stage(value).map(|stage| stage.name.clone()).unwrap_or_default(),
            "company_id" => &self.companies,
            "contact_id" => &self.contacts,
            // Normalised, so that `1,5 tỷ` equals `1.500.000.000`.
            "value" => return Money::parse(value).map_or_else(|_| value.to_owned(), |amount| amount.plain()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_the_same_however_it_is_written() {
        let choices = Choices { stages: vec![], companies: vec![], searches: false, contacts: vec![], lists: Arc::default() };
        assert_eq!(choices.display_value("value", "1,5 tỷ"), choices.display_value("value", "1.500.000.000"));
        assert_ne!(choices.display_value("value", "1,5 tỷ"), choices.display_value("value", "1.500.000.001"));
        assert_eq!((choices.display_value("value", "much"), choices.display_value("source", "web")), ("much".to_owned(), "web".to_owned()));
    }
}
