//! What the palette offers: groups of commands, each of which the user may follow.

use crate::{
    request::{PageCommands, PageError, RequestContext, SiteMap},
    search::detail_text,
    ui::command::{Command, Opens},
};
use domain::{
    administration,
    palette::{matching_commands, record_at},
    search::{RecentRecord, SearchKind},
};
use store::{OpenedRecord, global_search::SearchHit};

/// Commands below a heading.
pub struct Group {
    /// The heading.
    pub label: &'static str,
    /// The commands, best first.
    pub commands: Vec<Command>,
}

/// What the palette is asked for.
#[derive(Default)]
pub struct PaletteQuery {
    /// The path of the page that it was opened on; empty if that is not known.
    pub from: String,
    /// Words to find, trimmed.
    pub q: String,
    /// The records that this browser opened last, newest first.
    pub recent: Vec<RecentRecord>,
}

/// The groups with commands. Without words to find: records opened last, then every command. With words: what matches them, the commands of
/// the page first, then records.
pub async fn groups(ctx: &RequestContext, query: &PaletteQuery) -> Result<Vec<Group>, PageError> {
    let shown = record_at(&query.from);
    let asked: Vec<RecentRecord> = shown.into_iter().chain(query.recent.iter().copied().filter(|_| query.q.is_empty())).collect();
    let (store, actor) = (ctx.store(), ctx.actor());
    let (mut opened, found) = tokio::try_join!(store.opened_records(&actor, &asked), store.global_search(&actor, &query.q, &query.recent))?;
    let record = shown.and_then(|shown| opened.iter().position(|record| (record.kind, record.id) == shown)).map(|at| opened.remove(at));

    let site_map = &ctx.state.site_map;
    let page = page_commands(ctx, site_map, &query.from, record.as_ref());
    let mut create = create_commands(ctx, site_map);
    create.retain(|command| page.iter().all(|other| other.href != command.href));
    let matching =
        |label, commands| Group { label, commands: matching_commands(commands, &query.q, |command| (&command.label, command.synonyms)) };
    let mut groups = vec![
        Group { label: "Recently opened", commands: opened.into_iter().map(opened_command).collect() },
        matching("On this page", page),
        matching("Create", create),
    ];
    groups.extend(found.groups.iter().map(|group| {
        let commands = group.hits.iter().map(|hit| hit_command(ctx, hit, &query.q)).collect();
        Group { label: group.kind.label(), commands }
    }));
    groups.extend([matching("Go to", places(ctx, site_map)), matching("Settings", settings(ctx, site_map))]);
    groups.retain(|group| !group.commands.is_empty());
    Ok(groups)
}

/// The commands of the page at `from`. `record`: the record of that page; `None` if it shows none, or one that is not there for the user.
fn page_commands(ctx: &RequestContext, site_map: &SiteMap, from: &str, record: Option<&OpenedRecord>) -> Vec<Command> {
    let of = |kind: SearchKind| site_map.commands.iter().find(move |commands| commands.kind == kind);
    if let Some(record) = record {
        return of(record.kind).map(|commands| (commands.of_record)(ctx, record)).unwrap_or_default();
    }
    let list = site_map.commands.iter().find(|commands| list_path(commands) == from);
    list.map(|commands| (commands.of_list)(ctx)).unwrap_or_default()
}

/// The path of the list of the records of these commands.
fn list_path(commands: &PageCommands) -> String {
    format!("/{}", commands.kind.slug())
}

/// What the user may create anywhere.
fn create_commands(ctx: &RequestContext, site_map: &SiteMap) -> Vec<Command> {
    site_map.commands.iter().flat_map(|commands| (commands.of_list)(ctx)).collect()
}

/// A record opened earlier, as a link to its page.
fn opened_command(record: OpenedRecord) -> Command {
    let path = record.path();
    Command { detail: record.detail, ..record_command(record.kind, record.name, path) }
}

/// A record that was found, as a link to its page.
fn hit_command(ctx: &RequestContext, hit: &SearchHit, q: &str) -> Command {
    let detail = Some(detail_text(ctx, hit, q)).filter(|detail| !detail.is_empty());
    Command { detail, ..record_command(hit.kind, hit.name.clone(), hit.path()) }
}

fn record_command(kind: SearchKind, name: String, path: String) -> Command {
    let command = Command::new(name, path);
    match kind {
        SearchKind::Companies => command.icon("building-2"),
        SearchKind::Contacts => command.icon("users"),
        SearchKind::Deals => command.icon("square-kanban"),
        SearchKind::Activities => command.icon("message-square"),
        SearchKind::Tasks => command.icon("list-checks"),
        SearchKind::Tags => command.icon("tag"),
    }
}

/// The pages that the user may open.
fn places(ctx: &RequestContext, site_map: &SiteMap) -> Vec<Command> {
    use domain::access::Verb::Read;
    let nav = site_map.nav.iter().filter(|item| ctx.may(Read, item.reads));
    let mut places: Vec<Command> = nav.map(|item| Command::new(item.label, item.href).icon(item.icon).found_by("go open")).collect();
    places.push(Command::new("Your workspaces", crate::workspaces::PATH).icon("building").found_by("switch go open"));
    places.push(Command::new("Keyboard shortcuts", super::SHORTCUTS).icon("keyboard").opening(Opens::Dialog).found_by("keys help go open"));
    if ctx.signed_in.is_platform_admin {
        places.push(Command::new("Administration", administration::PATH).icon("server-cog").found_by("install admin go open"));
    }
    places
}

/// The settings pages that the user may open.
fn settings(ctx: &RequestContext, site_map: &SiteMap) -> Vec<Command> {
    let shown = site_map.settings.iter().filter(|item| ctx.may(item.needs.0, item.needs.1));
    shown.map(|item| Command::new(item.label, item.href).icon(item.icon).found_by("settings go open")).collect()
}
