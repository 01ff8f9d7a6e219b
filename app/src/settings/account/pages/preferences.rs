//! `/settings/preferences`: theme, shortcuts, formats and the sidebar.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting,
        account::{PREFERENCES, SIDEBAR},
        layout,
        time_zone_field::time_zone_choices,
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{Choice, Field, check_box_field, save_footer, select_field, shown_to},
    },
};
use axum::response::Response;
use domain::preferences::{CsvSeparator, PreferencesForm, StartPage, Theme};
use leptos::prelude::*;

const LABELS: [(&str, &str); 6] = [
    ("start_page", "Start page"),
    ("theme", "Theme"),
    ("time_zone", "Time zone of what is sent to you"),
    ("csv_separator", "CSV separator"),
    ("shortcuts", "Shortcuts by single keys"),
    ("folded", "Sidebar"),
];

/// `GET /settings/preferences`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let form = ctx.form(|| PreferencesForm::from(ctx.signed_in.preferences)).await?;
    let (values, errors) = (form.values, form.errors);
    let themes = Theme::ALL.map(|theme| (theme.slug().to_owned(), theme.label().to_owned()));
    let separators = CsvSeparator::ALL.map(|separator| (separator.slug().to_owned(), separator.label().to_owned()));
    let start_pages = StartPage::ALL.map(|page| (page.slug().to_owned(), page.label().to_owned()));
    let start_page = Field::new("start_page", "Start page").hint("Where signing in leads you.").value(values.start_page);
    let theme = Field::new("theme", "Theme").value(values.theme);
    let time_zone = Field::new("time_zone", "Time zone of what is sent to you")
        .hint("For times in mail to you. Pages show times in the workspace’s time zone.")
        .value(values.time_zone.clone());
    let separator = Field::new("csv_separator", "CSV separator")
        .hint("For exported files. A spreadsheet that writes 1,5 for one and a half expects a semicolon.")
        .value(values.csv_separator);
    let zones = zones(&ctx, &values.time_zone);
    // Sent by the browser itself: the theme is the whole document's.
    let body = view! {
        <div><h1>"Preferences"</h1><p class="mt-1 text-muted-foreground">"They hold in every browser that you sign in with."</p></div>
        {error_summary(&errors, &LABELS)}
        <form method="post" action=PREFERENCES class="panel max-w-xl">
            {shown_to()}
            <div class="flex flex-col gap-5 p-5">
                {select_field(start_page, start_pages.into(), &errors)}
                {select_field(theme, themes.into(), &errors)}
                {select_field(time_zone, zones, &errors)}
                {select_field(separator, separators.into(), &errors)}
                {check_box_field("shortcuts", "Shortcuts by single keys", "L logs an activity, / searches, ? lists them all. Switch them off if you speak to your computer, or press keys by accident.", !values.shortcuts.is_empty(), &errors)}
            </div>
            {save_footer("Save preferences")}
        </form>
        {sidebar(ctx.signed_in.sidebar_folded)}
    };
    let body = layout(&ctx, Setting::Preferences, body);
    shell::page(ctx, "Preferences", body).await
}

/// The workspace's zone, then the offered ones.
fn zones(ctx: &RequestContext, chosen: &str) -> Vec<Choice> {
    let own = (String::new(), format!("The workspace’s: {}", ctx.signed_in.time_zone.replace('_', " ")));
    std::iter::once(own).chain(time_zone_choices(chosen, ctx.now)).collect()
}

/// The form that folds or unfolds the sidebar.
fn sidebar(folded: bool) -> impl IntoView {
    let (sentence, value, verb) = if folded {
        ("The sidebar shows icons alone.", "", "Expand sidebar")
    } else {
        ("The sidebar shows names beside its icons.", "on", "Collapse sidebar")
    };
    view! {
        <form method="post" action=SIDEBAR class="panel flex max-w-xl flex-wrap items-center gap-3 px-5 py-3">
            {shown_to()}
            <input type="hidden" name="folded" value=value/>
            <p class="min-w-0 flex-1 basis-48">{sentence}</p>
            <button class="btn" data-variant="outline" data-size="sm">{verb}</button>
        </form>
    }
}
