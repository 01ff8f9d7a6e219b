//! Positions of cards in a column of the board. A free one is the middle between two neighbours; a column whose gaps are used up
//! is renumbered.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
};
use domain::{
    deals::{POSITION_GAP, Placement, position_between},
    ids::DealId,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct CardPosition {
    id: Uuid,
    position: i64,
}

/// A free position at `place` in the column of `stage_id`. `deal`: the card that goes there; it may be in the column already. If its
/// neighbours leave no gap, the column is renumbered first.
pub(super) async fn free_position(tx: &WorkspaceTx, stage_id: Uuid, place: Placement, deal: DealId) -> Result<i64, StoreError> {
    let (above, below) = neighbours(tx, stage_id, place, deal).await?;
    if let Some(position) = position_between(above, below) {
        return Ok(position);
    }
    renumber(tx, stage_id).await?;
    let (above, below) = neighbours(tx, stage_id, place, deal).await?;
    position_between(above, below).ok_or(StoreError::Internal)
}

/// The positions above and below `place`, without regard to the moving card.
async fn neighbours(tx: &WorkspaceTx, stage_id: Uuid, place: Placement, deal: DealId) -> Result<(Option<i64>, Option<i64>), StoreError> {
    match place {
        Placement::Top => Ok((None, edge_position(tx, stage_id, deal, "ASC").await?)),
        Placement::Bottom => Ok((edge_position(tx, stage_id, deal, "DESC").await?, None)),
        Placement::After(card) => match find_in_column(tx, stage_id, card).await?.filter(|_| card != deal) {
            Some(above) => {
                let below = position_after(tx, stage_id, deal, &above).await?;
                Ok((Some(above.position), below))
            }
            // That card has left the column meanwhile: fall back to the top.
            None => Ok((None, edge_position(tx, stage_id, deal, "ASC").await?)),
        },
    }
}

/// The position of the first (`ASC`) or last (`DESC`) card of a column, other than `deal`.
async fn edge_position(tx: &WorkspaceTx, stage_id: Uuid, deal: DealId, direction: &'static str) -> Result<Option<i64>, StoreError> {
    let text = format!(
        "SELECT id, position FROM deals WHERE workspace_id = $1 AND stage_id = $2 AND deleted_at IS NULL AND id <> $3
         ORDER BY position {direction}, id {direction} LIMIT 1"
    );
    let row: Option<CardPosition> = sql(&text, [tx.workspace_id().into(), stage_id.into(), deal.0.into()]).one(&tx.db).await?;
    Ok(row.map(|row| row.position))
}

/// A card and its position, if it is in this column.
async fn find_in_column(tx: &WorkspaceTx, stage_id: Uuid, card: DealId) -> Result<Option<CardPosition>, StoreError> {
    let statement = sql(
        "SELECT id, position FROM deals WHERE workspace_id = $1 AND id = $2 AND stage_id = $3 AND deleted_at IS NULL",
        [tx.workspace_id().into(), card.0.into(), stage_id.into()],
    );
    Ok(statement.one(&tx.db).await?)
}

/// The position of the card right below `above`, other than `deal`.
async fn position_after(tx: &WorkspaceTx, stage_id: Uuid, deal: DealId, above: &CardPosition) -> Result<Option<i64>, StoreError> {
    let statement = sql(
        "SELECT id, position FROM deals
         WHERE workspace_id = $1 AND stage_id = $2 AND deleted_at IS NULL AND (position, id) > ($3, $4) AND id <> $5
         ORDER BY position, id LIMIT 1",
        [tx.workspace_id().into(), stage_id.into(), above.position.into(), above.id.into(), deal.0.into()],
    );
    let row: Option<CardPosition> = statement.one(&tx.db).await?;
    Ok(row.map(|row| row.position))
}

/// Renumbers a stage's deals in their order, [`POSITION_GAP`] apart, those in the bin as well. Versions stay, as no user edited them.
pub(super) async fn renumber(tx: &WorkspaceTx, stage_id: Uuid) -> Result<(), StoreError> {
    let statement = sql(
        "UPDATE deals SET position = placed.place * $3
         FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM deals
               WHERE workspace_id = $1 AND stage_id = $2) AS placed
         WHERE deals.workspace_id = $1 AND deals.id = placed.id",
        [tx.workspace_id().into(), stage_id.into(), POSITION_GAP.into()],
    );
    statement.execute(&tx.db).await?;
    Ok(())
}
