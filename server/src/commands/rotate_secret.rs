//! `minicrm rotate-secret`

use super::CommandError;
use store::{RETIRED_KEY_HOURS, Store, StoreError};

pub(super) async fn run(store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    match store.rotate_secret_key().await {
        Ok(()) => {
            println!("There is a new secret key. What the previous one sealed is accepted for another {RETIRED_KEY_HOURS} hours.");
            println!("Browsers that have signed in before are recognised again from their next sign-in on.");
            Ok(())
        }
        Err(StoreError::Conflict) => Err(CommandError::Other(
            "SECRET_KEY or SECRET_KEY_FILE is set, so the key in the database is not in use: change it there".to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}
