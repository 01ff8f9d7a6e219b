//! One query tells the session, its user and their membership; this hands the latter two from the session store, which
//! asks it, to [`super::Backend`], which is asked for the user a moment later in the same request.

use super::SignedIn;
use std::{cell::RefCell, future::Future, sync::Arc};

tokio::task_local! {
    static SIGNED_IN: RefCell<Option<Arc<SignedIn>>>;
}

/// Runs one request with a place to remember who made it.
pub async fn with<F: Future>(request: F) -> F::Output {
    SIGNED_IN.scope(RefCell::new(None), request).await
}

/// Remembers who the session belongs to, until the request ends. Outside a request: nothing.
pub fn set_signed_in(signed_in: SignedIn) {
    let _ = SIGNED_IN.try_with(|found| found.replace(Some(Arc::new(signed_in))));
}

/// Who the session belongs to, if that was found in this request.
pub fn signed_in() -> Option<Arc<SignedIn>> {
    SIGNED_IN.try_with(|found| found.borrow().clone()).ok().flatten()
}
