//! The list of deals: one page, totals, and the options of its filter menus.

use super::{
    column_totals::ColumnTotalsRow,
    filter::{Matching, WEIGHTED, filter_sql},
};
use crate::{
    Store, StoreError,
    database::{
        rows::decode_enum,
        sql::{Sql, indexed_by},
    },
    error::authorize,
    lists::{
        cached_counts::CountKey,
        ids_statement::IdsStatement,
        names::names_by_id,
        ordered_ids::MOVING_ORDER_CACHED,
        page::{COUNT_CAP, RowRange, SortKey, id_direction, listed_ids_sql, place_sql},
    },
    members::Member,
    stages::Stage,
    tags::Tag,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{ColumnTotals, DealColumn, DealFilter, DealQuery},
    ids::{CompanyId, ContactId, DealId, TagId, UserId},
    money::Money,
    stages::StageKind,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealList {
    /// Its rows, at most those of the query's page size.
    pub rows: Vec<DealRow>,
    /// Totals over those rows.
    pub page: DealTotals,
    /// Totals over all matching deals.
    pub all: DealTotals,
}

/// Totals over deals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DealTotals {
    /// Number of deals.
    pub count: u64,
    /// Their value.
    pub value: Money,
    /// Their weighted value.
    pub weighted: Money,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealRow {
    /// Id of the deal.
    pub id: DealId,
    /// Its version, for a bulk change.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The company it is with.
    pub company_id: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// The contact it is with, unless that one is in the bin.
    pub contact_id: Option<ContactId>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The slug of its stage.
    pub stage: String,
    /// The stage's name.
    pub stage_name: String,
    /// The stage's kind.
    pub stage_kind: StageKind,
    /// Its value; `None` if it is not known.
    pub value: Option<Money>,
    /// Probability that it is won, in percent.
    pub probability: i16,
    /// Its value times its probability.
    pub weighted: Option<Money>,
    /// Expected closing day.
    pub expected_close_date: Option<NaiveDate>,
    /// Id of its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// Where it came from.
    pub source: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Time at which it was added.
    pub created_at: DateTime<Utc>,
    /// Time of its latest change.
    pub updated_at: DateTime<Utc>,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
}

/// Options of the filter menus of board and list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealFilters {
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The members of the workspace.
    pub owners: Vec<Member>,
    /// Every tag, by name.
    pub tags: Vec<Tag>,
    /// The companies that the filter names.
    pub companies: Vec<(CompanyId, String)>,
    /// The contacts that the filter names.
    pub contacts: Vec<(ContactId, String)>,
}

impl Store {
    /// One page of the matching deals, with totals over the page and over all matching deals: two round trips.
    pub async fn deals(&self, actor: &Actor, query: &DealQuery) -> Result<DealList, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let all = self.totals(actor, &query.filter).await?;
        let range = RowRange::of(query);
        let nearer = if range.is_deep() { range.counted_from_nearer_end(all.count) } else { range };
        let (key, backend) = (CountKey::order_of(query), db.get_database_backend());
        let is_whole = query.filter.is_empty();
        // An owner who renames themselves does so in one of their workspaces, and moves in the lists of all.
        let until = (query.layout.sort.by == DealColumn::Owner).then(|| self.now() + MOVING_ORDER_CACHED);
        let to_sort = sort_keys(query.layout.sort.by).iter().find_map(|key| key.ids_to_sort());
        let most = if is_whole { nearer.all_ids_to_read(backend, all.count) } else { range.ids_to_read(all.count) };
        let statement = match to_sort.or(most) {
            Some(most) => {
                let reading = || ids_sql(backend, workspace_id, query, (all.count, most));
                let ids = match is_whole || to_sort.is_some() {
                    true => self.all_ids(actor, key, until, reading).await?,
                    false => self.ordered_ids(actor, key.first(most), until, reading).await?,
                };
                rows_of_ids_sql(workspace_id, &ids.page(range))
            }
            None => scan_sql(backend, workspace_id, query, nearer, all.count),
        };
        let rows = group_rows(statement.all::<ListRow>(db).await?)?;
        let page = DealTotals {
            count: rows.len() as u64,
            value: rows.iter().map(|row| row.value.unwrap_or_default()).sum(),
            weighted: rows.iter().map(|row| row.weighted.unwrap_or_default()).sum(),
        };
        Ok(DealList { rows, page, all })
    }

    /// Totals over all matching deals.
    pub(super) async fn totals(&self, actor: &Actor, filter: &DealFilter) -> Result<DealTotals, StoreError> {
        let columns: Vec<ColumnTotals> = self.cached_column_totals(actor, filter).await?.iter().map(ColumnTotalsRow::totals).collect();
        Ok(DealTotals {
            count: columns.iter().map(|column| column.count).sum(),
            value: columns.iter().map(|column| column.value).sum(),
            weighted: columns.iter().map(|column| column.weighted).sum(),
        })
    }

    /// Options of the filter menus. Companies and contacts are those that `filter` names.
    pub async fn deal_filters(&self, actor: &Actor, filter: &DealFilter) -> Result<DealFilters, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let db = self.read();
        let (stages, owners, tags) = tokio::try_join!(self.stages(actor), self.members(actor), self.tags(actor))?;
        let companies = names_by_id(db, actor, "companies", filter.company_id.iter().map(|id| id.0).collect()).await?;
        let contacts = names_by_id(db, actor, "contacts", filter.contact_id.iter().map(|id| id.0).collect()).await?;
        Ok(DealFilters {
            stages,
            owners,
            tags,
            companies: companies.into_iter().map(|row| (CompanyId(row.id), row.name)).collect(),
            contacts: contacts.into_iter().map(|row| (ContactId(row.id), row.name)).collect(),
        })
    }
}

