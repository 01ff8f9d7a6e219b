//! Positions in a column of the board: finding room for a card, and making it where there is none.

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
struct At {
    id: Uuid,
    position: i64,
}

/// A position at `place` in the column of `stage_id`, for a deal that may be in it already. Where its neighbours leave no
/// room, the column is renumbered first.
pub(super) async fn room(tx: &WorkspaceTx, stage_id: Uuid, place: Placement, deal: DealId) -> Result<i64, StoreError> {
    let (above, below) = neighbours(tx, stage_id, place, deal).await?;
    if let Some(position) = position_between(above, below) {
        return Ok(position);
    }
    renumber(tx, stage_id).await?;
    let (above, below) = neighbours(tx, stage_id, place, deal).await?;
    position_between(above, below).ok_or(StoreError::Internal)
}

/// The positions next to `place`, the moving card itself left out.
async fn neighbours(tx: &WorkspaceTx, stage_id: Uuid, place: Placement, deal: DealId) -> Result<(Option<i64>, Option<i64>), StoreError> {
    match place {
        Placement::Top => Ok((None, edge(tx, stage_id, deal, "ASC").await?)),
        Placement::Bottom => Ok((edge(tx, stage_id, deal, "DESC").await?, None)),
        Placement::After(card) => match card_in(tx, stage_id, card).await?.filter(|_| card != deal) {
            Some(above) => {
                let below = next(tx, stage_id, deal, &above).await?;
                Ok((Some(above.position), below))
            }
            // It has left the column meanwhile: first.
            None => Ok((None, edge(tx, stage_id, deal, "ASC").await?)),
        },
    }
}

async fn edge(tx: &WorkspaceTx, stage_id: Uuid, deal: DealId, direction: &'static str) -> Result<Option<i64>, StoreError> {
    let text = format!(
        "SELECT id, position FROM deals WHERE workspace_id = $1 AND stage_id = $2 AND deleted_at IS NULL AND id <> $3
         ORDER BY position {direction}, id {direction} LIMIT 1"
    );
    let row: Option<At> = sql(&text, [tx.workspace_id().into(), stage_id.into(), deal.0.into()]).one(&tx.db).await?;
    Ok(row.map(|row| row.position))
}

async fn card_in(tx: &WorkspaceTx, stage_id: Uuid, card: DealId) -> Result<Option<At>, StoreError> {
    let statement = sql(
        "SELECT id, position FROM deals WHERE workspace_id = $1 AND id = $2 AND stage_id = $3 AND deleted_at IS NULL",
        [tx.workspace_id().into(), card.0.into(), stage_id.into()],
    );
    Ok(statement.one(&tx.db).await?)
}

async fn next(tx: &WorkspaceTx, stage_id: Uuid, deal: DealId, above: &At) -> Result<Option<i64>, StoreError> {
    let statement = sql(
        "SELECT id, position FROM deals
         WHERE workspace_id = $1 AND stage_id = $2 AND deleted_at IS NULL AND (position, id) > ($3, $4) AND id <> $5
         ORDER BY position, id LIMIT 1",
        [tx.workspace_id().into(), stage_id.into(), above.position.into(), above.id.into(), deal.0.into()],
    );
    let row: Option<At> = statement.one(&tx.db).await?;
    Ok(row.map(|row| row.position))
}

/// Spreads a column's cards a gap apart in the order they have. Nobody's edit is of another version for that.
async fn renumber(tx: &WorkspaceTx, stage_id: Uuid) -> Result<(), StoreError> {
    let statement = sql(
        "UPDATE deals SET position = placed.place * $3
         FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM deals
               WHERE workspace_id = $1 AND stage_id = $2 AND deleted_at IS NULL) AS placed
         WHERE deals.workspace_id = $1 AND deals.id = placed.id",
        [tx.workspace_id().into(), stage_id.into(), POSITION_GAP.into()],
    );
    statement.execute(&tx.db).await?;
    Ok(())
}
