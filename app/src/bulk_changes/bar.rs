//! What a list shows of bulk changes: a check box per row, and the bar below the table.

use super::{QUESTION, actions::BeginBulkChange, scope::ACTION};
use crate::{
    request::{PageError, RequestContext, ShownForm},
    ui::{
        error_summary::error_summary,
        form::{form_key, shown_to},
        icon,
        list::{list_url, state_of, total_words},
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    access::Verb,
    bulk_changes::BulkForm,
    columns::TableQuery,
    companies::{Archived, CompanyStatus},
    deals::LOST_REASON_MAX,
    forms::FormErrors,
    record_kinds::RecordKind,
    stages::StageKind,
    tasks::TaskStatus,
};
use leptos::{prelude::*, server_fn::ServerFn};
use std::{collections::HashSet, fmt::Display};
use store::{Total, members::Member, stages::Stage, tags::Tag};

/// What the menus of the bar offer.
#[derive(Debug, Clone, Copy, Default)]
pub struct BulkChoices<'a> {
    /// Stages, for deals.
    pub stages: &'a [Stage],
    /// Members; those who may own records are offered.
    pub owners: &'a [Member],
    /// Tags.
    pub tags: &'a [Tag],
    /// What the list shows of archived companies: those that are can be brought back, the others archived.
    pub archived: Archived,
}

/// Which rows are checked when the page comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checked {
    /// Those of a refused form.
    Some,
    /// All of this page.
    Page,
    /// All that match, on every page.
    Matching,
}

/// The selection of a list whose records the user may change.
#[derive(Debug)]
pub struct ListSelection {
    kind: RecordKind,
    checked: Checked,
    /// The ids of a refused form's records.
    ids: HashSet<String>,
    refused: BulkForm,
    errors: FormErrors,
    form_key: String,
    deletes: bool,
}

impl ListSelection {
    /// Reads the selection from the URL's query, `select=page` or `select=matching`, or from a refused form. `None` if the user may not
    /// change records of this kind.
    pub async fn read(ctx: &RequestContext, kind: RecordKind, pairs: &[(String, String)]) -> Result<Option<Self>, PageError> {
        let is_locked = kind == RecordKind::Activities && ctx.signed_in.lock_activities;
        if is_locked || !ctx.may(Verb::Update, kind.entity()) {
            return Ok(None);
        }
        let ShownForm { values, errors, .. } = ctx.form(BulkForm::default).await?;
        let select = pairs.iter().find(|(name, _)| name == "select").map_or("", |(_, value)| value.as_str());
        let checked = match select {
            "page" => Checked::Page,
            "matching" => Checked::Matching,
            _ => Checked::Some,
        };
        Ok(Some(Self {
            kind,
            checked,
            ids: values.selected.iter().filter_map(|record| Some(record.split_once('.')?.0.to_owned())).collect(),
            form_key: ctx.form_key(&values.form_key),
            refused: values,
            errors,
            deletes: ctx.may(Verb::Delete, kind.entity()),
        }))
    }

    /// The head of the column: a link that checks every row of the page, or none. Works without a script, as it loads the page again.
    pub fn head<Q: TableQuery>(&self, query: &Q) -> Markup {
        let all = self.checked != Checked::Some;
        let (drawing, words) =
            if all { (icon("square-check", "size-4"), "Choose none") } else { (icon("square", "size-4"), "Choose all of this page") };
        let href = if all { select_url(query, None) } else { select_url(query, Some("page")) };
        view! { <th scope="col" class="choose"><a href=href aria-label=words title=words>{drawing}</a></th> }.into_markup()
    }

    /// The check box of a row.
    pub fn cell(&self, id: impl Display, version: i64, name: &str) -> Markup {
        let is_checked = self.checked != Checked::Some || self.ids.contains(&id.to_string());
        let all = self.checked == Checked::Matching;
        view! {
            <td class="choose"><input type="checkbox" class="input" name="selected" value=format!("{id}.{version}") checked=is_checked disabled=all aria-label=format!("Choose {name}")/></td>
        }
        .into_markup()
    }

    fn form<Q: TableQuery>(self, query: &Q, choices: BulkChoices<'_>, (shown, total): (usize, Total), table: Markup) -> Markup {
        let labels = [
            ("selected", "Chosen rows"),
            ("action", "Change"),
            ("stage", "Stage"),
            ("lost_reason", "Reason they were lost"),
            ("owner_id", "Owner"),
            ("tag", "Tag"),
        ];
        let bar = self.bar(query, choices, (shown, total));
        let summary = error_summary(&self.errors, &labels);
        let hidden = view! {
            <input type="hidden" name="kind" value=self.kind.slug()/>
            <input type="hidden" name="list" value=state_of(query)/>
        };
        // What goes over every page is asked first, whatever it is.
        let form = if self.checked == Checked::Matching {
            view! { <form method="get" action=QUESTION class="contents">{hidden}<input type="hidden" name="scope" value="matching"/>{table}{bar}</form> }
                .into_markup()
        } else {
            view! {
                <form method="post" data-function=BeginBulkChange::PATH action=ACTION class="contents">
                    {shown_to()}
                    {form_key(self.form_key)}
                    {hidden}
                    {table}
                    {bar}
                </form>
            }
            .into_markup()
        };
        view! { {summary} {form} }.into_markup()
    }

