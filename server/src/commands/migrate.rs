//! `minicrm migrate`

use super::CommandError;
use store::Store;

pub(super) async fn run(store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    println!("The database is up to date.");
    Ok(())
}
