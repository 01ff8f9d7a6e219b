//! `minicrm migrate`

use super::CommandError;
use store::Store;

pub(super) async fn run(store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    println!("The database is up to date.");
    let exact = store.exact_email_accounts().await?;
    if !exact.is_empty() {
        println!(
            "Another account has the same address in another spelling, so these sign in only by their own spelling: {}",
            exact.join(", ")
        );
    }
    Ok(())
}
