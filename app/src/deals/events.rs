//! `/events/board`: server-sent events that notify an open board of changes.
//!
//! An event carries one number: the last sequence number of the workspace's audit log. The board fetches the changes by a request
//! of its own, so that every change is checked against the user's current permissions. A reconnecting board receives the number
//! at once and fetches the changes it missed.

use crate::{
    auth::shown_to::{self, ShownTo},
    request::{PageError, RequestContext},
};
use axum::response::{
    IntoResponse, Response,
    sse::{Event, Sse},
};
use domain::access::{Entity, Verb};
use futures_util::stream;
use http::{HeaderName, header};
use std::{convert::Infallible, time::Duration};
use store::BoardSubscription;
use tokio::time;

/// The interval of heartbeats on a silent connection. Each heartbeat also checks the session.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The delay before a browser reconnects, sent as `retry`.
const RECONNECT_DELAY: Duration = Duration::from_secs(2);
/// The delay after a change in which further changes join its event.
const COALESCE_DELAY: Duration = Duration::from_millis(50);

/// `GET /events/board`
pub async fn board(ctx: RequestContext) -> Result<Response, PageError> {
    // The page's user and workspace, if the page says so: another tab may have switched them.
    let query = ctx.query()?;
    let shown_to = query.iter().find(|(name, _)| name == shown_to::FIELD).map(|(_, value)| value.as_str());
    if ShownTo::differs(shown_to.filter(|value| !value.is_empty())) {
        return Err(PageError::Conflict);
    }
    let subscription = ctx.store().subscribe_to_board(&ctx.actor()).await?;
    let events = stream::unfold(EventStream { ctx, subscription, is_first: true }, EventStream::next);
    // A proxy that buffers responses would hold back every event.
    let headers = [(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Sse::new(events)).into_response())
}

/// The events of one connection.
struct EventStream {
    ctx: RequestContext,
    subscription: BoardSubscription,
    is_first: bool,
}

impl EventStream {
    /// The next event. `None` once the session has ended, the role may no longer read deals, or the server stops.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = if std::mem::take(&mut self.is_first) {
            seq_event(self.subscription.seq()).retry(RECONNECT_DELAY)
        } else {
            match time::timeout(HEARTBEAT, self.subscription.next()).await {
                Ok(Some(_)) => {
                    time::sleep(COALESCE_DELAY).await;
                    seq_event(self.subscription.seq())
                }
                Ok(None) => return None,
                Err(_) => {
                    // Changes without a notification: by another process on SQLite, or while the listening connection was down.
                    self.ctx.store().poll_changes(&self.ctx.actor()).await.ok()?;
                    Event::default().comment("")
                }
            }
        };
        let may_read = self.ctx.reload_actor().await.is_some_and(|actor| actor.may(Verb::Read, Entity::Deal));
        may_read.then_some((Ok(event), self))
    }
}

fn seq_event(seq: i64) -> Event {
    let seq = seq.to_string();
    Event::default().id(seq.clone()).data(seq)
}
