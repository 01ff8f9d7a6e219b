//! `/settings/bin/empty`: the question before everything in the bin is deleted for ever, or what its filters show.

use super::{EMPTY_PATH, in_zone};
use crate::{
    request::{PageError, RequestContext, ShownForm, as_str_pairs, context::NOT_SAVED},
    settings::bin::actions::EmptyBin,
    shell,
    ui::{
        error_summary::error_summary,
        form::shown_to,
        icon, join_list,
        list::list_url,
        markup::{IntoMarkup, Markup},
        page::{empty_state, goes_along_in_words},
        pluralize, times,
        words::sentence_case,
    },
};
use axum::response::Response;
use domain::{
    bin::{BinContents, BinFilter, BinQuery, EMPTIED_AT_ONCE, EmptyBinForm},
    forms::FormErrors,
    numbers::group_thousands,
    page::ListQuery,
};
use leptos::{prelude::*, server_fn::ServerFn};
use serde_json::{Map, Value};

/// `GET /settings/bin/empty`, with the filters of the list.
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let filter = in_zone(&ctx, BinFilter::parse(as_str_pairs(&ctx.query()?))?);
    let contents = ctx.store().bin_contents(&ctx.actor(), &filter).await?;
    let back = list_url(BinQuery::PATH, &filter.query_pairs());
    let title = if filter.is_set() { "Delete what is shown for ever?" } else { "Empty the bin?" };
    let body = if contents.entries == 0 {
        let link = view! { <a class="btn" data-variant="outline" data-size="sm" href=back>"Open the bin"</a> };
        let words = if filter.is_set() { "Nothing in the bin matches these filters." } else { "The bin is empty." };
        view! { <h1>{title}</h1>{empty_state(icon("trash-2", "size-5"), words, link)} }.into_markup()
    } else {
        let who = person(&ctx, &filter).await?;
        let errors = refusal(ctx.form(EmptyBinForm::default).await?, &contents);
        question(title, &filter, who, &contents, &errors, back)
    };
    shell::page(ctx, title, body).await
}

/// The location of the form: its page with the filters that it names.
pub fn of_form(_: &str, fields: &Map<String, Value>) -> (String, String) {
    let form: EmptyBinForm = serde_json::from_value(Value::Object(fields.clone())).unwrap_or_default();
    (EMPTY_PATH.to_owned(), list_url(EMPTY_PATH, &form.filter().unwrap_or_default().query_pairs()))
}

/// The name of the person whom the filter names.
async fn person(ctx: &RequestContext, filter: &BinFilter) -> Result<Option<String>, PageError> {
    let Some(id) = filter.person else { return Ok(None) };
    let people = ctx.store().bin_people(&ctx.actor()).await?;
    Ok(people.into_iter().find(|(other, _)| *other == id).map(|(_, name)| name))
}

fn question(
    title: &'static str,
    filter: &BinFilter,
    who: Option<String>,
    contents: &BinContents,
    errors: &FormErrors,
    back: String,
) -> Markup {
    let fields = filter.query_pairs().into_iter().chain(shown_numbers(contents));
    let fields = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let only = filter_words(filter, who).map(|words| view! { <p class="mt-1 break-words">{format!("Only {words}.")}</p> });
    let later = (contents.records() > EMPTIED_AT_ONCE).then(|| {
        view! { <p class="mt-1 text-muted-foreground">"This many take a while. They are deleted in the background."</p> }
    });
    view! {
        <div class="mx-auto w-full max-w-lg not-empty:mb-4">{error_summary(errors, &[])}</div>
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("trash-2", "size-4")}</span>
                <div class="min-w-0">
                    <h1 class="break-words">{title}</h1>
                    <p class="mt-1 text-muted-foreground">{consequence(contents)}</p>
                    {only}
                    {later}
                </div>
            </div>
            <form method="post" action=EMPTY_PATH data-function=EmptyBin::PATH class="flex items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                {fields}
                <a class="btn" data-variant="ghost" data-size="sm" href=back>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Delete for ever"</button>
            </form>
        </div>
    }
    .into_markup()
}

/// `12 records are deleted for ever, and with that 3 contacts. Nobody can undo this.`
fn consequence(contents: &BinContents) -> String {
    let records = format!("{} {}", group_thousands(contents.entries), if contents.entries == 1 { "record is" } else { "records are" });
    let along = goes_along_in_words(&contents.goes_along).map_or_else(String::new, |words| format!(", and with that {words}"));
    format!("{records} deleted for ever{along}. Nobody can undo this.")
}

/// The filters in words: `what is of the kind Deal and deleted by Lan`.
fn filter_words(filter: &BinFilter, who: Option<String>) -> Option<String> {
    let kind = filter.kind.map(|kind| format!("of the kind {}", sentence_case(kind.noun())));
    let who = filter.person.map(|_| format!("deleted by {}", who.as_deref().unwrap_or("somebody who is not there")));
    let from = filter.days.from.map(|day| format!("deleted on {} or later", times::day_with_year(day)));
    let to = filter.days.to.map(|day| format!("deleted on {} or before", times::day_with_year(day)));
    let parts: Vec<String> = [kind, who, from, to].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("what is {}", join_list(&parts)))
}

/// The hidden fields of the shown numbers. A number of 0 has none.
fn shown_numbers(contents: &BinContents) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let numbers = std::iter::once(("entries", contents.entries)).chain(contents.goes_along.by_kind());
    numbers.filter(|(_, number)| *number > 0).map(|(name, number)| (name, number.to_string()))
}

/// The errors of a refused confirmation. More in the bin than was shown is the reason if there is more.
fn refusal(shown: ShownForm<EmptyBinForm>, contents: &BinContents) -> FormErrors {
    let ShownForm { values, errors, is_redisplay } = shown;
    if is_redisplay && contents.exceeds(&values.shown()) && errors.get("") != Some(NOT_SAVED) {
        let before = pluralize(values.shown().records(), "record", "records");
        return FormErrors::of("", format!("There is more now than the {before} that you were asked about."));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::bin::GoesAlong;

    #[test]
    fn the_question_says_how_many_go() {
        let one = BinContents { entries: 1, goes_along: GoesAlong::default() };
        assert_eq!(consequence(&one), "1 record is deleted for ever. Nobody can undo this.");
        let more = BinContents { entries: 1_200, goes_along: GoesAlong { contacts: 1, deals: 2, ..GoesAlong::default() } };
        assert_eq!(consequence(&more), "1.200 records are deleted for ever, and with that 1 contact and 2 deals. Nobody can undo this.");
    }

    #[test]
    fn the_form_is_shown_again_with_its_filters() {
        let fields = serde_json::json!({ "kind": "deal", "from": "2026-11-01", "entries": "3" });
        let (path, url) = of_form("", fields.as_object().expect("fields"));
        assert_eq!((path.as_str(), url.as_str()), ("/settings/bin/empty", "/settings/bin/empty?kind=deal&from=2026-11-01"));
        let filter = BinFilter::parse([("kind", "deal"), ("from", "2026-11-01")]).expect("a filter");
        assert_eq!(filter_words(&filter, None).as_deref(), Some("what is of the kind Deal and deleted on 1 Nov 2026 or later"));
        assert_eq!(filter_words(&BinFilter::default(), None), None);
    }
}