#[derive(FromQueryResult)]
struct ListRow {
    id: Uuid,
    version: i64,
    name: String,
    company_id: Uuid,
    company_name: String,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    stage: String,
    stage_name: String,
    stage_kind: String,
    value: Option<i64>,
    probability: i16,
    weighted: Option<i64>,
    expected_close_date: Option<NaiveDate>,
    owner_id: Uuid,
    owner_name: String,
    source: Option<String>,
    lost_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
    tag_color: Option<String>,
}

/// The statement that reads the rows with these ids, in their order.
fn rows_of_ids_sql(workspace_id: Uuid, ids: &[Uuid]) -> Sql {
    let mut sql = Sql::with([workspace_id.into()]);
    let page = listed_ids_sql(&mut sql, ids, "deals");
    rows_sql(sql, &page, "page.sort_key")
}

/// The statement that reads one page by scanning the list in its order. Its innermost part finds the page's ids along an index; only the
/// page's own rows are then read whole. `count`: the number of matching deals.
fn scan_sql(backend: DbBackend, workspace_id: Uuid, query: &DealQuery, range: RowRange, count: u64) -> Sql {
    let mut sql = Sql::with([workspace_id.into()]);
    let conditions = filter_sql(&mut sql, &query.filter, backend, "d", Matching::first_of(count));
    let (keys, descending) = (sort_keys(query.layout.sort.by), query.layout.sort.descending);
    let scanned = order(&keys, |_, key| key.sql.to_owned(), descending, range.from_end);
    let shown = order(&keys, |_, key| key.sql.to_owned(), descending, false);
    let limit = range.limit_clause(&mut sql);
    rows_sql(sql, &format!("SELECT d.id FROM deals d WHERE d.workspace_id = $1{conditions} ORDER BY {scanned} {limit}"), &shown)
}

/// The statement that reads the ids of the matching deals in the list's order, at most `most`. `count`: the number of matching
/// deals. All of few are found by their filter and then sorted: the databases can't tell a rare source from a common one, and along the
/// order of the list would read every deal to find it.
pub(super) fn ids_sql(backend: DbBackend, workspace_id: Uuid, query: &DealQuery, (count, most): (u64, u64)) -> IdsStatement {
    let mut sql = Sql::with([workspace_id.into()]);
    let (keys, descending) = (sort_keys(query.layout.sort.by), query.layout.sort.descending);
    let matching = if count <= COUNT_CAP { Matching::Set } else { Matching::EachRow };
    let conditions = filter_sql(&mut sql, &query.filter, backend, "d", matching);
    // By its statistics SQLite would take the index of stages, and read every open deal.
    let index = if query.filter.promised_step && count <= COUNT_CAP { indexed_by(backend, "deals_with_next_step") } else { String::new() };
    let found = format!("FROM deals d {index} WHERE d.workspace_id = $1{conditions}");
    if let [key] = keys[..]
        && key.ids_to_sort().is_some()
    {
        return key.ids_statement(sql, ("d.id", key.sql), &found, descending, most);
    }
    if count <= COUNT_CAP {
        // LIMIT keeps the subquery one.
        let columns: String = keys.iter().enumerate().map(|(place, key)| format!(", {} AS key{place}", key.sql)).collect();
        let by = order(&keys, |place, _| format!("d.key{place}"), descending, false);
        sql.push(&format!("SELECT d.id FROM (SELECT d.id{columns} {found} LIMIT {most}) AS d ORDER BY {by}"));
    } else {
        let by = order(&keys, |_, key| key.sql.to_owned(), descending, false);
        sql.push(&format!("SELECT d.id {found} ORDER BY {by} LIMIT {most}"));
    }
    IdsStatement { sql, sorted_here: None }
}

/// SELECT of every matching deal: `id`, `version`, and its `place` in the list's order, from 1.
pub(crate) fn all_matching_sql(sql: &mut Sql, backend: DbBackend, query: &DealQuery) -> String {
    let conditions = filter_sql(sql, &query.filter, backend, "d", Matching::Set);
    let sort = query.layout.sort;
    let place = place_sql(&order(&sort_keys(sort.by), |_, key| key.sql.to_owned(), sort.descending, false));
    format!("SELECT d.id, d.version, {place} FROM deals d WHERE d.workspace_id = $1{conditions}")
}

