//! What the quick log asks of the server.

use crate::errors::ActionError;
use domain::forms::FormErrors;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// The fields of the quick log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuickLog {
    /// What this showing of the form is known by.
    pub form_key: String,
    /// A type's slug.
    pub kind: String,
    /// What it was about.
    pub subject: String,
    /// `contact:ID`, `company:ID` or nothing.
    pub whom: String,
    /// A deal's id or nothing.
    pub deal_id: String,
}

/// How logging ended: what is wrong with the fields, or what was logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// What is wrong; empty if it was logged.
    pub errors: FormErrors,
    /// The activity's id, if it was logged.
    pub id: String,
}

/// Logs an activity that happened just now.
#[server(name = LogActivity, prefix = "/fn", endpoint = "activities/log", input = Json)]
pub async fn log_activity(
    /// The fields.
    entry: QuickLog,
) -> Result<Logged, ActionError> {
    use domain::{activities::ActivityForm, contacts::Whom};
    let (store, actor) = crate::visit::for_function().await?;
    let state = use_context::<crate::state::AppState>().ok_or(ActionError::Unavailable)?;
    let sent = serde_json::to_vec(&entry).map_err(|_| ActionError::Unavailable)?;
    let QuickLog { kind, subject, whom, deal_id, .. } = entry;
    let (company_id, contact_id) = match whom.parse() {
        Ok(Whom::Company(id)) => (id.to_string(), String::new()),
        Ok(Whom::Contact(id)) => (String::new(), id.to_string()),
        // What is no id is refused as one.
        Err(_) => (whom, String::new()),
    };
    let form = ActivityForm { kind, subject, company_id, contact_id, deal_id, ..ActivityForm::default() };
    // Without a date it was now, whatever the zone.
    let draft = match form.parse(state.clock.now(), |_| None) {
        Ok(draft) => draft,
        Err(errors) => return Ok(Logged { errors, id: String::new() }),
    };
    match store.once(sent).create_activity(&actor, draft).await {
        Ok(id) => Ok(Logged { errors: FormErrors::default(), id: id.to_string() }),
        Err(store::StoreError::Invalid(errors)) => Ok(Logged { errors, id: String::new() }),
        Err(error) => Err(error.into()),
    }
}
