//! Table of open connections, with a cap in total and one per client address.
//!
//! A new connection at a cap closes another one, the first in this order:
//! 1. anonymous connections that wait for their client, the longest wait first;
//! 2. idle connections of signed-in users, the longest wait first.
//!
//! A connection whose request is being answered is never closed, and neither is a signed-in user's connection that receives a
//! body or sends an answer. So a client that opens connections and leaves them silent takes no place from active clients,
//! with or without an account.
//!
//! A user's new connection can't be told from an attacker's until its first head is there. Behind the attacker's own address
//! it is closed if the attacker opens as many as the cap of the address in that time.

use super::limits::Limits;
use domain::client_network::ClientNetwork;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    sync::{Notify, oneshot},
    time::Instant,
};

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activity {
    /// The server, to read for the first time. The request may already be there: of many connections accepted at once, none
    /// may close another one before that was read.
    Unread,
    /// The server: a request is being answered.
    Working,
    /// The client, to send a head: the first one or the next one.
    Idle {
        /// When the wait for this head began.
        since: Instant,
    },
    /// The client, to send the rest of a body, which may be discarded after an early answer.
    Receiving {
        /// When the wait for this body began.
        since: Instant,
    },
    /// The client, to read the answer.
    Sending {
        /// When the client stopped reading.
        since: Instant,
    },
    /// The client, to read the end of an answer: hyper has all of it, and the socket did not take all of it at once. Lasts
    /// until the next head, because hyper does not report when the last byte is written. `Limits::header_timeout` bounds it
    /// from that byte on.
    Finishing {
        /// When the client stopped reading.
        since: Instant,
    },
}

/// Order in which closable connections are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Anonymous,
    SignedIn,
}

struct Entry {
    /// Network of the peer address; `None` for trusted proxies, which speak for many clients.
    network: Option<ClientNetwork>,
    activity: Activity,
    signed_in: bool,
    /// Closes the connection when it is dropped.
    _close: oneshot::Sender<()>,
}

impl Entry {
    /// Rank among connections to close, lower first, and the start of the wait for the client. `None` if the connection must
    /// stay open.
    fn closable(&self) -> Option<(Rank, Instant)> {
        match self.activity {
            Activity::Unread | Activity::Working => None,
            Activity::Idle { since } if self.signed_in => Some((Rank::SignedIn, since)),
            Activity::Receiving { .. } | Activity::Sending { .. } | Activity::Finishing { .. } if self.signed_in => None,
            Activity::Idle { since } | Activity::Receiving { since } | Activity::Sending { since } | Activity::Finishing { since } => {
                Some((Rank::Anonymous, since))
            }
        }
    }
}

#[derive(Default)]
struct Table {
    next_id: u64,
    open: HashMap<u64, Entry>,
    /// Open requests that came through trusted proxies, by network of the forwarded address.
    requests: HashMap<ClientNetwork, usize>,
}

impl Table {
    /// The closable connection of this network with the lowest rank, and the longest wait within it.
    fn longest_waiting_of(&self, network: ClientNetwork) -> Option<(Rank, u64)> {
        let candidates = self.open.iter().filter(|(_, entry)| entry.network == Some(network));
        candidates.filter_map(|(id, entry)| Some((entry.closable()?, *id))).min().map(|((rank, _), id)| (rank, id))
    }

    /// Whether a connection, of this network if one is given, was not read yet. Its own task reads it within milliseconds;
    /// then it may be an anonymous one to close in place of a signed-in one.
    fn has_unread(&self, network: Option<ClientNetwork>) -> bool {
        self.open.values().any(|entry| (network.is_none() || entry.network == network) && entry.activity == Activity::Unread)
    }

