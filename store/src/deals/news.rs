//! What is new on the board since it was shown: the cards that changed, where they stand now, and the columns' figures.

use super::{
    cards::{CARD, Card, CardRow, JOINS},
    filter::matching,
    heads::heads,
};
use crate::{Store, StoreError, audit::chain::Change, database::sql::Sql, error::authorize, stages::Stage};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{ColumnTotals, DealFilter},
    ids::DealId,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Entries of the audit log that are looked through; a board that was away for longer is drawn anew.
const ENTRIES_MAX: i64 = 2_000;
/// Cards that are sent one by one; past them drawing the whole board is the shorter way.
const CARDS_MAX: usize = 100;

/// What is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardNews {
    /// Where the audit log ended before this was read.
    pub seq: i64,
    /// More is new than can be told card by card: draw the board anew.
    pub whole: bool,
    /// The columns from the left with their figures over all deals that match.
    pub columns: Vec<(Stage, ColumnTotals)>,
    /// The cards that changed and match, column by column in their order.
    pub cards: Vec<NewsCard>,
    /// The deals that changed and are gone, or match no longer.
    pub gone: Vec<DealId>,
}

/// A card that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsCard {
    /// The card.
    pub card: Card,
    /// The slug of its column.
    pub stage: String,
    /// The matching card right above it; none for the first of its column.
    pub above: Option<DealId>,
}

/// Whether open boards show this change.
pub(crate) fn affects_board(change: &Change<'_>) -> bool {
    let is = |entity: Entity| change.entity == entity.noun();
    let renames = || change.action == "update" && change.after.as_ref().is_some_and(|after| after.get("name").is_some());
    is(Entity::Deal) || is(Entity::Stage) || (is(Entity::Company) && renames())
}

impl Store {
    /// What is new on the board since the audit log ended at `since`.
    pub async fn board_news(&self, actor: &Actor, since: i64, filter: &DealFilter) -> Result<BoardNews, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let (seq, changed) = changed_deals(db, workspace_id, since).await?;
        let Some(changed) = changed else { return Ok(BoardNews { seq, whole: true, columns: vec![], cards: vec![], gone: vec![] }) };
        let heads = heads(db, workspace_id, filter).await?;
        let mut slugs = HashMap::new();
        let mut columns = Vec::with_capacity(heads.len());
        for head in &heads {
            let stage = head.stage()?;
            slugs.insert(head.id, stage.slug.clone());
            columns.push((stage, head.totals()));
        }
        let mut cards = Vec::new();
        let mut gone = changed.clone();
        for PlacedRow { card, above } in self.placed(workspace_id, &changed, filter).await? {
            let stage = slugs.get(&card.stage_id).cloned().ok_or(StoreError::Internal)?;
            let card = Card::from(card);
            gone.remove(&card.id.0);
            cards.push(NewsCard { card, stage, above: above.map(DealId) });
        }
        Ok(BoardNews { seq, whole: false, columns, cards, gone: gone.into_iter().map(DealId).collect() })
    }

    /// Those of the deals that match, each with the one right above it.
    async fn placed(&self, workspace_id: Uuid, ids: &BTreeSet<Uuid>, filter: &DealFilter) -> Result<Vec<PlacedRow>, StoreError> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let db = self.read();
        let backend = db.get_database_backend();
        let mut sql = Sql::with([workspace_id.into(), self.now().into()]);
        let (mine, aboves) = (matching(&mut sql, filter, backend, "d"), matching(&mut sql, filter, backend, "x"));
        let ids = sql.bind_all(ids.iter().copied());
        sql.push(&format!(
            "SELECT {CARD},
               (SELECT x.id FROM deals x WHERE x.workspace_id = $1 AND x.stage_id = d.stage_id
                AND (x.position, x.id) < (d.position, d.id){aboves} ORDER BY x.position DESC, x.id DESC LIMIT 1) AS above
             FROM deals d {JOINS} JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
             WHERE d.workspace_id = $1 AND d.id IN ({ids}){mine} ORDER BY s.position, s.id, d.position, d.id"
        ));
        Ok(sql.all(db).await?)
    }
}

struct PlacedRow {
    card: CardRow,
    above: Option<Uuid>,
}

impl FromQueryResult for PlacedRow {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self { card: CardRow::from_query_result(row, prefix)?, above: row.try_get(prefix, "above")? })
    }
}

#[derive(FromQueryResult)]
struct Entry {
    head: i64,
    entity: Option<String>,
    entity_id: Option<Uuid>,
}

/// Where the audit log ends, and the deals it names since; `None` for those when the whole board is to be drawn anew.
async fn changed_deals(db: &impl ConnectionTrait, workspace_id: Uuid, since: i64) -> Result<(i64, Option<BTreeSet<Uuid>>), StoreError> {
    let mut sql = Sql::with([workspace_id.into(), since.into(), ENTRIES_MAX.into()]);
    sql.push(
        "SELECT h.seq AS head, a.entity, a.entity_id FROM audit_heads h
         LEFT JOIN audit_log a ON a.workspace_id = $1 AND a.seq > $2 AND a.seq <= h.seq AND h.seq - $2 <= $3
           AND (a.entity IN ('deal', 'stage') OR (a.entity = 'company' AND a.action = 'update' AND a.after LIKE '%\"name\":%'))
         WHERE h.workspace_id = $1",
    );
    let entries: Vec<Entry> = sql.all(db).await?;
    let head = entries.first().map_or(0, |entry| entry.head);
    let mut ids = BTreeSet::new();
    for entry in entries {
        match (entry.entity.as_deref(), entry.entity_id) {
            (Some("deal"), Some(id)) => drop(ids.insert(id)),
            (None, _) => {}
            _ => return Ok((head, None)),
        }
    }
    // A number past the log's end is of another log: a database put back from a backup.
    let told = (0..=ENTRIES_MAX).contains(&(head - since)) && ids.len() <= CARDS_MAX;
    Ok((head, told.then_some(ids)))
}
