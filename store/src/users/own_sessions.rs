//! The sessions of one user, as the user sees and ends them.

use crate::{
    Store,
    entity::session,
    error::{StoreError, authorize},
    users::sessions::{TokenHash, alive},
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{SessionId, UserId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::DateTimeUtc};

/// Most sessions listed. Each is a sign-in of the last weeks, so a user has a few.
const LISTED_MAX: u64 = 200;

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Its id.
    pub id: SessionId,
    /// The `User-Agent` header of the sign-in.
    pub user_agent: Option<String>,
    /// The client's address at the sign-in.
    pub ip_address: Option<String>,
    /// The time of the sign-in.
    pub created_at: DateTimeUtc,
    /// The last use, to ten minutes.
    pub last_seen_at: DateTimeUtc,
}

impl Store {
    /// The actor's own sessions in every workspace, the last used first; at most 200.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<OpenSession>, StoreError> {
        authorize(actor, Verb::Read, Entity::Account)?;
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(actor.user_id.0))
            .filter(alive(self.now(), self.session_lifetime()))
            .order_by_desc(session::Column::LastSeenAt)
            .order_by_desc(session::Column::CreatedAt)
            .limit(LISTED_MAX)
            .all(self.read())
            .await?;
        let open = |row: session::Model| {
            Some(OpenSession {
                id: TokenHash::from_stored(row.token_hash)?.session_id(),
                user_agent: row.user_agent,
                ip_address: row.ip_address,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
            })
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }

    /// Ends one of the actor's own sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the actor has no such session.
    pub async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), StoreError> {
        authorize(actor, Verb::Delete, Entity::Account)?;
        let (user_id, alive) = (actor.user_id, alive(self.now(), self.session_lifetime()));
        let ended = self.transaction(move |tx| {
            Box::pin(async move {
                let tokens = tokens_of(tx, user_id, alive).await?;
                delete(tx, tokens.into_iter().filter(|token| token.session_id() == id)).await
            })
        });
        if ended.await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Ends the actor's own sessions except for `current`. Returns how many ended.
    pub async fn end_other_sessions(&self, actor: &Actor, current: SessionId) -> Result<u64, StoreError> {
        authorize(actor, Verb::Delete, Entity::Account)?;
        let (user_id, alive) = (actor.user_id, alive(self.now(), self.session_lifetime()));
        self.transaction(move |tx| {
            Box::pin(async move {
                let tokens = tokens_of(tx, user_id, alive).await?;
                delete(tx, tokens.into_iter().filter(|token| token.session_id() != current)).await
            })
        })
        .await
    }
}

/// The token of one of the user's sessions; `None` if they have no such session.
pub(crate) async fn token_of(
    tx: &impl ConnectionTrait,
    user_id: UserId,
    alive: Condition,
    id: SessionId,
) -> Result<Option<TokenHash>, StoreError> {
    Ok(tokens_of(tx, user_id, alive).await?.into_iter().find(|token| token.session_id() == id))
}

/// Tokens of the sessions that have not ended.
async fn tokens_of(tx: &impl ConnectionTrait, user_id: UserId, alive: Condition) -> Result<Vec<TokenHash>, StoreError> {
    let stored: Vec<Vec<u8>> = session::Entity::find()
        .select_only()
        .column(session::Column::TokenHash)
        .filter(session::Column::UserId.eq(user_id.0))
        .filter(alive)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(stored.into_iter().filter_map(TokenHash::from_stored).collect())
}

async fn delete(tx: &impl ConnectionTrait, tokens: impl Iterator<Item = TokenHash>) -> Result<u64, StoreError> {
    let stored = session::Column::TokenHash.is_in(tokens.map(TokenHash::bytes));
    Ok(session::Entity::delete_many().filter(stored).exec(tx).await?.rows_affected)
}
