//! The board: every column's figures and its first cards, in two round trips.

use crate::{
    Store, StoreError,
    error::authorize,
    rows::{known, uint},
    sql::{Sql, sql},
    stages::Stage,
};
use chrono::NaiveDate;
use domain::{
    access::{Actor, Entity, Verb},
    deals::{COLUMN_PAGE, ColumnTotals},
    ids::{CompanyId, DealId, StageId},
    money::Money,
    stages::StageKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its columns from the left.
    pub columns: Vec<BoardColumn>,
    /// How many deals are open.
    pub open_count: u64,
    /// What those are worth together.
    pub open_value: Money,
    /// The same, each times its probability.
    pub weighted: Money,
}

/// One column of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardColumn {
    /// The stage it stands for.
    pub stage: Stage,
    /// Figures over all its deals.
    pub totals: ColumnTotals,
    /// What its deals are worth, each times its probability.
    pub weighted: Money,
    /// Its first cards from the top, at most [`COLUMN_PAGE`].
    pub cards: Vec<Card>,
}

/// A deal on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Which deal.
    pub id: DealId,
    /// Its version, for a move.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// What it is worth.
    pub value: Money,
    /// How likely it is won, in percent.
    pub probability: i16,
    /// The company it is with.
    pub company_id: CompanyId,
    /// That company's name.
    pub company_name: String,
    /// The day it is expected to close.
    pub expected_close_date: Option<NaiveDate>,
    /// Whose it is, by name.
    pub owner_name: String,
}

impl Store {
    /// The board with the first cards of each column.
    pub async fn board(&self, actor: &Actor) -> Result<Board, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let heads = heads(self.read(), actor).await?;
        let mut cards = first_cards(self.read(), actor, &heads).await?.into_iter().peekable();
        let mut board = Board { columns: Vec::with_capacity(heads.len()), open_count: 0, open_value: Money::ZERO, weighted: Money::ZERO };
        for head in heads {
            let stage = head.stage()?;
            let totals =
                ColumnTotals { stage: stage.slug.clone(), count: uint(head.deals), value: Money::from_hundredths(head.deals_value) };
            let weighted = Money::from_hundredths(head.weighted_value);
            if stage.kind == StageKind::Open {
                board.open_count += totals.count;
                board.open_value = [board.open_value, totals.value].into_iter().sum();
                board.weighted = [board.weighted, weighted].into_iter().sum();
            }
            let mut column = BoardColumn { stage, totals, weighted, cards: vec![] };
            while let Some(card) = cards.next_if(|card| card.stage_id == head.id) {
                column.cards.push(Card::from(card));
            }
            board.columns.push(column);
        }
        Ok(board)
    }

    /// The next cards of a column, at most [`COLUMN_PAGE`]: its first, or those below the card `after`. A stage that isn't
    /// there, or a card that has left its column, is [`StoreError::NotFound`].
    pub async fn board_column(&self, actor: &Actor, stage_slug: &str, after: Option<DealId>) -> Result<Vec<Card>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let db = self.read();
        let start = start(db, actor, stage_slug, after).await?.ok_or(StoreError::NotFound)?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let stage = statement.bind(start.stage_id);
        let below = match (start.position, start.id) {
            (Some(position), Some(id)) => format!(" AND (position, id) > ({}, {})", statement.bind(position), statement.bind(id)),
            _ => String::new(),
        };
        statement.push(&format!("SELECT {CARD} FROM ({}) AS d {JOINS} ORDER BY d.position, d.id", column_part(&stage, &below, "1")));
        Ok(statement.all::<CardRow>(db).await?.into_iter().map(Card::from).collect())
    }
}

const CARD: &str = "d.id, d.version, d.name, d.value, d.probability, d.stage_id, d.company_id, c.name AS company_name, d.expected_close_date, \
                    u.name AS owner_name";
const JOINS: &str = "JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id JOIN users u ON u.id = d.owner_id";

/// A column's first cards below a point, along the index of their order. `column` numbers it.
fn column_part(stage: &str, below: &str, column: &str) -> String {
    format!(
        "SELECT * FROM (SELECT {column} AS board_column, id, version, name, value, probability, stage_id, company_id, expected_close_date,
                          owner_id, position
                        FROM deals WHERE workspace_id = $1 AND stage_id = {stage} AND deleted_at IS NULL{below}
                        ORDER BY position, id LIMIT {COLUMN_PAGE}) AS part"
    )
}

#[derive(FromQueryResult)]
struct HeadRow {
    id: Uuid,
    name: String,
    slug: String,
    kind: String,
    position: i32,
    probability: i16,
    idle_days: Option<i16>,
    deals: i64,
    deals_value: i64,
    weighted_value: i64,
}

impl HeadRow {
    fn stage(&self) -> Result<Stage, StoreError> {
        Ok(Stage {
            id: StageId(self.id),
            name: self.name.clone(),
            slug: self.slug.clone(),
            kind: known(StageKind::from_slug(&self.kind), "stages.kind")?,
            position: self.position,
            probability: self.probability,
            idle_days: self.idle_days,
        })
    }
}

#[derive(FromQueryResult)]
struct CardRow {
    id: Uuid,
    version: i64,
    name: String,
    value: i64,
    probability: i16,
    stage_id: Uuid,
    company_id: Uuid,
    company_name: String,
    expected_close_date: Option<NaiveDate>,
    owner_name: String,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        Self {
            id: DealId(row.id),
            version: row.version,
            name: row.name,
            value: Money::from_hundredths(row.value),
            probability: row.probability,
            company_id: CompanyId(row.company_id),
            company_name: row.company_name,
            expected_close_date: row.expected_close_date,
            owner_name: row.owner_name,
        }
    }
}

/// The stages in order with their figures.
async fn heads(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<HeadRow>, StoreError> {
    let statement = sql(
        "SELECT s.id, s.name, s.slug, s.kind, s.position, s.probability, s.idle_days, k.deals, k.deals_value, k.weighted_value
         FROM stages s JOIN stage_counters k ON k.workspace_id = $1 AND k.stage_id = s.id
         WHERE s.workspace_id = $1 ORDER BY s.position, s.id",
        [actor.workspace_id.0.into()],
    );
    Ok(statement.all(db).await?)
}

/// The first cards of every column, column by column.
async fn first_cards(db: &impl ConnectionTrait, actor: &Actor, heads: &[HeadRow]) -> Result<Vec<CardRow>, StoreError> {
    if heads.is_empty() {
        return Ok(vec![]);
    }
    let mut statement = Sql::with([actor.workspace_id.0.into()]);
    let parts: Vec<String> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let stage = statement.bind(head.id);
            column_part(&stage, "", &column.to_string())
        })
        .collect();
    statement.push(&format!("SELECT {CARD} FROM ({}) AS d {JOINS} ORDER BY d.board_column, d.position, d.id", parts.join(" UNION ALL ")));
    Ok(statement.all(db).await?)
}

#[derive(FromQueryResult)]
struct StartRow {
    stage_id: Uuid,
    position: Option<i64>,
    id: Option<Uuid>,
}

/// The column and the card to go on from.
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
