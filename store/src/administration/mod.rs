//! Administration of the install. A platform admin needs no workspace, so these functions take the user, `admin`; each checks first that
//! they are a platform admin who can act, a change in its own transaction. None reads a record of a workspace. Changes are in the
//! install's log.

mod diagnostics;
mod jobs;
mod log;
mod new_workspace;
mod registration;
mod users;
mod workspaces;

pub use diagnostics::Diagnostics;
pub use log::{InstallLogEntry, InstallLogPage};
pub use new_workspace::NewOwner;
pub use users::{AdminUser, UserList};
pub use workspaces::{AdminWorkspace, WorkspaceList};

use crate::{
    Store,
    database::{transaction::Transaction, write::TxFuture},
    error::StoreError,
    users::platform_admins::authorize_platform_admin,
};
use domain::{
    ids::UserId,
    page::{PAGE_SIZE, PageNumber, PageSize},
};

impl Store {
    /// Runs `work` in a transaction after the check that the user is a platform admin.
    async fn admin_transaction<T, F>(&self, admin: UserId, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> TxFuture<'t, T> + Send + 'static,
    {
        self.transaction(move |tx| {
            Box::pin(async move {
                authorize_platform_admin(tx, admin).await?;
                work(tx).await
            })
        })
        .await
    }
}

/// The rows of a page, and the number of all.
fn page_of<T>(rows: Vec<T>, page: PageNumber) -> (Vec<T>, u64) {
    let (total, first) = (rows.len() as u64, usize::try_from(page.offset(PageSize::default())).unwrap_or(usize::MAX));
    (rows.into_iter().skip(first).take(PAGE_SIZE as usize).collect(), total)
}
