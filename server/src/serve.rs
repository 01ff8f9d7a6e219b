//! The listening loop: one task per connection, a bound on how many, a bound on how long a request may take to arrive,
//! and an end that lets running requests finish.
//!
//! `axum::serve` has no header timeout: a client that sends half a request would hold its connection for ever. It has no
//! bound on bodies or connections either, and closes early answers with a reset.

mod connections;
mod guarded_body;
mod limits;
mod open_files;
mod request_body;
mod stream;

pub use connections::{ConnectionHandle, OpenRequest};
pub use guarded_body::GuardedBody;
pub use limits::Limits;
pub use open_files::raise as raise_open_files;
pub use request_body::{BodyProgress, BodyTimeout};

use axum::{Router, body::Body, extract::ConnectInfo};
use connections::{Connections, Place};
use http::{HeaderValue, Request, Response, header};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use ipnet::IpNet;
use request_body::TimedBody;
use std::{convert::Infallible, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use stream::Stream;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time,
};
use tower::ServiceExt;

/// Bytes of a request's head that are kept while it arrives. Session cookie and headers are about 2 kB.
const MAX_HEAD: usize = 64 * 1024;

/// Connections that the system holds until the loop accepts them. Past them a client's first packet is dropped, and its
/// next attempt comes a second later: 1,100 connections at once made a page wait that long with tokio's 1,024. Linux takes
/// at most `net.core.somaxconn`, 4,096 by default.
const BACKLOG: u32 = 4_096;

/// Opens the listening socket.
///
/// # Errors
/// The system's, if the address is taken or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restarted server takes its port at once, while connections of the one before still end. Windows would share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `shutdown` resolves, then finishes what runs. Gives whether everything finished in time.
///
/// Connections from `trusted_proxies` are exempt from the cap per address. Each request carries its peer's address
/// (`ConnectInfo`), a [`ConnectionHandle`] and a [`BodyProgress`] as extensions.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    trusted_proxies: Arc<[IpNet]>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> bool {
    let connections = Connections::new(limits, trusted_proxies);
    let running = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(MAX_HEAD);
    tokio::pin!(shutdown);
    loop {
        let (stream, peer, mut place) = tokio::select! {
            next = next_admitted(&listener, &connections) => next,
            () = &mut shutdown => break,
        };
        let stream = Stream::new(stream, place.handle.clone(), limits);
        let (router, handle) = (router.clone(), place.handle.clone());
        let service = hyper::service::service_fn(move |request| answer(router.clone(), request, peer, handle.clone(), limits));
        let connection = running.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => if let Err(error) = ended {
                    // A client that went away or was too slow: nothing of ours is wrong.
                    tracing::debug!(%error, "a connection ended early");
                },
                _ = &mut place.closed => tracing::debug!(%peer, "a connection was closed for another one"),
            }
        });
    }
    drop(listener);
    time::timeout(limits.drain, running.shutdown()).await.is_ok()
}

/// The next connection that has a place. One without is closed at once.
async fn next_admitted(listener: &TcpListener, connections: &Arc<Connections>) -> (TcpStream, SocketAddr, Place) {
    loop {
        let (stream, peer) = accept(listener).await;
        match connections.admit(peer.ip()).await {
            Some(place) => return (stream, peer, place),
            None => tracing::debug!(%peer, "a connection past the cap of its address was refused"),
        }
    }
}

/// Answers one request. An answer that leaves the rest of a body unread ends the connection and says so.
fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    connection: ConnectionHandle,
    limits: Limits,
) -> impl Future<Output = Result<Response<GuardedBody<Answering>>, Infallible>> {
    connection.works();
    let (mut parts, body) = request.into_parts();
    let body = TimedBody::new(body, connection.clone(), limits);
    let progress = body.progress();
    parts.extensions.insert(ConnectInfo(peer));
    parts.extensions.insert(connection.clone());
    parts.extensions.insert(progress.clone());
    let answering = Answering(connection);
    async move {
        let mut response = router.oneshot(Request::from_parts(parts, Body::new(body))).await?;
        if !progress.has_ended() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response.map(|body| GuardedBody::new(body, answering)))
    }
}

/// Reports the end of an answer when dropped.
struct Answering(ConnectionHandle);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.awaits_head();
    }
}

/// The next connection. A failure to accept is the client's or passes (no free file handles): wait and go on.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and written at once: waiting to fill a packet would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY was refused");
                }
                return (stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "can't accept a connection");
                time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// Installs the handlers of SIGTERM and SIGINT (Ctrl+C), so that neither ends the process any more. The future resolves at
/// the first of them.
///
/// # Errors
/// The system's, if it refuses a handler.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The future resolves at Ctrl+C.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
