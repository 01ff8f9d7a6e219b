//! Signing in by email address and password.

use crate::{
    Store,
    database::write::detached,
    entity::{membership, user},
    error::StoreError,
    users::{
        accounts::{AuthStamp, SignInUser},
        devices::Device,
        passwords::HashPermit,
        sign_in_attempts::{Attempt, Reservation},
    },
};
use domain::{
    client_network::ClientNetwork,
    ids::{UserId, WorkspaceId},
    users::{Email, Password, exact_email_key},
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    prelude::{DateTimeUtc, Uuid},
};
use secrecy::SecretString;

/// Result of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Address and password match.
    Accepted(SignInUser),
    /// Unknown address or wrong password.
    Mismatch,
    /// Too many attempts failed before. The password was not compared.
    Limited {
        /// Time at which the next attempt is accepted.
        retry_at: DateTimeUtc,
    },
}

impl Store {
    /// Signs in by email address and password. `device`: the device cookie of the browser. An unknown address takes the same steps and
    /// time as a wrong password.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if too many passwords wait to be compared, or the attempt can't be counted.
    pub async fn sign_in(&self, email: &str, password: Password, device: Option<&Device>) -> Result<SignIn, StoreError> {
        // An invalid address is looked up as empty keys, so that it takes the same time.
        let (key, exact_key) = Email::parse(email).map_or_else(|_| Default::default(), |parsed| (parsed.key(), exact_email_key(email)));
        let found = sign_in_row(&key, &exact_key).one(self.read()).await?;
        let device = found.as_ref().and_then(|row| device?.hash_for(UserId(row.id)));
        let network = self.address.map(ClientNetwork::from);

        let attempt = Attempt::new(&key, network, device.clone());
        if let Some(retry_at) = self.sign_in_limited_until(&attempt).await? {
            return Ok(SignIn::Limited { retry_at });
        }
        // Only the caller whose turn it is writes, so that many guesses don't delay other writes.
        let permit = self.shared.passwords.turn(network, device.is_some()).await?;
        // Continues if the client disconnects, as its attempt may turn out not to have failed.
        let store = self.clone();
        detached(async move { store.compare(permit, attempt, found, password).await }).await
    }

    /// Compares the password. The attempt is counted before, so that attempts at the same time can't exceed a limit, and is
    /// forgotten if it did not fail.
    async fn compare(
        &self,
        permit: HashPermit,
        attempt: Attempt,
        found: Option<SignInRow>,
        password: Password,
    ) -> Result<SignIn, StoreError> {
        let attempt_id = match self.reserve_sign_in(attempt).await? {
            Reservation::CountedDeal(id) => id,
            Reservation::Limited { retry_at } => return Ok(SignIn::Limited { retry_at }),
        };
        let hash = found.as_ref().map(|row| SecretString::from(row.password_hash.clone()));
        let matches = self.shared.passwords.matches(permit, password, hash).await;
        if matches != Ok(false) {
            self.forget_sign_in(attempt_id).await?;
        }
        Ok(match found.filter(|_| matches == Ok(true)) {
            Some(row) => SignIn::Accepted(row.into()),
            None => matches.map(|_| SignIn::Mismatch)?,
        })
    }
}

#[derive(FromQueryResult)]
struct SignInRow {
    id: Uuid,
    name: String,
    password_hash: String,
    auth_stamp: Vec<u8>,
    workspace_id: Option<Uuid>,
}

impl From<SignInRow> for SignInUser {
    fn from(row: SignInRow) -> Self {
        let SignInRow { id, name, auth_stamp, workspace_id, .. } = row;
        Self { id: UserId(id), name, auth_stamp: AuthStamp::new(auth_stamp), workspace_id: workspace_id.map(WorkspaceId) }
    }
}

/// The account that has `exact_key`, else the one that has `key` ([`recompute_email_keys`](Store::recompute_email_keys)).
fn sign_in_row(key: &str, exact_key: &str) -> sea_orm::Selector<sea_orm::SelectModel<SignInRow>> {
    user::Entity::find()
        .filter(user::Column::EmailKey.is_in([key, exact_key]))
        .order_by_desc(user::Column::EmailKey.eq(exact_key))
        .select_only()
        .columns([user::Column::Id, user::Column::Name, user::Column::PasswordHash, user::Column::AuthStamp])
        .column(membership::Column::WorkspaceId)
        .join(JoinType::LeftJoin, user::Relation::Membership.def())
        .order_by_asc(membership::Column::CreatedAt)
        .limit(1)
        .into_model()
}