/// Completes the statement that reads rows whole. The joins are LEFT to fix SQLite's join order: without statistics it may begin with the
/// stages and read every deal.
///
/// - `page`: SELECT of their ids.
/// - `order`: the ORDER BY of the rows.
fn rows_sql(mut sql: Sql, page: &str, order: &str) -> Sql {
    sql.push(&format!(
        "SELECT d.id, d.version, d.name, d.company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name,
           s.slug AS stage, s.name AS stage_name, s.kind AS stage_kind, d.value, d.probability, {WEIGHTED} AS weighted,
           d.expected_close_date, d.source, d.lost_reason, d.closed_at, d.owner_id, u.name AS owner_name, d.created_at, d.updated_at,
           t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM ({page}) AS page
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = page.id
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id
         LEFT JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
         LEFT JOIN users u ON u.id = d.owner_id
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = d.contact_id AND p.deleted_at IS NULL
         LEFT JOIN deal_tags dt ON dt.workspace_id = $1 AND dt.deal_id = d.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = dt.tag_id
         ORDER BY {order}, t.sort_key"
    ));
    sql
}

/// Key of a sort column, or keys: each order has an index. What other tables hold is copied into the deal by triggers.
fn sort_keys(by: DealColumn) -> Vec<SortKey> {
    match by {
        DealColumn::Name => vec![SortKey::of("d.sort_key")],
        DealColumn::Company => vec![SortKey::of("d.company_sort_key")],
        DealColumn::Contact => vec![SortKey::nullable("NULLIF(d.contact_sort_key, '')")],
        DealColumn::Stage => vec![SortKey::of("d.stage_position"), SortKey::of("d.position")],
        DealColumn::Value => vec![SortKey::nullable("d.value")],
        DealColumn::Probability => vec![SortKey::of("d.probability")],
        DealColumn::Weighted => vec![SortKey::nullable(WEIGHTED)],
        DealColumn::ExpectedClose => vec![SortKey::nullable("d.expected_close_date")],
        DealColumn::Owner => vec![SortKey::of("d.owner_sort_key")],
        DealColumn::Tags => vec![SortKey::without_index(
            "(SELECT t.sort_key FROM deal_tags dt JOIN tags t ON t.workspace_id = $1 AND t.id = dt.tag_id
              WHERE dt.workspace_id = $1 AND dt.deal_id = d.id ORDER BY t.sort_key LIMIT 1)",
        )],
        DealColumn::Source => vec![SortKey::text("d.source")],
        DealColumn::LostReason => vec![SortKey::text("d.lost_reason")],
        DealColumn::ClosedAt => vec![SortKey::without_index("d.closed_at")],
        DealColumn::CreatedAt => vec![SortKey::of("d.created_at")],
        DealColumn::UpdatedAt => vec![SortKey::of("d.updated_at")],
    }
}

/// The ORDER BY of sort keys, which ends in the id. `name`: SQL of a key, by its place.
fn order(keys: &[SortKey], name: impl Fn(usize, &SortKey) -> String, descending: bool, from_end: bool) -> String {
    let keys = keys.iter().enumerate().map(|(place, key)| format!("{} {}, ", name(place, key), key.direction(descending, from_end)));
    format!("{}d.id {}", keys.collect::<String>(), id_direction(descending, from_end))
}

/// Groups rows, one per tag, by deal.
fn group_rows(rows: Vec<ListRow>) -> Result<Vec<DealRow>, StoreError> {
    let mut deals: Vec<DealRow> = Vec::new();
    for row in rows {
        let tag = row.tag_id.zip(row.tag_name).zip(row.tag_color).map(|((id, name), color)| Tag { id: TagId(id), name, color });
        if deals.last().is_none_or(|last| last.id.0 != row.id) {
            deals.push(DealRow {
                id: DealId(row.id),
                version: row.version,
                name: row.name,
                company_id: CompanyId(row.company_id),
                company_name: row.company_name,
                contact_id: row.contact_id.map(ContactId),
                contact_name: row.contact_name,
                stage: row.stage,
                stage_name: row.stage_name,
                stage_kind: decode_enum(StageKind::from_slug(&row.stage_kind), "stages.kind")?,
                value: row.value.map(Money::from_hundredths),
                probability: row.probability,
                weighted: row.weighted.map(Money::from_hundredths),
                expected_close_date: row.expected_close_date,
                owner_id: UserId(row.owner_id),
                owner_name: row.owner_name,
                source: row.source,
                lost_reason: row.lost_reason,
                closed_at: row.closed_at,
                created_at: row.created_at,
                updated_at: row.updated_at,
                tags: vec![],
            });
        }
        if let (Some(deal), Some(tag)) = (deals.last_mut(), tag) {
            deal.tags.push(tag);
        }
    }
    Ok(deals)
}
