//! `/search/options`: what the search box offers while the user types.

use super::hit::{detail_line, kind_icon, results_url, with_marks};
use crate::{
    request::{PageError, RequestContext, as_str_pairs},
    ui::{
        markup::{IntoMarkup, Markup},
        pluralize,
    },
};
use axum::response::Response;
use domain::search::{GlobalQuery, parse_recent};
use leptos::prelude::*;
use store::global_search::{GlobalHits, HitGroup, SearchHit};

/// `GET /search/options?q=&recent=kind:id,…`: a fragment, the content of a listbox: a group of options per kind, and an option that leads
/// to all results. `data-status` is what a screen reader is told.
pub async fn options(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = GlobalQuery::parse(as_str_pairs(&pairs)).map_err(|_| PageError::BadRequest)?;
    let recent = pairs.iter().find(|(name, _)| name == "recent").map(|(_, value)| parse_recent(value)).unwrap_or_default();
    let found = ctx.store().global_search(&ctx.actor(), &query.q, &recent).await?;
    Ok(ctx.fragment(|| listbox(&ctx, &found, &query.q)))
}

/// The content of the listbox.
pub fn listbox(ctx: &RequestContext, found: &GlobalHits, q: &str) -> Markup {
    let groups = found.groups.iter().map(|group| group_of(ctx, group, q)).collect_view();
    let last = match (q.is_empty(), found.groups.is_empty()) {
        (true, _) => None,
        (_, true) => Some(
            view! { <div role="option" id="found-nothing" class="found-all" aria-disabled="true" aria-selected="false">"Nothing found"</div> }
                .into_markup(),
        ),
        (_, false) => Some(
            view! { <a role="option" id="found-all" class="found-all" href=results_url(q, None) tabindex="-1" aria-selected="false">"See all results"</a> }
                .into_markup(),
        ),
    };
    view! { <div role="presentation" data-status=status(found, q)>{groups}{last}</div> }.into_markup()
}

/// `12 results`; with a plus sign if a kind has more than are offered.
fn status(found: &GlobalHits, q: &str) -> String {
    if q.is_empty() {
        return String::new();
    }
    let count: usize = found.groups.iter().map(|group| group.hits.len()).sum();
    if found.groups.iter().any(|group| group.more) {
        format!("More than {count} results")
    } else if count == 0 {
        "No results".to_owned()
    } else {
        pluralize(count as u64, "result", "results")
    }
}

fn group_of(ctx: &RequestContext, group: &HitGroup, q: &str) -> impl IntoView + use<> {
    let label = format!("found-{}", group.kind.slug());
    let hits = group.hits.iter().map(|hit| option(ctx, hit, q)).collect_view();
    view! {
        <div role="group" aria-labelledby=label>
            <div role="presentation" id=label.clone() class="found-kind">{group.kind.label()}</div>
            {hits}
        </div>
    }
}

fn option(ctx: &RequestContext, hit: &SearchHit, q: &str) -> impl IntoView + use<> {
    let record = format!("{}:{}", hit.kind.slug(), hit.id);
    view! {
        <a role="option" id=format!("found-{}", hit.id) class="found" href=hit.path() tabindex="-1" aria-selected="false" data-record=record>
            {kind_icon(hit.kind)}
            <span class="min-w-0">
                <span class="block truncate">{with_marks(&hit.name, q)}</span>
                <small class="block truncate">{detail_line(ctx, hit, q)}</small>
            </span>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::search::SearchKind;
    use store::global_search::HitFacts;

    fn found(hits: usize, more: bool) -> GlobalHits {
        let hit = SearchHit {
            kind: SearchKind::Companies,
            id: uuid::Uuid::nil(),
            name: "Mẫu".to_owned(),
            facts: HitFacts::Company { industry: None },
            texts: vec![],
        };
        GlobalHits { groups: vec![HitGroup { kind: SearchKind::Companies, hits: vec![hit; hits], more }] }
    }

    #[test]
    fn the_status_says_how_many_there_are() {
        assert_eq!(status(&GlobalHits::default(), "mau"), "No results");
        assert_eq!(status(&GlobalHits::default(), ""), "");
        assert_eq!(status(&found(1, false), "mau"), "1 result");
        assert_eq!(status(&found(5, true), "mau"), "More than 5 results");
    }
}
