//! `/events/board`: tells an open board that there is news.
//!
//! An event is one number: where the workspace's audit log ends. What is new the board then asks for, as the person it
//! shows to, so that nothing is sent here that somebody might no longer see. A board that comes back after a break is told
//! the number at once, and so learns what it missed.

use crate::request::{PageError, RequestContext};
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

/// How often a silent connection gives a sign of life, and asks whether its session still lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a board that lost its connection waits before it comes back.
const COME_BACK: Duration = Duration::from_secs(2);
/// Changes that come closer together than this are told as one.
const TOGETHER: Duration = Duration::from_millis(50);

/// `GET /events/board`
pub async fn board(ctx: RequestContext) -> Result<Response, PageError> {
    let feed = ctx.store().subscribe_to_board(&ctx.actor()).await?;
    let events = stream::unfold(Told { ctx, feed, first: true }, |told| told.next());
    // Proxies that collect an answer before they pass it on would keep it for ever.
    let headers = [(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Sse::new(events)).into_response())
}

/// One connection.
struct Told {
    ctx: RequestContext,
    feed: BoardSubscription,
    first: bool,
}

impl Told {
    /// The next event; none once the session has ended, its role may no longer read, or the server stops.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = if std::mem::take(&mut self.first) {
            number(self.feed.seq()).retry(COME_BACK)
        } else {
            match time::timeout(HEARTBEAT, self.feed.next()).await {
                Ok(Some(_)) => {
                    time::sleep(TOGETHER).await;
                    number(self.feed.seq())
                }
                Ok(None) => return None,
                Err(_) => {
                    // News that no one told: of another program, or past a listener that died without a word.
                    self.ctx.store().poll_changes(&self.ctx.actor()).await.ok()?;
                    Event::default().comment("")
                }
            }
        };
        let here = self.ctx.reload_actor().await.is_some_and(|actor| actor.may(Verb::Read, Entity::Deal));
        here.then_some((Ok(event), self))
    }
}

fn number(seq: i64) -> Event {
    let seq = seq.to_string();
    Event::default().id(seq.clone()).data(seq)
}
