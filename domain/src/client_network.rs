//! The network of a client's address, by which clients are counted.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Host bits of an IPv6 /64 network, which a single host usually has to itself.
const IPV6_HOST_BITS: u32 = 64;
/// Bits after the /48 prefix of a site, the largest that providers assign (RFC 6177).
const IPV6_SITE_BITS: u32 = 80;

/// An IPv4 address, or the /64 network of an IPv6 address. An IPv4-mapped IPv6 address counts as IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientNetwork(IpAddr);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << IPV6_HOST_BITS)))),
            v4 => Self(v4),
        }
    }
}

impl ClientNetwork {
    /// The largest network that a provider assigns to one customer: an IPv4 address, or an IPv6 /48.
    #[must_use]
    pub fn site(self) -> Self {
        match self.0 {
            IpAddr::V6(address) => Self(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << IPV6_SITE_BITS)))),
            v4 => Self(v4),
        }
    }

    /// Whether the network is this machine. The network of `::1` is `::`.
    pub fn is_loopback(self) -> bool {
        self.0.is_loopback() || self.0.is_unspecified()
    }
}

/// `203.0.113.9` or `2001:db8:1:2::`, at most 39 characters.
impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn network(address: &str) -> String {
        ClientNetwork::from(address.parse::<IpAddr>().unwrap()).to_string()
    }

    #[test]
    fn ipv4_counts_by_address_and_ipv6_by_64_bits() {
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        let site = |address: &str| ClientNetwork::from(address.parse::<IpAddr>().unwrap()).site().to_string();
        assert!(["127.0.0.1", "::1"].map(|address| ClientNetwork::from(address.parse::<IpAddr>().unwrap()).is_loopback()) == [true; 2]);
        assert_eq!((site("203.0.113.9").as_str(), site("2001:db8:1:2::7").as_str()), ("203.0.113.9", "2001:db8:1::"));
    }
}