    /// The closable connection of the lowest rank. Within it, the longest waiting one of the network with the most open
    /// connections.
    fn longest_waiting(&self) -> Option<(Rank, u64)> {
        let mut counts: HashMap<ClientNetwork, usize> = HashMap::new();
        for network in self.open.values().filter_map(|entry| entry.network) {
            *counts.entry(network).or_default() += 1;
        }
        let count = |entry: &Entry| entry.network.and_then(|network| counts.get(&network).copied()).unwrap_or(0);
        let candidates = self.open.iter().filter_map(|(id, entry)| {
            let (rank, since) = entry.closable()?;
            Some((rank, usize::MAX - count(entry), since, *id))
        });
        candidates.min().map(|(rank, _, _, id)| (rank, id))
    }
}

/// All open connections.
pub(super) struct Connections {
    limits: Limits,
    trusted_proxies: Arc<[IpNet]>,
    table: Mutex<Table>,
    /// Notified when a connection ends or its activity changes.
    changed: Notify,
}

impl Connections {
    pub(super) fn new(limits: Limits, trusted_proxies: Arc<[IpNet]>) -> Arc<Self> {
        Arc::new(Self { limits, trusted_proxies, table: Mutex::default(), changed: Notify::new() })
    }

    /// Adds a connection and closes another one if a cap is reached. Waits while the total cap is reached and no
    /// connection can be closed. `None` if the cap of the peer's address is reached and no connection of it can be closed.
    pub(super) async fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        loop {
            match self.try_admit(peer) {
                Admission::Admitted(place) => return Some(place),
                Admission::Refused => return None,
                Admission::Full => self.changed.notified().await,
            }
        }
    }

    fn try_admit(self: &Arc<Self>, peer: IpAddr) -> Admission {
        let is_proxy = self.trusted_proxies.iter().any(|proxies| proxies.contains(&peer.to_canonical()));
        let network = (!is_proxy).then(|| ClientNetwork::from(peer));
        let mut table = self.lock();
        if let Some(network) = network
            && table.open.values().filter(|entry| entry.network == Some(network)).count() >= self.limits.connections_per_address
        {
            match table.longest_waiting_of(network) {
                Some((Rank::Anonymous, id)) => drop(table.open.remove(&id)),
                _ if table.has_unread(Some(network)) => return Admission::Full,
                Some((Rank::SignedIn, id)) => drop(table.open.remove(&id)),
                None => return Admission::Refused,
            }
        }
        if table.open.len() >= self.limits.connections {
            match table.longest_waiting() {
                Some((Rank::Anonymous, id)) => drop(table.open.remove(&id)),
                Some((Rank::SignedIn, id)) if !table.has_unread(None) => drop(table.open.remove(&id)),
                _ => return Admission::Full,
            }
        }
        let id = table.next_id;
        table.next_id += 1;
        let (close, closed) = oneshot::channel();
        table.open.insert(id, Entry { network, activity: Activity::Unread, signed_in: false, _close: close });
        let handle = ConnectionHandle { id, is_proxy, half_received: Arc::default(), connections: Arc::clone(self) };
        Admission::Admitted(Place { handle, closed })
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Admission {
    Admitted(Place),
    /// The cap of the address is reached.
    Refused,
    /// A cap is reached. A later attempt may succeed.
    Full,
}

/// A connection's place in the table, given back on drop.
pub(super) struct Place {
    pub(super) handle: ConnectionHandle,
    /// Resolves when the connection must close for another one.
    pub(super) closed: oneshot::Receiver<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.handle.connections.lock().open.remove(&self.handle.id);
        self.handle.connections.changed.notify_one();
    }
}

/// Handle of one connection, through which its parts report what the connection does. Requests carry it as an extension.
#[derive(Clone)]
pub struct ConnectionHandle {
    id: u64,
    is_proxy: bool,
    /// Whether bytes were received that belong to no complete request.
    half_received: Arc<AtomicBool>,
    connections: Arc<Connections>,
}

impl ConnectionHandle {
    pub(super) fn set_half_received(&self, half_received: bool) {
        self.half_received.store(half_received, Ordering::Relaxed);
    }

