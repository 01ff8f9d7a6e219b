//! A connection's socket: reports a client that does not read, and lets an early answer reach a client that still sends.
//!
//! A socket that is closed while received bytes are unread resets the connection (RFC 9112, 9.6), and the client may lose
//! an answer that it has not read yet. So the server first closes its sending side only, then reads and discards.

use super::{connections::ConnectionHandle, limits::Limits};
use std::{
    io::{self, IoSlice},
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// Longest pause of a client whose bytes are discarded.
const LINGER_PAUSE: Duration = Duration::from_secs(2);
/// Most bytes that are discarded: a form that is several times too large still gets its answer.
const LINGER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes read at once while discarding.
const DISCARD: usize = 16 * 1024;

/// A connection's socket.
pub(super) struct Stream {
    socket: TcpStream,
    connection: ConnectionHandle,
    limits: Limits,
    was_read: bool,
    write_blocked: bool,
    linger: Option<Linger>,
}

/// Progress of discarding.
struct Linger {
    discarded: usize,
    end: Pin<Box<Sleep>>,
    pause: Pin<Box<Sleep>>,
}

impl Stream {
    pub(super) fn new(socket: TcpStream, connection: ConnectionHandle, limits: Limits) -> Self {
        Self { socket, connection, limits, was_read: false, write_blocked: false, linger: None }
    }

    /// Notes whether the socket takes bytes.
    fn written(&mut self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let blocked = result.is_pending();
        if blocked && !self.write_blocked {
            self.connection.awaits_reader();
        } else if !blocked && self.write_blocked {
            self.connection.reader_is_back();
        }
        self.write_blocked = blocked;
        result
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.socket).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.connection.set_half_received(true);
        }
        if !self.was_read && result.is_pending() {
            self.connection.awaits_first_head();
        }
        self.was_read |= result.is_pending();
        result
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.written(result)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.written(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    /// Closes the sending side. If a request is incomplete, also waits until the client ends or a bound is reached.
    ///
    /// hyper 1.12 calls this after the last answer was flushed, also after an answer to a body that was not read to its end
    /// and after its own 400 and 431. It does not call it after a failed read or write.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let linger = match &mut this.linger {
            Some(linger) => linger,
            None => {
                ready!(Pin::new(&mut this.socket).poll_shutdown(context))?;
                if !this.connection.is_half_received() {
                    return Poll::Ready(Ok(()));
                }
                this.linger.insert(Linger::new(this.limits.linger))
            }
        };
        linger.poll_discard(&mut this.socket, context).map(Ok)
    }
}

impl Linger {
    fn new(longest: Duration) -> Self {
        Self { discarded: 0, end: Box::pin(sleep(longest)), pause: Box::pin(sleep(LINGER_PAUSE)) }
    }

    fn poll_discard(&mut self, socket: &mut TcpStream, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [MaybeUninit::uninit(); DISCARD];
        while self.discarded < LINGER_BYTES {
            let mut buffer = ReadBuf::uninit(&mut bytes);
            match Pin::new(&mut *socket).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.discarded += buffer.filled().len();
                    self.pause.as_mut().reset(Instant::now() + LINGER_PAUSE);
                }
                // The client closed its side, or is gone.
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    // Both are polled, so that either wakes the task.
                    let (ended, paused) = (self.end.as_mut().poll(context), self.pause.as_mut().poll(context));
                    return if ended.is_ready() || paused.is_ready() { Poll::Ready(()) } else { Poll::Pending };
                }
            }
        }
        Poll::Ready(())
    }
}
