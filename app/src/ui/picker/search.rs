//! Searches of pickers.

use crate::{
    islands::{SearchHit, SearchResults},
    request::RequestContext,
    server_functions::ActionError,
};
use domain::{access::Actor, contacts::PartyId, forms::FormErrors, page::QUERY_MAX, text};
use store::Store;

/// Maximum number of hits per kind of record.
const HITS_MAX: u64 = 10;

/// Searches companies.
pub async fn companies(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (parse_query(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    found_companies(store, &actor, &q, |id| id.to_string()).await.map(results)
}

/// Searches contacts.
pub async fn contacts(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (parse_query(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    found_contacts(store, &actor, &q, |id| id.to_string()).await.map(results)
}

/// Searches contacts and companies; contacts come first.
pub async fn parties(q: &str) -> Result<SearchResults, ActionError> {
    let (q, ctx) = (parse_query(q)?, RequestContext::from_leptos().await?);
    let (store, actor) = (ctx.store(), ctx.actor());
    let (people, companies) = tokio::try_join!(
        found_contacts(store, &actor, &q, |id| PartyId::Contact(id).to_string()),
        found_companies(store, &actor, &q, |id| PartyId::Company(id).to_string()),
    )?;
    let (people, companies) = (results(people), results(companies));
    Ok(SearchResults { more: people.more || companies.more, found: people.found.into_iter().chain(companies.found).collect() })
}

fn parse_query(typed: &str) -> Result<String, ActionError> {
    let query = text::line(typed, QUERY_MAX).map_err(|error| ActionError::Invalid(FormErrors::of("q", error.to_string())))?;
    Ok(query.unwrap_or_default())
}

/// Truncates the hits, of which one more than `HITS_MAX` was fetched, to see whether there are further ones.
fn results(mut found: Vec<SearchHit>) -> SearchResults {
    let more = found.len() as u64 > HITS_MAX;
    found.truncate(HITS_MAX as usize);
    SearchResults { found, more }
}

async fn found_companies(
    store: &Store,
    actor: &Actor,
    q: &str,
    value: impl Fn(domain::ids::CompanyId) -> String,
) -> Result<Vec<SearchHit>, ActionError> {
    let found = store.company_options(actor, Some(q), HITS_MAX + 1).await?;
    Ok(found.into_iter().map(|company| SearchHit { value: value(company.id), name: company.name, detail: String::new() }).collect())
}

async fn found_contacts(
    store: &Store,
    actor: &Actor,
    q: &str,
    value: impl Fn(domain::ids::ContactId) -> String,
) -> Result<Vec<SearchHit>, ActionError> {
    let found = store.found_contacts(actor, q, HITS_MAX + 1).await?;
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
        assert_eq!((results(found(10)).found.len(), results(found(10)).more), (10, false));
        assert_eq!((results(found(11)).found.len(), results(found(11)).more), (10, true));
        assert!(parse_query(&"x".repeat(201)).is_err() && parse_query("a\0").is_err());
        assert_eq!(parse_query(" Đươ\u{300}ng "), Ok("Đường".to_owned()));
    }
}