    fn bar<Q: TableQuery>(&self, query: &Q, choices: BulkChoices<'_>, (shown, total): (usize, Total)) -> Markup {
        let of_kind = |kind| self.kind == kind;
        let statuses =
            || CompanyStatus::ALL.iter().map(|status| press("status", status.slug(), status.label())).collect_view().into_markup();
        let task_statuses =
            || TaskStatus::ALL.iter().map(|status| press("status", status.slug(), status.label())).collect_view().into_markup();
        let owners = || {
            let owners = choices.owners.iter().filter(|owner| owner.role.can_own_records());
            owners.map(|owner| press("owner", owner.user_id, &owner.name)).collect_view().into_markup()
        };
        let tags = |action: &'static str| choices.tags.iter().map(|tag| press(action, tag.id, &tag.name)).collect_view().into_markup();
        let has_tags = self.kind.has_tags() && !choices.tags.is_empty();
        let archive = (of_kind(RecordKind::Companies) && choices.archived != Archived::Only)
            .then(|| self.asking("archive", icon("archive", "size-4"), "Archive"));
        let bring_back = (of_kind(RecordKind::Companies) && choices.archived != Archived::No).then(|| {
            view! { <button class="btn" data-variant="outline" data-size="sm" name="action" value="bring_back">{icon("archive-restore", "size-4")} "Bring back"</button> }
        });
        view! {
            <div class="bulk-bar" role="group" aria-label="Change the chosen rows">
                {self.chosen(query, (shown, total))}
                {of_kind(RecordKind::Deals).then(|| menu("Stage", icon("arrow-right-left", "size-4"), self.stages(choices.stages)))}
                {of_kind(RecordKind::Companies).then(|| menu("Status", icon("circle-dot", "size-4"), statuses()))}
                {of_kind(RecordKind::Tasks).then(|| menu("Status", icon("circle-dot", "size-4"), task_statuses()))}
                {menu("Owner", icon("user", "size-4"), owners())}
                {has_tags.then(|| menu("Add tag", icon("tag", "size-4"), tags("add_tag")))}
                {has_tags.then(|| menu("Remove tag", icon("x", "size-4"), tags("remove_tag")))}
                {archive}
                {bring_back}
                {self.deletes.then(|| self.asking("delete", icon("trash-2", "size-4"), "Delete"))}
            </div>
        }
        .into_markup()
    }

    /// What is chosen, and the way to choose every row that matches.
    fn chosen<Q: TableQuery>(&self, query: &Q, (shown, total): (usize, Total)) -> Markup {
        let all = total_words(total);
        if self.checked == Checked::Matching {
            return view! {
                <span>{format!("All {all} that match")}</span>
                <a class="underline" href=select_url(query, None)>"Choose none"</a>
            }
            .into_markup();
        }
        let more = (total.count > shown as u64)
            .then(|| view! { <a class="underline" href=select_url(query, Some("matching"))>{format!("Choose all {all} that match")}</a> });
        // On a phone the table's head, which has the link as well, is not shown.
        let page = view! { <a class="underline md:hidden" href=select_url(query, Some("page"))>"Choose this page"</a> };
        view! { <span class="text-muted-foreground">"Chosen rows:"</span> {page} {more} }.into_markup()
    }

    /// A button that leads to the question.
    fn asking(&self, action: &'static str, drawing: impl IntoView, words: &'static str) -> Markup {
        view! {
            <button class="btn" data-variant="outline" data-size="sm" formmethod="get" formaction=QUESTION name="action" value=action>{drawing} {words}</button>
        }
        .into_markup()
    }

    fn stages(&self, stages: &[Stage]) -> Markup {
        let of_kind = |is_lost: bool| {
            let stages = stages.iter().filter(move |stage| (stage.kind == StageKind::Lost) == is_lost);
            stages.map(|stage| press("stage", &stage.slug, &stage.name)).collect_view()
        };
        view! {
            {of_kind(false)}
            <hr/>
            <label class="flex flex-col gap-1 p-2">"Reason they were lost" <input name="lost_reason" value=self.refused.lost_reason.clone() maxlength=LOST_REASON_MAX.to_string() class="input w-52" autocomplete="off"/></label>
            {of_kind(true)}
        }
        .into_markup()
    }
}

/// The table of a list with the form of bulk changes around it, if the user may change its records.
///
/// - `shown`: the number of rows on this page.
/// - `total`: the number of rows that match.
pub fn with_bulk_form<Q: TableQuery>(
    selection: Option<ListSelection>,
    query: &Q,
    choices: BulkChoices<'_>,
    (shown, total): (usize, Total),
    table: Markup,
) -> Markup {
    match selection {
        Some(selection) => selection.form(query, choices, (shown, total), table),
        None => table,
    }
}

/// A choice of a menu.
fn press(action: &'static str, value: impl Display, words: &str) -> Markup {
    view! { <button name="action" value=format!("{action}:{value}")>{words.to_owned()}</button> }.into_markup()
}

fn menu(label: &'static str, drawing: impl IntoView, choices: Markup) -> Markup {
    view! {
        <details class="menu-box" name="bulk" data-align="start">
            <summary class="btn" data-variant="outline" data-size="sm">{drawing} {label}</summary>
            <div class="menu">{choices}</div>
        </details>
    }
    .into_markup()
}

/// The URL of the same page with these rows checked.
fn select_url<Q: TableQuery>(query: &Q, select: Option<&'static str>) -> String {
    let mut pairs = query.query_pairs();
    pairs.extend(select.map(|select| ("select", select.to_owned())));
    list_url(Q::PATH, &pairs)
}
