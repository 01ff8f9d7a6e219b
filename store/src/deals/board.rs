//! The board: totals and first cards of every column, in two round trips.

use super::{
    cards::{Card, CardRow, JOINS, card_sql, cards_of_ids, column_part, first_cards, first_ids_sql},
    column_totals::ColumnTotalsRow,
    filter::{Matching, filter_sql},
};
use crate::{
    Store, StoreError,
    database::sql::{Sql, sql},
    error::authorize,
    lists::{cached_counts::CountKey, ids_statement::IdsStatement},
    stages::Stage,
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{ColumnTotals, DealFilter, DealQuery},
    ids::DealId,
    money::Money,
    stages::StageKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its columns from the left.
    pub columns: Vec<BoardColumn>,
    /// Number of open deals.
    pub open_count: u64,
    /// Their value.
    pub open_value: Money,
    /// Their weighted value.
    pub weighted: Money,
    /// The newest sequence number of the audit log before the board was read.
    pub seq: i64,
}

/// One column of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardColumn {
    /// Its stage.
    pub stage: Stage,
    /// Totals over all its matching deals.
    pub totals: ColumnTotals,
    /// Its first cards from the top, at most [`domain::deals::COLUMN_PAGE`].
    pub cards: Vec<Card>,
}

impl Store {
    /// The board of the deals that match, with the first cards of each column.
    pub async fn board(&self, actor: &Actor, filter: &DealFilter) -> Result<Board, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let totals = self.cached_column_totals(actor, filter).await?;
        let mut cards: HashMap<Uuid, Vec<Card>> = HashMap::new();
        for card in self.first_cards(actor, filter, &totals).await? {
            cards.entry(card.stage_id).or_default().push(Card::from(card));
        }
        let seq = totals.first().map_or(0, |row| row.seq);
        let mut board =
            Board { columns: Vec::with_capacity(totals.len()), open_count: 0, open_value: Money::ZERO, weighted: Money::ZERO, seq };
        for row in totals.iter() {
            let (stage, totals) = (row.stage()?, row.totals());
            if stage.kind == StageKind::Open {
                board.open_count += totals.count;
                board.open_value = [board.open_value, totals.value].into_iter().sum();
                board.weighted = [board.weighted, totals.weighted].into_iter().sum();
            }
            board.columns.push(BoardColumn { stage, totals, cards: cards.remove(&row.id).unwrap_or_default() });
        }
        Ok(board)
    }

    /// The first matching cards of each column, with those of one in their order. Which ones they are is cached.
    async fn first_cards(&self, actor: &Actor, filter: &DealFilter, totals: &[ColumnTotalsRow]) -> Result<Vec<CardRow>, StoreError> {
        let (db, workspace_id, stages) = (self.read(), actor.workspace_id.0, totals.iter().map(|row| row.id));
        if filter.is_empty() {
            return first_cards(db, (workspace_id, self.now()), stages).await;
        }
        let key = CountKey::cards_of(&DealQuery { filter: filter.clone(), ..DealQuery::default() });
        let backend = db.get_database_backend();
        let statement = || IdsStatement { sql: first_ids_sql(backend, workspace_id, (filter, count(totals)), stages), sorted_here: None };
        let ids = self.ordered_ids(actor, key, None, statement).await?;
        cards_of_ids(db, (workspace_id, self.now()), ids.all()).await
    }

    /// Up to [`domain::deals::COLUMN_PAGE`] matching cards of a column: its first ones, or those below the card `after`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such stage, or the card `after` is not in its column.
    pub async fn board_column(
        &self,
        actor: &Actor,
        stage_slug: &str,
        after: Option<DealId>,
        filter: &DealFilter,
    ) -> Result<Vec<Card>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let db = self.read();
        let start = start(db, actor, stage_slug, after).await?.ok_or(StoreError::NotFound)?;
        let mut statement = Sql::with([actor.workspace_id.0.into(), self.now().into()]);
        let stage = statement.bind(start.stage_id);
        let matching = match filter.is_empty() {
            true => Matching::Set,
            false => Matching::first_of(count(&self.cached_column_totals(actor, filter).await?)),
        };
        let mut conditions = filter_sql(&mut statement, filter, db.get_database_backend(), "d", matching);
        if let (Some(position), Some(id)) = (start.position, start.id) {
            let (position, id) = (statement.bind(position), statement.bind(id));
            conditions.push_str(&format!(" AND (d.position, d.id) > ({position}, {id})"));
        }
        statement.push(&format!(
            "SELECT {} FROM ({}) AS d {JOINS} ORDER BY d.position, d.id",
            card_sql(),
            column_part(&stage, &conditions, "1")
        ));
        Ok(statement.all::<CardRow>(db).await?.into_iter().map(Card::from).collect())
    }
}

/// Number of deals in all columns.
fn count(totals: &[ColumnTotalsRow]) -> u64 {
    totals.iter().map(|row| row.totals().count).sum()
}

#[derive(FromQueryResult)]
struct StartRow {
    stage_id: Uuid,
    position: Option<i64>,
    id: Option<Uuid>,
}

/// The column, and the card after which the page begins; `None` if either is not found.
async fn start(db: &impl ConnectionTrait, actor: &Actor, slug: &str, after: Option<DealId>) -> Result<Option<StartRow>, StoreError> {
    let statement = sql(
        "SELECT s.id AS stage_id, d.position, d.id FROM stages s
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.stage_id = s.id AND d.id = $3 AND d.deleted_at IS NULL
         WHERE s.workspace_id = $1 AND s.slug = $2",
        [actor.workspace_id.0.into(), slug.into(), after.map(|id| id.0).into()],
    );
    let row: Option<StartRow> = statement.one(db).await?;
    Ok(row.filter(|row| after.is_none() || row.id.is_some()))
}
