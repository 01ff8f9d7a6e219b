//! A request's body that must arrive in time.

use super::{connections::ConnectionHandle, limits::Limits};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    error::Error,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// The body stopped, or was slower than the least rate.
#[derive(Debug, thiserror::Error)]
#[error("the request's body did not arrive in time")]
pub struct BodyTimeout;

#[derive(Default)]
struct State {
    ended: bool,
    timed_out: bool,
    received: u64,
    /// Finished waits for bytes.
    waited: Duration,
    waiting_since: Option<Instant>,
}

/// How far a request's body has arrived. Requests carry it as an extension.
#[derive(Clone, Default)]
pub struct BodyProgress(Arc<Mutex<State>>);

impl BodyProgress {
    /// Whether the body was read to its end.
    pub fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// Whether the body was given up because it did not arrive in time.
    pub fn has_timed_out(&self) -> bool {
        self.lock().timed_out
    }

    /// Time spent waiting for bytes of the body.
    pub fn waited(&self) -> Duration {
        let state = self.lock();
        state.waited + state.waiting_since.map(|since| since.elapsed()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the present wait, if there is one.
    fn arrived(&self, bytes: usize, ended: bool) {
        let mut state = self.lock();
        let waited = state.waiting_since.take().map(|since| since.elapsed()).unwrap_or_default();
        state.waited += waited;
        state.received += u64::try_from(bytes).unwrap_or(u64::MAX);
        state.ended |= ended;
    }

    /// Begins a wait unless there is one. Gives the time when it has taken too long.
    fn deadline(&self, limits: &Limits) -> Instant {
        let mut state = self.lock();
        let since = *state.waiting_since.get_or_insert_with(Instant::now);
        since + limits.body_timeout.min(limits.body_allowance(state.received).saturating_sub(state.waited))
    }
}

/// A body with deadlines. Only time spent waiting for the client counts. After a deadline it ends with [`BodyTimeout`].
pub(super) struct TimedBody {
    body: Incoming,
    connection: ConnectionHandle,
    limits: Limits,
    progress: BodyProgress,
    /// Made at the first wait: most requests have no body.
    timer: Option<Pin<Box<Sleep>>>,
}

impl TimedBody {
    pub(super) fn new(body: Incoming, connection: ConnectionHandle, limits: Limits) -> Self {
        let this = Self { body, connection, limits, progress: BodyProgress::default(), timer: None };
        this.arrived(0, this.body.is_end_stream());
        this
    }

    fn arrived(&self, bytes: usize, ended: bool) {
        self.progress.arrived(bytes, ended);
        if ended {
            self.connection.set_half_received(false);
        }
    }

    pub(super) fn progress(&self) -> BodyProgress {
        self.progress.clone()
    }

    /// Sets the timer for the present wait, and polls it.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.progress.deadline(&self.limits);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(context)
    }
}

impl Body for TimedBody {
    type Data = <Incoming as Body>::Data;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                this.arrived(frame.data_ref().map_or(0, |data| data.len()), this.body.is_end_stream());
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => {
                this.arrived(0, true);
                Poll::Ready(None)
            }
            Poll::Pending => {
                this.connection.awaits_body();
                if this.poll_timer(context).is_pending() {
                    return Poll::Pending;
                }
                this.progress.lock().timed_out = true;
                Poll::Ready(Some(Err(BodyTimeout.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The handler has the whole body or does not want the rest: from here the client waits for the server.
impl Drop for TimedBody {
    fn drop(&mut self) {
        self.progress.arrived(0, false);
        self.connection.works();
    }
}
