//! Who is at the other end, seen through the proxies that the operator trusts.
//!
//! A proxy appends the address it was called from to `X-Forwarded-For`, so only what trusted proxies wrote at its right
//! end is true. The leftmost entry, which many programs read, is whatever the client sent.

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Once},
};

/// Header in which proxies list the addresses they were called from.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The warning about an unnamed proxy is logged once per process: any client can send the header with each request.
static UNNAMED_PROXY: Once = Once::new();

/// Middleware: makes `ConnectInfo<SocketAddr>` say the client's address, where it said the nearest proxy's. The client's
/// port is not known then, and 0 stands for it.
pub async fn resolve_client_ip(State(trusted): State<Arc<[IpNet]>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        if is_forwarded_by_unnamed(peer.ip(), request.headers(), &trusted) {
            UNNAMED_PROXY.call_once(|| {
                tracing::warn!(
                    peer = %peer.ip(),
                    "X-Forwarded-For was sent by an address that TRUSTED_PROXIES does not name: if that is a reverse proxy, all its \
                     clients count as one for the limits"
                );
            });
        }
        let client = client_address(peer.ip(), request.headers(), &trusted);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 0)));
    }
    next.run(request).await
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Whether the request has an `X-Forwarded-For` although its peer is not a trusted proxy.
fn is_forwarded_by_unnamed(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    headers.contains_key(FORWARDED_FOR) && !is_trusted(peer.to_canonical(), trusted)
}

/// The rightmost address that is not a trusted proxy's. An entry that isn't an address ends the search: what stands left
/// of it was not written by a proxy we know.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut address = peer.to_canonical();
    while is_trusted(address, trusted) {
        match entries.next().and_then(|entry| entry.trim().parse::<IpAddr>().ok()) {
            Some(next) => address = next.to_canonical(),
            None => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn an_unnamed_proxy_is_a_peer_that_forwards_and_is_not_trusted() {
        let trusted: [IpNet; 1] = ["10.0.0.0/8".parse().unwrap()];
        let forwarded: HeaderMap = [(FORWARDED_FOR.parse().unwrap(), "1.2.3.4".parse().unwrap())].into_iter().collect();
        let unnamed = |peer: &str, headers: &HeaderMap| is_forwarded_by_unnamed(peer.parse().unwrap(), headers, &trusted);
        assert!(unnamed("172.17.0.1", &forwarded));
        assert!(!unnamed("172.17.0.1", &HeaderMap::new()));
        assert!(!unnamed("10.0.0.2", &forwarded) && !unnamed("::ffff:10.0.0.2", &forwarded));
    }

    #[test]
    fn the_rightmost_untrusted_address_is_the_client() {
        let trusted = &["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen("10.0.0.2", &["1.2.3.4, 198.51.100.7"], trusted), "198.51.100.7");
        assert_eq!(seen("10.0.0.2", &["1.2.3.4", "198.51.100.7, 10.0.0.3"], trusted), "198.51.100.7");
        assert_eq!(seen("::ffff:10.0.0.2", &["2001:db8::1"], trusted), "2001:db8::1");
        assert_eq!(seen("10.0.0.2", &[], trusted), "10.0.0.2");
    }

    #[test]
    fn nothing_left_of_nonsense_counts() {
        assert_eq!(seen("10.0.0.2", &["1.2.3.4, unknown, 10.0.0.4"], &["10.0.0.0/8"]), "10.0.0.4");
    }
}
