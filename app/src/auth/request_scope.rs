//! The user and membership of the current request, as a task-local. The session store loads them in the query that loads the
//! session, and sees no request to store them in; [`super::Backend`] reads them later in the same request.

use super::SignedIn;
use std::{cell::RefCell, future::Future, sync::Arc};

tokio::task_local! {
    static SIGNED_IN: RefCell<Option<Arc<SignedIn>>>;
}

/// Runs a request with an empty scope.
pub async fn with<F: Future>(request: F) -> F::Output {
    SIGNED_IN.scope(RefCell::new(None), request).await
}

/// Sets the user of the current request. Does nothing outside a request.
pub fn set_signed_in(signed_in: SignedIn) {
    let _ = SIGNED_IN.try_with(|found| found.replace(Some(Arc::new(signed_in))));
}

/// The user of the current request; `None` if no session was loaded.
pub fn signed_in() -> Option<Arc<SignedIn>> {
    SIGNED_IN.try_with(|found| found.borrow().clone()).ok().flatten()
}
