//! Browsers' sessions: the cookie, and the session layer's storage on the store's queries.
//!
//! - Saving only updates, so a request in flight can't bring back a session that was signed out meanwhile.
//! - The database keeps the token's hash.
//! - A session ends by the store's clock and its lifetime of sessions: some days unused, or some more after it began.
//! - A page view writes nothing, except one renewal every ten minutes and the removal of a notice that it showed. If these
//!   fail or take long, the page is sent all the same.

use crate::config::BaseUrl;
use app::{
    auth::{WORKSPACE_KEY, request_scope},
    request::AppState,
};
use async_trait::async_trait;
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use chrono::TimeDelta;
use domain::{
    clock::Clock,
    ids::{UserId, WorkspaceId},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use store::{SESSION_RENEWAL_MINUTES, SessionContent, Store, StoreError, TokenHash};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{
        SameSite,
        time::{Duration, OffsetDateTime},
    },
    session::{Id, Record},
    session_store,
};
use uuid::Uuid;

/// The cookie's name over https. The prefix makes browsers refuse it from any other host, path or plain http.
const HOST_COOKIE: &str = "__Host-minicrm";
/// The cookie's name over plain http, where browsers would refuse the other: on this machine, or behind nothing.
const PLAIN_COOKIE: &str = "minicrm";
/// Where axum-login keeps who is signed in.
const SIGNED_IN_KEY: &str = "axum-login.data";
/// Attempts to insert a fresh random token. A 128-bit collision is not expected; the bound ends a broken random source.
const MAX_ATTEMPTS: usize = 3;
/// How long a page waits for its session to be saved. The write itself goes on, in a task of its own.
const READ_SAVE_WAIT: std::time::Duration = std::time::Duration::from_millis(250);

/// The session layer, its cookie as strict as the public address allows.
pub fn layer(state: &AppState, base_url: &BaseUrl) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions { store: state.store.clone(), clock: Arc::clone(&state.clock) })
        .with_name(cookie_name(base_url.is_https()))
        .with_secure(base_url.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(unused(&state.store))
}

fn cookie_name(https: bool) -> &'static str {
    if https { HOST_COOKIE } else { PLAIN_COOKIE }
}

/// The cookie lasts as long as the session does unused.
fn unused(store: &Store) -> Expiry {
    Expiry::OnInactivity(Duration::days(store.session_lifetime().idle().num_days()))
}

/// Request data and loaded session state that the storage uses.
#[derive(Default)]
struct SessionScope {
    address: Option<IpAddr>,
    user_agent: Option<String>,
    /// Whether the request changes nothing, so that a failed save costs nothing that was asked for.
    is_read: bool,
    /// The data as it is in the database.
    stored: RefCell<Option<Value>>,
    renewal_due: Cell<bool>,
    failed: Cell<bool>,
    save_failed: Cell<bool>,
}

tokio::task_local! {
    static SESSION_SCOPE: SessionScope;
}

/// Middleware around the session layer: hands the storage what it can't see, and mends two of the layer's answers.
pub async fn scope(State(https): State<bool>, request: Request, next: Next) -> Response {
    let scope = SessionScope {
        address: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|client| client.0.ip()),
        is_read: request.method().is_safe(),
        user_agent: request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned),
        ..SessionScope::default()
    };
    let answer = async move {
        let mut response = next.run(request).await;
        // A session that can't be read or saved is answered as a fault of ours; the database is away, and comes back.
        if response.status() == StatusCode::INTERNAL_SERVER_ERROR && with_scope(|scope| scope.failed.get()) == Some(true) {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        if https {
            secure_removal(&mut response)
        }
        response
    };
    SESSION_SCOPE.scope(scope, request_scope::with(answer)).await
}

/// Middleware inside the session layer: marks a session for renewal when its last one is long enough ago.
pub async fn renew(State(store): State<Store>, session: Session, request: Request, next: Next) -> Response {
    if with_scope(|scope| scope.renewal_due.get()) == Some(true) {
        session.set_expiry(Some(unused(&store)));
    }
    next.run(request).await
}