    pub(super) fn is_half_received(&self) -> bool {
        self.half_received.load(Ordering::Relaxed)
    }

    /// Records whether the latest request came from a signed-in user. Such a connection is closed for another one only while
    /// it is idle, and after all anonymous ones that wait for their client.
    pub fn set_signed_in(&self, signed_in: bool) {
        self.update(|entry| entry.signed_in = signed_in);
    }

    /// The socket was read for the first time, and had no bytes.
    pub(super) fn awaits_first_head(&self) {
        self.update(|entry| {
            if entry.activity == Activity::Unread {
                entry.activity = Activity::Idle { since: Instant::now() };
            }
        });
    }

    /// The server answers a request.
    pub(super) fn works(&self) {
        self.update(|entry| entry.activity = Activity::Working);
    }

    /// The answer ended: the client may read the rest of it and send the next request.
    ///
    /// After an early answer the rest of the body is discarded first. hyper reports the end before it writes the last bytes:
    /// if the socket does not take them, `awaits_reader` follows.
    pub(super) fn awaits_head(&self) {
        let (now, half_received) = (Instant::now(), self.is_half_received());
        self.update(|entry| {
            entry.activity = match entry.activity {
                Activity::Sending { since } => Activity::Finishing { since },
                _ if half_received => Activity::Receiving { since: now },
                _ => Activity::Idle { since: now },
            };
        });
    }

    /// The rest of a body is missing. Bytes of the same body do not restart the wait, or a slow sender would never be the
    /// longest waiting one.
    pub(super) fn awaits_body(&self) {
        self.update(|entry| {
            if !matches!(entry.activity, Activity::Receiving { .. }) {
                entry.activity = Activity::Receiving { since: Instant::now() };
            }
        });
    }

    /// The client does not read the answer: the socket takes no more bytes.
    pub(super) fn awaits_reader(&self) {
        self.update(|entry| {
            entry.activity = match entry.activity {
                Activity::Working => Activity::Sending { since: Instant::now() },
                Activity::Idle { since } => Activity::Finishing { since },
                other => other,
            };
        });
    }

    /// The client reads the answer again.
    pub(super) fn reader_is_back(&self) {
        self.update(|entry| {
            if matches!(entry.activity, Activity::Sending { .. }) {
                entry.activity = Activity::Working;
            }
        });
    }

    /// Counts a request of this client until the returned guard is dropped. `None` if as many requests of the client are
    /// open as one address may have connections. Only requests from trusted proxies count: other clients' connections do.
    pub fn open_request(&self, client: IpAddr) -> Option<OpenRequest> {
        if !self.is_proxy {
            return Some(OpenRequest(None));
        }
        let network = ClientNetwork::from(client);
        let mut table = self.connections.lock();
        let open = table.requests.entry(network).or_default();
        if *open >= self.connections.limits.connections_per_address {
            return None;
        }
        *open += 1;
        Some(OpenRequest(Some((Arc::clone(&self.connections), network))))
    }

    /// Does nothing if the connection was closed for another one.
    fn update(&self, change: impl FnOnce(&mut Entry)) {
        let mut table = self.connections.lock();
        if let Some(entry) = table.open.get_mut(&self.id) {
            change(entry);
            self.connections.changed.notify_one();
        }
    }
}

