//! Deals as cards of the board.

use super::filter::{Matching, filter_sql};
use crate::{
    StoreError,
    database::sql::Sql,
    last_contact::IS_CONTACT,
    lists::page::{COUNT_CAP, listed_ids_sql},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    deals::{COLUMN_PAGE, DealFilter},
    ids::{CompanyId, DealId, UserId},
    money::Money,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// A deal on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Id of the deal.
    pub id: DealId,
    /// Its version, for a move.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its value; `None` if it is not known.
    pub value: Option<Money>,
    /// Probability that it is won, in percent.
    pub probability: i16,
    /// The company it is with.
    pub company_id: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// Expected closing day.
    pub expected_close_date: Option<NaiveDate>,
    /// Its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// When it came to its stage or had its last contact, whichever is later.
    pub touched_at: DateTime<Utc>,
    /// Whether a contact is planned, or a task that is not overdue.
    pub is_planned: bool,
    /// By when the first of its open tasks is due: [`NO_DUE_DATE`](domain::tasks::NO_DUE_DATE) at no time, `None` without one.
    pub next_task_due_by: Option<DateTime<Utc>>,
}

/// SQL of the columns of a card. `$1` is the workspace, `$2` now.
pub(super) fn card_sql() -> String {
    format!(
        "d.id, d.version, d.name, d.value, d.probability, d.stage_id, d.company_id, c.name AS company_name,
         d.expected_close_date, d.owner_id, u.name AS owner_name, d.created_at, d.stage_since, d.next_task_due_by,
         CASE WHEN d.last_task_due_by >= $2 THEN 1 ELSE 0 END AS task_planned,
         (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND {IS_CONTACT} AND a.date <= $2
          ORDER BY a.date DESC LIMIT 1) AS last_contact_at,
         (SELECT count(*) FROM (SELECT 1 FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND {IS_CONTACT}
          AND a.date > $2 LIMIT 1) AS ahead) AS planned"
    )
}

pub(super) const JOINS: &str = "JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id JOIN users u ON u.id = d.owner_id";

#[derive(FromQueryResult)]
pub(super) struct CardRow {
    id: Uuid,
    version: i64,
    name: String,
    value: Option<i64>,
    probability: i16,
    pub stage_id: Uuid,
    company_id: Uuid,
    company_name: String,
    expected_close_date: Option<NaiveDate>,
    owner_id: Uuid,
    owner_name: String,
    created_at: DateTime<Utc>,
    stage_since: Option<DateTime<Utc>>,
    last_contact_at: Option<DateTime<Utc>>,
    planned: i64,
    task_planned: i32,
    next_task_due_by: Option<DateTime<Utc>>,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        let since = row.stage_since.unwrap_or(row.created_at);
        Self {
            id: DealId(row.id),
            version: row.version,
            name: row.name,
            value: row.value.map(Money::from_hundredths),
            probability: row.probability,
            company_id: CompanyId(row.company_id),
            company_name: row.company_name,
            expected_close_date: row.expected_close_date,
            owner_id: UserId(row.owner_id),
            owner_name: row.owner_name,
            touched_at: row.last_contact_at.map_or(since, |at| at.max(since)),
            is_planned: row.planned > 0 || row.task_planned > 0,
            next_task_due_by: row.next_task_due_by,
        }
    }
}

/// The first cards of each of these stages, by stage and position. `$1` is the workspace.
pub(super) async fn first_cards(
    db: &impl ConnectionTrait,
    (workspace_id, now): (Uuid, DateTime<Utc>),
    stages: impl Iterator<Item = Uuid>,
) -> Result<Vec<CardRow>, StoreError> {
    let mut sql = Sql::with([workspace_id.into(), now.into()]);
    let conditions = filter_sql(&mut sql, &DealFilter::default(), db.get_database_backend(), "d", Matching::EachRow);
    let parts = column_parts(&mut sql, stages, &conditions);
    if parts.is_empty() {
        return Ok(vec![]);
    }
    sql.push(&format!("SELECT {} FROM ({parts}) AS d {JOINS} ORDER BY d.board_column, d.position, d.id", card_sql()));
    Ok(sql.all(db).await?)
}

/// The statement that reads the ids of the first matching cards of each of these stages, by stage and position.
///
/// `count`: the number of matching deals. Few are found once for all columns, which for each column by itself would take as long.
pub(super) fn first_ids_sql(
    backend: DbBackend,
    workspace_id: Uuid,
    (filter, count): (&DealFilter, u64),
    stages: impl Iterator<Item = Uuid>,
) -> Sql {
    let mut sql = Sql::with([workspace_id.into()]);
    if count <= COUNT_CAP {
        let conditions = filter_sql(&mut sql, filter, backend, "d", Matching::Set);
        sql.push(&format!(
            "SELECT id FROM (SELECT d.id, d.stage_position, row_number() OVER (PARTITION BY d.stage_id ORDER BY d.position, d.id) AS place
                             FROM deals d WHERE d.workspace_id = $1{conditions}) AS found
             WHERE place <= {COLUMN_PAGE} ORDER BY stage_position, place"
        ));
        return sql;
    }
    let conditions = filter_sql(&mut sql, filter, backend, "d", Matching::EachRow);
    let parts = column_parts(&mut sql, stages, &conditions);
    sql.push(&format!("SELECT d.id FROM ({parts}) AS d ORDER BY d.board_column, d.position, d.id"));
    sql
}

/// The cards with these ids, in their order.
pub(super) async fn cards_of_ids(
    db: &impl ConnectionTrait,
    (workspace_id, now): (Uuid, DateTime<Utc>),
    ids: &[Uuid],
) -> Result<Vec<CardRow>, StoreError> {
    let mut sql = Sql::with([workspace_id.into(), now.into()]);
    let listed = listed_ids_sql(&mut sql, ids, "deals");
    sql.push(&format!(
        "SELECT {} FROM ({listed}) AS page CROSS JOIN deals d {JOINS} WHERE d.workspace_id = $1 AND d.id = page.id ORDER BY page.sort_key",
        card_sql()
    ));
    Ok(sql.all(db).await?)
}

/// SQL of the first cards of these stages, one column after another.
fn column_parts(sql: &mut Sql, stages: impl Iterator<Item = Uuid>, conditions: &str) -> String {
    let parts = stages.enumerate().map(|(column, stage)| {
        let stage = sql.bind(stage);
        column_part(&stage, conditions, &column.to_string())
    });
    parts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// SQL of the first cards of one column, along the index of their order.
///
/// - `stage`: the placeholder of the stage's id.
/// - `conditions`: further conditions, each after ` AND `.
/// - `column`: the column's number.
pub(super) fn column_part(stage: &str, conditions: &str, column: &str) -> String {
    format!(
        "SELECT * FROM (SELECT {column} AS board_column, d.id, d.version, d.name, d.value, d.probability, d.stage_id, d.company_id,
                          d.expected_close_date, d.owner_id, d.position, d.created_at, d.stage_since, d.next_task_due_by,
                          d.last_task_due_by
                        FROM deals d WHERE d.workspace_id = $1 AND d.stage_id = {stage}{conditions}
                        ORDER BY d.position, d.id LIMIT {COLUMN_PAGE}) AS part"
    )
}