/// Browsers refuse any `__Host-` cookie without `Secure`, also the one that takes it away; the layer leaves it out there.
fn secure_removal(response: &mut Response) {
    let removal = format!("{HOST_COOKIE}=;");
    for (name, value) in response.headers_mut().iter_mut() {
        if *name == header::SET_COOKIE
            && let Ok(text) = value.to_str()
            && text.starts_with(&removal)
            && let Ok(whole) = HeaderValue::from_str(&format!("{text}; Secure; HttpOnly; SameSite=Lax"))
        {
            *value = whole;
        }
    }
}

fn with_scope<T>(read: impl FnOnce(&SessionScope) -> T) -> Option<T> {
    SESSION_SCOPE.try_with(read).ok()
}

/// Storage of sessions on the store.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    /// Renews the session, with its data where that has changed.
    async fn write(&self, record: &Record, unchanged: bool) -> Result<(), StoreError> {
        // Renewing alone leaves the data as it is in the database: a parallel request may have put a notice there.
        let alive = if unchanged {
            self.store.renew_session(hash(record.id)).await?
        } else {
            self.store.save_session(hash(record.id), content(record)).await?
        };
        if !alive {
            tracing::debug!("a session had ended, or was renewed by another request");
        }
        with_scope(|scope| {
            scope.renewal_due.set(false);
            scope.stored.replace(Some(data_of(record)));
        });
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let content = content(record);
        let (address, user_agent) = with_scope(|scope| (scope.address, scope.user_agent.clone())).unwrap_or_default();
        let store = address.map_or_else(|| self.store.clone(), |address| self.store.from_address(address));
        for _ in 0..MAX_ATTEMPTS {
            if store.create_session(hash(record.id), content.clone(), user_agent.as_deref()).await.map_err(failed)? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(failed(StoreError::Internal))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (is_read, renewal_due, has_failed) =
            with_scope(|scope| (scope.is_read, scope.renewal_due.get(), scope.save_failed.get())).unwrap_or((false, true, false));
        let unchanged = with_scope(|scope| scope.stored.borrow().as_ref() == Some(&data_of(record))) == Some(true);
        // The layer saves at the end of the request what a handler may have saved before. One that failed is not tried twice:
        // the handler has answered accordingly.
        if has_failed || (unchanged && !renewal_due) {
            return Ok(());
        }
        let saving = self.write(record, unchanged);
        if is_read {
            match tokio::time::timeout(READ_SAVE_WAIT, saving).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a page was sent without saving its session"),
                Err(_) => tracing::debug!("a page was sent before its session was saved"),
            }
            return Ok(());
        }
        saving.await.map_err(|error| {
            with_scope(|scope| scope.save_failed.set(true));
            failed(error)
        })
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(mut row) = self.store.load_session(hash(*id)).await.map_err(failed)? else { return Ok(None) };
        // The column is what counts: it changes without the data when the user switches.
        if let (Some(workspace_id), Some(data)) = (row.workspace_id, row.data.as_object_mut()) {
            data.insert(WORKSPACE_KEY.to_owned(), workspace_id.to_string().into());
        }
        let due = self.clock.now() - row.last_seen_at >= TimeDelta::minutes(SESSION_RENEWAL_MINUTES);
        with_scope(|scope| {
            scope.renewal_due.set(due);
            scope.stored.replace(Some(row.data.clone()));
        });
        if let Some(user) = row.user {
            request_scope::set(user, row.signed_in);
        }
        let data = serde_json::from_value(row.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.delete_session(hash(*id)).await.map_err(failed)
    }
}

/// What is kept of a record; who is signed in and where stands beside it, as the query that loads it joins on them.
fn content(record: &Record) -> SessionContent {
    let uuid = |value: &Value| value.as_str().and_then(|id| Uuid::parse_str(id).ok());
    SessionContent {
        data: data_of(record),
        user_id: record.data.get(SIGNED_IN_KEY).and_then(|data| data.get("user_id")).and_then(uuid).map(UserId),
        workspace_id: record.data.get(WORKSPACE_KEY).and_then(uuid).map(WorkspaceId),
    }
}

fn data_of(record: &Record) -> Value {
    record.data.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn hash(id: Id) -> TokenHash {
    TokenHash::of(&id.0.to_le_bytes())
}

/// Marks the request as failed: [`scope`] turns its 500 into 503. The cause is logged where it occurs.
fn failed(error: StoreError) -> session_store::Error {
    with_scope(|scope| scope.failed.set(true));
    session_store::Error::Backend(error.to_string())
}
