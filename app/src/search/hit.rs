//! A hit: name, what tells it from namesakes, and what was found in it.

use crate::{
    request::RequestContext,
    ui::{
        icon, list,
        markup::{IntoMarkup, Markup},
        pluralize_all, times,
    },
};
use domain::{
    fold::fold,
    search::{SearchKind, excerpt, marked},
};
use leptos::{either::Either, prelude::*};
use store::global_search::{HitFacts, SearchHit};

/// The icon of a kind, in the size of a row.
pub fn kind_icon(kind: SearchKind) -> Markup {
    let class = "size-4 text-muted-foreground";
    match kind {
        SearchKind::Companies => icon("building-2", class).into_markup(),
        SearchKind::Contacts => icon("users", class).into_markup(),
        SearchKind::Deals => icon("square-kanban", class).into_markup(),
        SearchKind::Activities => icon("message-square", class).into_markup(),
        SearchKind::Tasks => icon("list-checks", class).into_markup(),
        SearchKind::Tags => icon("tag", class).into_markup(),
    }
}

/// The address of the results of a search, or of one kind of them.
pub fn results_url(q: &str, kind: Option<SearchKind>) -> String {
    list::url_of(&domain::search::GlobalQuery { q: q.to_owned(), kind, ..Default::default() })
}

/// A text with the parts that match the words of `q` marked.
pub fn with_marks(text: &str, q: &str) -> impl IntoView + use<> {
    marked(text, q)
        .into_iter()
        .map(|(matches, part)| {
            let part = part.to_owned();
            if matches { Either::Left(view! { <mark>{part}</mark> }) } else { Either::Right(part) }
        })
        .collect_view()
}

/// The line below the name: the facts, then the field in which a word was found that neither name nor facts have.
pub fn detail_line(ctx: &RequestContext, hit: &SearchHit, q: &str) -> Markup {
    let facts = facts(ctx, hit);
    let found = found_elsewhere(hit, &facts, q);
    let separate = |index: usize| (index > 0).then_some(" · ");
    let count = facts.len();
    let facts = facts.iter().enumerate().map(|(index, fact)| view! { {separate(index)}{with_marks(fact, q)} }).collect_view();
    let found = found.map(|(label, text)| view! { {separate(count)}{format!("{label}: ")}{with_marks(&text, q)} });
    view! { {facts}{found} }.into_markup()
}

/// As [`detail_line`], as text.
pub fn detail_text(ctx: &RequestContext, hit: &SearchHit, q: &str) -> String {
    let mut parts = facts(ctx, hit);
    let found = found_elsewhere(hit, &parts, q);
    parts.extend(found.map(|(label, text)| format!("{label}: {text}")));
    parts.join(" · ")
}

fn facts(ctx: &RequestContext, hit: &SearchHit) -> Vec<String> {
    let facts = match hit.facts.clone() {
        HitFacts::Company { industry } => vec![industry],
        HitFacts::Contact { job_title, company } => vec![job_title, company],
        HitFacts::Deal { company, contact, stage, value } => vec![company, contact, Some(stage), value.map(|value| ctx.money(value))],
        HitFacts::Activity { kind, at, company, contact } => {
            let day = times::day_with_year(at.with_timezone(&ctx.zone()).date_naive());
            vec![Some(kind.label().to_owned()), Some(day), contact, company]
        }
        HitFacts::Task { status, due_by, company, contact } => {
            let day = due_by.map(|at| format!("due {}", times::day_with_year(at.with_timezone(&ctx.zone()).date_naive())));
            vec![Some(status.label().to_owned()), day, contact, company]
        }
        HitFacts::Tag { carriers, .. } => {
            let counts = pluralize_all([
                (carriers.companies, "company", "companies"),
                (carriers.contacts, "contact", "contacts"),
                (carriers.deals, "deal", "deals"),
            ]);
            return if counts.is_empty() { vec!["Not in use".to_owned()] } else { counts };
        }
    };
    facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect()
}

/// The first field with a word that name and facts don't have: its label, and the part around the word.
fn found_elsewhere(hit: &SearchHit, facts: &[String], q: &str) -> Option<(String, String)> {
    let has = |text: &str, word: &str| marked(text, word).iter().any(|(matches, _)| *matches);
    let folded = fold(q);
    let is_shown = |word: &str| has(&hit.name, word) || facts.iter().any(|fact| has(fact, word));
    let missing = folded.split(' ').filter(|word| !word.is_empty() && !is_shown(word));
    let words = missing.chain([q]);
    words.take(10).find_map(|word| {
        let (label, text) = hit.texts.iter().find(|(_, text)| has(text, word)).filter(|_| !is_shown(word))?;
        Some((label.clone(), excerpt(text, word)?))
    })
}
