//! Changing one's own password.

use crate::{
    Store,
    audit::chain::Change,
    database::write::{WorkspaceTx, detached},
    entity::{session, user},
    error::{StoreError, authorize},
    users::{
        accounts::{AuthStamp, SignInUser},
        devices::Device,
        password_strength::{EASY_TO_GUESS, is_easy_to_guess},
        sign_in::Compared,
        sign_in_attempts::Attempt,
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    account::PasswordChange,
    client_network::ClientNetwork,
    ids::UserId,
    preferences::StartPage,
    sign_in_limits::LimitReached,
    users::{Email, Password},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

impl Store {
    /// Changes the actor's password and ends all of their sessions and open links. Wrong current passwords count as failed sign-ins, so whoever
    /// sits at an open session can't guess the password. `device`: the device cookie of the browser. Returns the user as after a sign-in,
    /// for a new session.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `password_current` for a wrong one, at `password` for one that is easy to guess.
    /// [`StoreError::Conflict`] if the password was changed meanwhile. [`StoreError::Limited`] if too many attempts failed before.
    /// [`StoreError::Unavailable`] if too many passwords wait to be hashed.
    pub async fn change_password(&self, actor: &Actor, change: PasswordChange, device: Option<&Device>) -> Result<SignInUser, StoreError> {
        authorize(actor, Verb::Update, Entity::Account)?;
        let row = user::Entity::find_by_id(actor.user_id.0).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if is_easy_to_guess(&change.new, &[&row.name, &row.email]) {
            return Err(StoreError::field("password", EASY_TO_GUESS));
        }
        self.require_current_password(&row, change.current, device).await?;
        let is_known_device = device.is_some_and(|device| device.hash_for(actor.user_id).is_some());
        let permit = self.shared.passwords.turn(self.address.map(ClientNetwork::from), is_known_device).await?;
        let password_hash = self.shared.passwords.hash(permit, change.new).await?;
        let mut auth_stamp = vec![0; 32];
        self.random().fill(&mut auth_stamp);
        let stamps = Stamps { before: row.auth_stamp, after: auth_stamp.clone() };
        self.write(actor, Verb::Update, Entity::Account, move |tx| Box::pin(save(tx, password_hash, stamps))).await?;
        Ok(SignInUser {
            id: actor.user_id,
            name: row.name,
            auth_stamp: AuthStamp::new(auth_stamp),
            workspace_id: Some(actor.workspace_id),
            untold_reset_link: false,
            start_page: StartPage::default(),
        })
    }

    /// Compares the current password of a signed-in user, counted as a sign-in. `device`: the device cookie of the browser.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `password_current` for another one. [`StoreError::Limited`] if too many attempts failed before: then it
    /// was not compared.
    pub(crate) async fn require_current_password(
        &self,
        row: &user::Model,
        current: Password,
        device: Option<&Device>,
    ) -> Result<(), StoreError> {
        let limited = |retry_at| StoreError::Limited(LimitReached::failed_sign_ins(retry_at - self.now()));
        let network = self.address.map(ClientNetwork::from);
        let device = device.and_then(|device| device.hash_for(UserId(row.id)));
        let key = Email::parse(&row.email).map_or_else(|_| String::new(), |email| email.key());
        let attempt = Attempt::new(&key, network, device.clone());
        if let Some(retry_at) = self.sign_in_limited_until(&attempt).await? {
            return Err(limited(retry_at));
        }
        let permit = self.shared.passwords.turn(network, device.is_some()).await?;
        let (store, hash) = (self.clone(), SecretString::from(row.password_hash.clone()));
        // Continues if the client disconnects, as the attempt may turn out not to have failed.
        match detached(async move { store.compare(permit, attempt, Some(hash), current, None).await }).await? {
            Compared::Matches => Ok(()),
            Compared::Mismatch => Err(StoreError::field("password_current", "This is not your current password")),
            Compared::Limited { retry_at } => Err(limited(retry_at)),
        }
    }
}

/// The stamp of the compared password, and the one of the new password.
struct Stamps {
    before: Vec<u8>,
    after: Vec<u8>,
}

async fn save(tx: &mut WorkspaceTx, password_hash: SecretString, stamps: Stamps) -> Result<(), StoreError> {
    let id = tx.actor.user_id.0;
    let changed = user::ActiveModel {
        password_hash: Set(password_hash.expose_secret().to_owned()),
        auth_stamp: Set(stamps.after),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    let updated = user::Entity::update_many()
        .set(changed)
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::AuthStamp.eq(stamps.before))
        .exec(&tx.db)
        .await?;
    if updated.rows_affected != 1 {
        return Err(StoreError::Conflict);
    }
    session::Entity::delete_many().filter(session::Column::UserId.eq(id)).exec(&tx.db).await?;
    tx.store().clone().end_links(&tx.db, tx.actor.user_id).await?;
    tx.audit(Change { action: "change-password", entity: Entity::Account.noun(), id, before: None, after: None }).await
}
