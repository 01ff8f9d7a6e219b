//! Changes of the board since it was shown: changed cards with their positions, removed cards, and the columns' totals.

use super::{
    cards::{Card, CardRow, JOINS, card_sql},
    column_totals::column_totals,
    filter::{Matching, filter_sql},
};
use crate::{Store, StoreError, audit::chain::Change, database::sql::Sql, error::authorize, stages::Stage};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{ColumnTotals, DealFilter},
    ids::DealId,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Audit rows that are read at most. A board that missed more reloads in full.
const ENTRIES_MAX: i64 = 2_000;
/// Changed cards that are sent at most. Above it, reloading the board is shorter.
const CARDS_MAX: usize = 100;

/// Changes of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardChanges {
    /// The newest sequence number of the audit log before the changes were read.
    pub seq: i64,
    /// The changes are not listed: reload the whole board.
    pub full_reload: bool,
    /// The columns from the left, with totals over all matching deals.
    pub columns: Vec<(Stage, ColumnTotals)>,
    /// The changed cards that match, by column and position.
    pub cards: Vec<ChangedCard>,
    /// The changed deals that are in the bin or don't match.
    pub removed: Vec<DealId>,
}

/// A card that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCard {
    /// The card.
    pub card: Card,
    /// The slug of its column.
    pub stage: String,
    /// The matching card right above it; `None` for the first of its column.
    pub above: Option<DealId>,
}

/// Whether a change may be visible on the board: of a deal, of a stage, of a task, which may be a deal's next, or of a company's name.
pub(crate) fn affects_board(change: &Change<'_>) -> bool {
    let is = |entity: Entity| change.entity == entity.noun();
    let renames = || change.action == "update" && change.after.as_ref().is_some_and(|after| after.get("name").is_some());
    is(Entity::Deal) || is(Entity::Stage) || is(Entity::Task) || (is(Entity::Company) && renames())
}

impl Store {
    /// Changes of the board after the audit sequence number `since`.
    pub async fn board_changes(&self, actor: &Actor, since: i64, filter: &DealFilter) -> Result<BoardChanges, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let (seq, changed) = changed_deals(db, workspace_id, since).await?;
        let Some(changed) = changed else {
            return Ok(BoardChanges { seq, full_reload: true, columns: vec![], cards: vec![], removed: vec![] });
        };
        let totals = column_totals(db, workspace_id, filter).await?;
        let mut slugs = HashMap::new();
        let mut columns = Vec::with_capacity(totals.len());
        for row in &totals {
            let stage = row.stage()?;
            slugs.insert(row.id, stage.slug.clone());
            columns.push((stage, row.totals()));
        }
        let mut cards = Vec::new();
        let mut removed = changed.clone();
        for CardAndPredecessor { card, above } in self.cards_with_predecessor(workspace_id, &changed, filter).await? {
            let stage = slugs.get(&card.stage_id).cloned().ok_or(StoreError::Internal)?;
            let card = Card::from(card);
            removed.remove(&card.id.0);
            cards.push(ChangedCard { card, stage, above: above.map(DealId) });
        }
        Ok(BoardChanges { seq, full_reload: false, columns, cards, removed: removed.into_iter().map(DealId).collect() })
    }

    /// The deals of `ids` that match, each with the matching card right above it.
    async fn cards_with_predecessor(
        &self,
        workspace_id: Uuid,
        ids: &BTreeSet<Uuid>,
        filter: &DealFilter,
    ) -> Result<Vec<CardAndPredecessor>, StoreError> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let db = self.read();
        let backend = db.get_database_backend();
        let mut sql = Sql::with([workspace_id.into(), self.now().into()]);
        let (mine, aboves) = ["d", "x"].map(|deals| filter_sql(&mut sql, filter, backend, deals, Matching::EachRow)).into();
        let ids = sql.bind_all(ids.iter().copied());
        sql.push(&format!(
            "SELECT {},
               (SELECT x.id FROM deals x WHERE x.workspace_id = $1 AND x.stage_id = d.stage_id
                AND (x.position, x.id) < (d.position, d.id){aboves} ORDER BY x.position DESC, x.id DESC LIMIT 1) AS above
             FROM deals d {JOINS} JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
             WHERE d.workspace_id = $1 AND d.id IN ({ids}){mine} ORDER BY s.position, s.id, d.position, d.id",
            card_sql()
        ));
        Ok(sql.all(db).await?)
    }
}

struct CardAndPredecessor {
    card: CardRow,
    above: Option<Uuid>,
}

impl FromQueryResult for CardAndPredecessor {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self { card: CardRow::from_query_result(row, prefix)?, above: row.try_get(prefix, "above")? })
    }
}

#[derive(FromQueryResult)]
struct Entry {
    head: i64,
    entity: Option<String>,
    entity_id: Option<Uuid>,
    /// The deal of a task now.
    deal_id: Option<Uuid>,
    /// The changed fields of a task as they were, as JSON.
    before: Option<String>,
}

impl Entry {
    /// The deals whose cards show the changed task: that of now, and that from which the change took it.
    fn deals_of_task(&self) -> impl Iterator<Item = Uuid> {
        let before: Option<Value> = self.before.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let before = before.and_then(|fields| fields.get("deal_id")?.as_str()?.parse().ok());
        self.deal_id.into_iter().chain(before)
    }
}

/// The newest sequence number of the audit log, and the ids of the deals changed after `since`; `None` in place of the ids if the
/// board must reload in full.
async fn changed_deals(db: &impl ConnectionTrait, workspace_id: Uuid, since: i64) -> Result<(i64, Option<BTreeSet<Uuid>>), StoreError> {
    let mut sql = Sql::with([workspace_id.into(), since.into(), ENTRIES_MAX.into()]);
    sql.push(
        "SELECT h.seq AS head, a.entity, a.entity_id, t.deal_id, CASE WHEN a.entity = 'task' THEN a.before END AS before FROM audit_heads h
         LEFT JOIN audit_log a ON a.workspace_id = $1 AND a.seq > $2 AND a.seq <= h.seq AND h.seq - $2 <= $3
           AND (a.entity IN ('deal', 'stage', 'task') OR (a.entity = 'company' AND a.action = 'update' AND a.after LIKE '%\"name\":%'))
         LEFT JOIN tasks t ON a.entity = 'task' AND t.workspace_id = $1 AND t.id = a.entity_id
         WHERE h.workspace_id = $1",
    );
    let entries: Vec<Entry> = sql.all(db).await?;
    let head = entries.first().map_or(0, |entry| entry.head);
    let mut ids = BTreeSet::new();
    for entry in entries {
        match (entry.entity.as_deref(), entry.entity_id) {
            (Some("deal"), Some(id)) => drop(ids.insert(id)),
            (Some("task"), _) => ids.extend(entry.deals_of_task()),
            (None, _) => {}
            _ => return Ok((head, None)),
        }
    }
    // A number past the log's end is from before the database was restored from a backup.
    let is_listable = (0..=ENTRIES_MAX).contains(&(head - since)) && ids.len() <= CARDS_MAX;
    Ok((head, is_listable.then_some(ids)))
}
