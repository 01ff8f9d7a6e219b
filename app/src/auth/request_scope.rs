//! The user and membership of the current request, as a task-local. The session store loads them in the query that loads the
//! session, and sees no request to store them in; [`super::Backend`] reads them later in the same request.

use super::SignedIn;
use std::{cell::RefCell, future::Future, sync::Arc};
use store::SessionUser;

#[derive(Default)]
struct Loaded {
    user: Option<Arc<SessionUser>>,
    signed_in: Option<Arc<SignedIn>>,
}

tokio::task_local! {
    static LOADED: RefCell<Loaded>;
}

/// Runs a request with an empty scope.
pub async fn with<F: Future>(request: F) -> F::Output {
    LOADED.scope(RefCell::default(), request).await
}

/// Sets the user of the current request, and their membership if they are in a workspace. Does nothing outside a request.
pub fn set(user: SessionUser, signed_in: Option<SignedIn>) {
    let loaded = Loaded { user: Some(Arc::new(user)), signed_in: signed_in.map(Arc::new) };
    let _ = LOADED.try_with(|found| found.replace(loaded));
}

/// The user of the current request, in a workspace or not; `None` without a session.
pub fn user() -> Option<Arc<SessionUser>> {
    LOADED.try_with(|found| found.borrow().user.clone()).ok().flatten()
}

/// The user of the current request in their workspace; `None` without a session, or in no workspace.
pub fn signed_in() -> Option<Arc<SignedIn>> {
    LOADED.try_with(|found| found.borrow().signed_in.clone()).ok().flatten()
}
