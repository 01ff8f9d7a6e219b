//! `/palette`: commands, and records by their name. For a script, the options that the dialog shows.

use super::{
    PATH,
    groups::{Group, PaletteQuery, groups},
};
use crate::{
    request::{PageError, RequestContext, as_str_pairs},
    search::{results_url, with_marks},
    shell,
    ui::{
        command::{Command, Opens},
        icon,
        markup::{IntoMarkup, Markup},
        pluralize,
    },
};
use axum::response::Response;
use domain::{page::QUERY_MAX, search::parse_recent, text};
use leptos::prelude::*;

/// `GET /palette`: `?q=` words to find, `?from=` the path of the page that it was opened on, `?recent=` the records that this browser opened
/// last as `kind:id` pairs, `?part=options` the options alone, for the dialog (`shell::palette_dialog`).
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let (options_alone, query) = read(&pairs)?;
    let groups = groups(&ctx, &query).await?;
    if options_alone {
        return Ok(ctx.fragment(move || options(&groups, &query.q)));
    }
    shell::page(ctx, "Commands", whole_page(&groups, &query)).await
}

/// Reads the address: whether the options alone are asked for, and of what. Unknown names are ignored.
fn read(pairs: &[(String, String)]) -> Result<(bool, PaletteQuery), PageError> {
    let (mut options_alone, mut query) = (false, PaletteQuery::default());
    for (name, value) in as_str_pairs(pairs) {
        match (name, value) {
            ("q", value) => query.q = text::line(value, QUERY_MAX).map_err(|_| PageError::BadRequest)?.unwrap_or_default(),
            ("from", value) => value.clone_into(&mut query.from),
            ("recent", value) => query.recent = parse_recent(value),
            ("part", "options") => options_alone = true,
            ("part", _) => return Err(PageError::BadRequest),
            _ => {}
        }
    }
    Ok((options_alone, query))
}

/// The options by group, the first one active. The last one searches all records.
fn options(groups: &[Group], q: &str) -> Markup {
    let number = groups.iter().map(|group| group.commands.len()).sum::<usize>();
    let status = if number == 0 { "No results".to_owned() } else { pluralize(number as u64, "result", "results") };
    let mut place = 0;
    let groups = groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let options = group
                .commands
                .iter()
                .map(|command| {
                    let option = option(command, place, q);
                    place += 1;
                    option
                })
                .collect_view();
            let heading = format!("palette-group-{at}");
            view! {
                <div role="group" aria-labelledby=heading.clone()>
                    <p id=heading.clone() role="presentation">{group.label}</p>
                    {options}
                </div>
            }
        })
        .collect_view();
    let all = (!q.is_empty()).then(|| option(&search_all(q), place, ""));
    view! { <div data-status=status>{groups}{all}</div> }.into_markup()
}

fn option(command: &Command, place: usize, q: &str) -> Markup {
    let (form, show) = attributes(command);
    let selected = if place == 0 { "true" } else { "false" };
    view! {
        <a id=format!("palette-{place}") role="option" tabindex="-1" aria-selected=selected href=command.href.clone() data-form-dialog=form data-show=show>
            {words(command, q)}
        </a>
    }
    .into_markup()
}

/// The attributes by which a script opens a link in a dialog: `data-form-dialog` and `data-show`.
fn attributes(command: &Command) -> (Option<&'static str>, Option<String>) {
    match &command.opens {
        Opens::Page => (None, None),
        Opens::FormDialog(form) => (Some(form), None),
        Opens::FormDialogFrom(form, url) => (Some(form), Some(url.clone())),
        Opens::Dialog => (None, Some(command.href.clone())),
    }
}

/// The icon, and label and detail with their matches marked.
fn words(command: &Command, q: &str) -> impl IntoView + use<> {
    let detail = command.detail.as_ref().map(|detail| view! { " "<small>{with_marks(detail, q)}</small> });
    view! { {icon(command.icon, "size-4")}<span>{with_marks(&command.label, q)}{detail}</span> }
}

/// The way from the palette to all hits.
fn search_all(q: &str) -> Command {
    Command::new(format!("Search everything for “{q}”"), results_url(q, None)).icon("search")
}

/// The page: the same commands as links.
fn whole_page(groups: &[Group], query: &PaletteQuery) -> Markup {
    let q = &query.q;
    let sections = groups
        .iter()
        .map(|group| {
            let links = group.commands.iter().map(|command| link(command, q)).collect_view();
            view! { <section class="flex flex-col gap-1"><h2>{group.label}</h2><ul class="panel palette-links">{links}</ul></section> }
        })
        .collect_view();
    let none = groups.is_empty().then(|| view! { <p class="text-muted-foreground">"Nothing matches."</p> });
    let all = (!q.is_empty()).then(|| view! { <ul class="panel palette-links">{link(&search_all(q), "")}</ul> });
    view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-4">
            <div><h1>"Commands"</h1><p class="mt-1 text-muted-foreground">"Every page and action, and records by their name."</p></div>
            <form role="search" aria-label="Commands" action=PATH class="flex gap-2">
                <input type="hidden" name="from" value=query.from.clone()/>
                <input class="input min-w-0 flex-1" type="search" name="q" aria-label="Find a record or command" placeholder="Find a record or command" value=q.clone()/>
                <button class="btn" data-variant="outline">"Find"</button>
            </form>
            {none}
            {sections}
            {all}
        </div>
    }
    .into_markup()
}

/// A command as an item of a list of links, with what matches the words marked.
pub(super) fn link(command: &Command, q: &str) -> Markup {
    let (form, show) = attributes(command);
    view! { <li><a href=command.href.clone() data-form-dialog=form data-show=show>{words(command, q)}</a></li> }.into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_pairs(pairs: &[(&str, &str)]) -> Option<(String, String, usize)> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(&pairs).ok().map(|(_, query)| (query.from, query.q, query.recent.len()))
    }

    #[test]
    fn the_address_is_read_and_nonsense_is_refused() {
        const RECENT: &str = "deals:0190c7a0-0000-7000-8000-000000000001,x";
        let all = [("from", "/companies"), ("q", " new  deal "), ("recent", RECENT), ("part", "options"), ("utm", "x")];
        assert_eq!(read_pairs(&all), Some(("/companies".to_owned(), "new  deal".to_owned(), 1)));
        assert_eq!(read_pairs(&[]), Some((String::new(), String::new(), 0)));
        for bad in [("part", "x"), ("q", &*"x".repeat(201)), ("q", "a\0")] {
            assert_eq!(read_pairs(&[bad]), None, "{bad:?}");
        }
    }
}
