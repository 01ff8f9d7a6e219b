//! `/admin/workspaces`: the workspaces of the install, with their owners and sizes.

use super::{button_form, head, layout, zone};
use crate::{
    request::{AccountContext, PageError},
    shell::{self, read_address},
    ui::{
        icon, initial,
        list::{EmptyText, FilterChoice, SearchBox, choice_filter, filter_form, list_empty_state, list_results, pagination, url_with},
        markup::{IntoMarkup, Markup},
        pluralize, pluralize_all, times,
    },
};
use axum::response::Response;
use domain::{
    administration::{WorkspaceState, WorkspacesQuery},
    page::ListQuery,
};
use leptos::prelude::*;
use store::administration::{AdminWorkspace, WorkspaceList};

const EMPTY: EmptyText = EmptyText { icon: "building", no_match: "No workspace matches.", none_yet: "There is no workspace yet." };

/// `GET /admin/workspaces`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, WorkspacesQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.account_page(ctx, "Workspaces").await,
    };
    let list = ctx.store().install_workspaces(ctx.user.user_id, &query).await?;
    let new =
        view! { <a class="btn" data-size="sm" href=format!("{}/new", WorkspacesQuery::PATH)>{icon("plus", "size-4")} "New workspace"</a> };
    let about = "Who owns them and how large they are. What is in them stays their members’.";
    let count = pluralize(list.total.count, "workspace", "workspaces");
    let rows = if list.rows.is_empty() { list_empty_state(&query, list.total, &EMPTY, ()) } else { rows(&ctx, &query, list) };
    let body = view! {
        {head("Workspaces", about, new.into_markup())}
        {filters(&query)}
        <p id="count" class="text-muted-foreground" aria-live="polite" data-results>{count}</p>
        {list_results(rows)}
    };
    shell::account_page(ctx, "Workspaces", layout(WorkspacesQuery::PATH, body)).await
}

fn filters(query: &WorkspacesQuery) -> Markup {
    let search = SearchBox { label: "Search workspaces", placeholder: "Name, or owner", query: &query.q };
    let choice = |state: WorkspaceState| FilterChoice::new(state.slug(), state.label(), query.state == Some(state));
    let chip = choice_filter("state", "State", WorkspaceState::ALL.map(choice).into(), url_with(query, |query| query.state = None));
    filter_form(query, Some(search), usize::from(query.state.is_some()), chip.into_markup())
}

fn rows(ctx: &AccountContext, query: &WorkspacesQuery, list: WorkspaceList) -> Markup {
    let foot = pagination(query, list.rows.len(), list.total);
    let rows = list.rows.iter().map(|workspace| row(ctx, workspace)).collect_view();
    view! { <div class="panel"><ul class="divide-y" aria-label="Workspaces">{rows}</ul>{foot}</div> }.into_markup()
}

fn row(ctx: &AccountContext, workspace: &AdminWorkspace) -> Markup {
    let zone = zone(ctx);
    let (owner_name, owner_email) = &workspace.owner;
    let owner = if owner_email.is_empty() { owner_name.clone() } else { format!("{owner_name}, {owner_email}") };
    let created = times::day_with_year(workspace.created_at.with_timezone(&zone).date_naive());
    let changed = workspace.changed_at.map(|at| view! { ", last changed " {times::ago(at, ctx.now, zone)} });
    let path = format!("{}/{}", WorkspacesQuery::PATH, workspace.id);
    let act = match workspace.state {
        WorkspaceState::Active => {
            let label = format!("Suspend {}", workspace.name);
            view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/suspend") aria-label=label>"Suspend"</a> }
                .into_markup()
        }
        WorkspaceState::Suspended => button_form(format!("{path}/resume"), "Resume", format!("Resume {}", workspace.name)),
        WorkspaceState::Ended => ().into_markup(),
    };
    let state = (workspace.state != WorkspaceState::Active).then(|| view! { " " <span class="chip">{workspace.state.label()}</span> });
    view! {
        <li class="flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2.5">
            <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted font-medium text-muted-foreground" aria-hidden="true">{initial(&workspace.name)}</span>
            <div class="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
                <p class="font-medium">{workspace.name.clone()}{state}</p>
                <p>{owner}</p>
                <p class="text-muted-foreground">{size_words(workspace)}</p>
                <p class="text-muted-foreground">{format!("Created {created}")}{changed}</p>
            </div>
            {act}
        </li>
    }
    .into_markup()
}

/// `2 members · 10 companies, 3 deals`.
pub(super) fn size_words(workspace: &AdminWorkspace) -> String {
    let records = pluralize_all([
        (workspace.companies, "company", "companies"),
        (workspace.contacts, "contact", "contacts"),
        (workspace.deals, "deal", "deals"),
        (workspace.activities, "activity", "activities"),
        (workspace.tasks, "task", "tasks"),
    ]);
    let records = if records.is_empty() { "no records".to_owned() } else { records.join(", ") };
    format!("{} · {records}", pluralize(workspace.members, "member", "members"))
}