/// One open request of a client behind a trusted proxy, counted until dropped.
pub struct OpenRequest(Option<(Arc<Connections>, ClientNetwork)>);

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let Some((connections, network)) = self.0.take() else { return };
        let mut table = connections.lock();
        if let Some(open) = table.requests.get_mut(&network) {
            *open -= 1;
            if *open == 0 {
                table.requests.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
    use super::*;
    use tokio::sync::oneshot::error::TryRecvError;

    fn table(connections: usize, per_address: usize) -> Arc<Connections> {
        let limits = Limits { connections, connections_per_address: per_address, ..Limits::default() };
        Connections::new(limits, Arc::from(["10.0.0.0/8".parse().unwrap()]))
    }

    fn admit(connections: &Arc<Connections>, peer: &str) -> Option<Place> {
        match connections.try_admit(peer.parse().unwrap()) {
            Admission::Admitted(place) => {
                place.handle.awaits_first_head();
                Some(place)
            }
            Admission::Refused | Admission::Full => None,
        }
    }

    fn is_open(place: &mut Place) -> bool {
        place.closed.try_recv() == Err(TryRecvError::Empty)
    }

    #[test]
    fn an_address_at_its_cap_loses_its_longest_waiting_connection() {
        let connections = table(100, 3);
        let mut other = admit(&connections, "192.0.2.2").unwrap();
        let mut held: Vec<_> = (0..3).map(|_| admit(&connections, "192.0.2.1").unwrap()).collect();
        held[0].handle.works();
        let newest = admit(&connections, "::ffff:192.0.2.1").unwrap();
        assert_eq!(held.iter_mut().map(is_open).collect::<Vec<_>>(), [true, false, true]);
        assert!(is_open(&mut other));
        // All that is left works.
        held[2].handle.works();
        newest.handle.works();
        assert!(admit(&connections, "192.0.2.1").is_none());
        assert!(admit(&connections, "192.0.2.3").is_some());
        newest.handle.awaits_reader();
        assert!(admit(&connections, "192.0.2.1").is_some());
    }

    #[test]
    fn nothing_is_closed_before_it_was_read() {
        let connections = table(3, 2);
        let unread = |peer: &str| connections.try_admit(peer.parse().unwrap());
        let (Admission::Admitted(mut first), Admission::Admitted(mut second)) = (unread("192.0.2.1"), unread("192.0.2.1")) else {
            panic!("there is room")
        };
        assert!(matches!(unread("192.0.2.1"), Admission::Full));
        second.handle.awaits_first_head();
        let third = admit(&connections, "192.0.2.1").unwrap();
        assert!(is_open(&mut first) && !is_open(&mut second));
        first.handle.works();
        third.handle.works();
        assert!(matches!(unread("192.0.2.1"), Admission::Refused));
    }

    #[test]
    fn at_the_total_cap_the_address_with_the_most_connections_loses_one() {
        let connections = table(4, 3);
        let mut first = admit(&connections, "192.0.2.1").unwrap();
        let mut proxy = admit(&connections, "10.0.0.1").unwrap();
        let mut many: Vec<_> = (0..2).map(|number| admit(&connections, &format!("2001:db8::{number}")).unwrap()).collect();
        let mut newest = admit(&connections, "192.0.2.3").unwrap();
        assert_eq!(many.iter_mut().map(is_open).collect::<Vec<_>>(), [false, true]);
        assert!(is_open(&mut first) && is_open(&mut proxy));
        // Among equals the longest wait counts, and a proxy comes last.
        first.handle.works();
        let _next = admit(&connections, "192.0.2.4").unwrap();
        assert!(!is_open(&mut many[1]) && is_open(&mut newest) && is_open(&mut proxy));
    }

    #[test]
    fn an_address_loses_its_signed_in_idle_connections_last() {
        let connections = table(100, 3);
        let mut held: Vec<_> = (0..3).map(|_| admit(&connections, "192.0.2.1").unwrap()).collect();
        for place in &held[..2] {
            place.handle.set_signed_in(true);
        }
        // The anonymous one has waited least.
        let newest = admit(&connections, "192.0.2.1").unwrap();
        assert_eq!(held.iter_mut().map(is_open).collect::<Vec<_>>(), [true, true, false]);
        newest.handle.set_signed_in(true);
        held[0].handle.works();
        let _next = admit(&connections, "192.0.2.1").unwrap();
        assert_eq!(held.iter_mut().map(is_open).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn at_the_total_cap_signed_in_idle_connections_are_closed_last() {
        let connections = table(4, 3);
        let signed_in = |peer: &str| {
            let place = admit(&connections, peer).unwrap();
            place.handle.set_signed_in(true);
            place
        };
        let (mut one, mut many) = (signed_in("192.0.2.1"), [signed_in("192.0.2.2"), signed_in("192.0.2.2")]);
        let mut anonymous = admit(&connections, "192.0.2.3").unwrap();
        let mut newest = signed_in("192.0.2.4");
        // The anonymous one has waited least, and its network has fewer connections.
        assert!(!is_open(&mut anonymous) && is_open(&mut one) && many.iter_mut().all(is_open));
        let _next = signed_in("192.0.2.5");
        assert_eq!(many.iter_mut().map(is_open).collect::<Vec<_>>(), [false, true]);
        assert!(is_open(&mut one) && is_open(&mut newest));
    }

    #[test]
    fn a_signed_in_connection_is_closed_only_while_it_is_idle() {
        let connections = table(100, 1);
        let place = admit(&connections, "192.0.2.1").unwrap();
        let handle = &place.handle;
        let is_refused = || admit(&connections, "192.0.2.1").is_none();
        handle.works();
        handle.set_signed_in(true);
        assert!(is_refused());
        handle.awaits_body();
        assert!(is_refused(), "a body arrives");
        handle.works();
        handle.awaits_reader();
        assert!(is_refused(), "the answer is read");
        handle.awaits_head();
        assert!(is_refused(), "the end of the answer is read");
        handle.reader_is_back();
        assert!(is_refused(), "the end of the answer may not be written yet");
        handle.works();
        handle.awaits_head();
        handle.awaits_reader();
        assert!(is_refused(), "the answer ended before the socket was full");
        handle.works();
        handle.set_half_received(true);
        handle.awaits_head();
        assert!(is_refused(), "the rest of a body is discarded");
        handle.set_half_received(false);
        handle.works();
        handle.awaits_head();
        assert!(!is_refused(), "between two requests");
    }

    #[test]
    fn bytes_of_a_body_do_not_restart_its_wait() {
        let connections = table(2, 2);
        let (mut slow, silent) = (admit(&connections, "192.0.2.1").unwrap(), admit(&connections, "192.0.2.2").unwrap());
        slow.handle.works();
        silent.handle.works();
        for place in [&slow, &silent, &slow] {
            place.handle.awaits_body();
        }
        let _newest = admit(&connections, "192.0.2.3").unwrap();
        assert!(!is_open(&mut slow));
    }

    #[tokio::test]
    async fn a_full_table_waits_for_an_end_or_a_silence() {
        let connections = table(1, 1);
        let first = admit(&connections, "192.0.2.1").unwrap();
        first.handle.works();
        let waiting = tokio::spawn({
            let connections = Arc::clone(&connections);
            async move { connections.admit("192.0.2.2".parse().unwrap()).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        first.handle.awaits_head();
        let second = waiting.await.unwrap().unwrap();
        second.handle.works();
        drop(first);
        drop(second);
        assert!(admit(&connections, "192.0.2.3").is_some());
    }

    #[test]
    fn requests_through_a_proxy_count_by_client() {
        let connections = table(10, 2);
        let proxy = admit(&connections, "10.0.0.1").unwrap();
        let of = |client: &str| proxy.handle.open_request(client.parse().unwrap());
        let held = [of("2001:db8::1"), of("2001:db8::2")];
        assert!(held.iter().all(Option::is_some) && of("2001:db8::3").is_none() && of("2001:db8:1::").is_some());
        drop(held);
        assert!(of("2001:db8::3").is_some());
        let direct = admit(&connections, "192.0.2.1").unwrap();
        let held: Vec<_> = (0..5).map(|_| direct.handle.open_request("192.0.2.1".parse().unwrap())).collect();
        assert!(held.iter().all(Option::is_some));
        drop(held);
        assert!(connections.lock().requests.is_empty());
    }
}
