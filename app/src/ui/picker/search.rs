//! What a picker is answered while one types.

use crate::{
    islands::{SearchHit, SearchResults},
    request::RequestContext,
    server_functions::ActionError,
};
use domain::{access::Actor, contacts::Whom, forms::FormErrors, page::QUERY_MAX, text};
use store::Store;

/// Records of one kind in an answer: what a list shows without scrolling far.
const SHOWN: u64 = 10;

/// Companies.
pub async fn companies(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (words(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    found_companies(store, &actor, &q, |id| id.to_string()).await.map(answer)
}

/// Contacts.
pub async fn contacts(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (words(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    found_contacts(store, &actor, &q, |id| id.to_string()).await.map(answer)
}

/// Contacts, then companies.
pub async fn whom(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (words(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    let (people, companies) = tokio::try_join!(
        found_contacts(store, &actor, &q, |id| Whom::Contact(id).to_string()),
        found_companies(store, &actor, &q, |id| Whom::Company(id).to_string()),
    )?;
    let (people, companies) = (answer(people), answer(companies));
    Ok(SearchResults { more: people.more || companies.more, found: people.found.into_iter().chain(companies.found).collect() })
}

fn words(typed: &str) -> Result<String, ActionError> {
    let words = text::line(typed, QUERY_MAX).map_err(|error| ActionError::Invalid(FormErrors::of("q", error.to_string())))?;
    Ok(words.unwrap_or_default())
}

/// One more than is shown tells that there is more.
fn answer(mut found: Vec<SearchHit>) -> SearchResults {
    let more = found.len() as u64 > SHOWN;
    found.truncate(SHOWN as usize);
    SearchResults { found, more }
}

async fn found_companies(
    store: &Store,
    actor: &Actor,
    q: &str,
    value: impl Fn(domain::ids::CompanyId) -> String,
) -> Result<Vec<SearchHit>, ActionError> {
    let found = store.company_options(actor, Some(q), SHOWN + 1).await?;
    Ok(found.into_iter().map(|company| SearchHit { value: value(company.id), name: company.name, detail: String::new() }).collect())
}

async fn found_contacts(
    store: &Store,
    actor: &Actor,
    q: &str,
    value: impl Fn(domain::ids::ContactId) -> String,
) -> Result<Vec<SearchHit>, ActionError> {
    let found = store.found_contacts(actor, q, SHOWN + 1).await?;
    let detail = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let found = found.into_iter().map(|contact| SearchHit {
        value: value(contact.id),
        name: contact.name,
        detail: detail([contact.job_title, contact.company_name]),
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_is_shown_is_said() {
        let found =
            |number: u64| (0..number).map(|n| SearchHit { value: n.to_string(), name: String::new(), detail: String::new() }).collect();
        assert_eq!((answer(found(10)).found.len(), answer(found(10)).more), (10, false));
        assert_eq!((answer(found(11)).found.len(), answer(found(11)).more), (10, true));
        assert!(words(&"x".repeat(201)).is_err() && words("a\0").is_err());
        assert_eq!(words(" Đươ\u{300}ng "), Ok("Đường".to_owned()));
    }
}
