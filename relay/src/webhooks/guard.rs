//! Where a webhook, and the check of a page, may lead: nowhere inside. Names are looked up once a try, and what was looked up is what is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Looks names up, and refuses those that lead inside.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) allow_private: bool,
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout).map_err(|error| {
            // What the system says of a name that it can't find.
            if matches!(error, ureq::Error::Io(_)) { ureq::Error::HostNotFound } else { error }
        })?;
        // One that leads inside is enough: which of them is taken is up to chance.
        if self.allow_private || found.iter().all(|address| is_public(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::HostNotFound)
        }
    }
}

/// Whether the host of an address is not one inside by its looks; a name is looked at when it is used.
pub(crate) fn is_public_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = bare.eq_ignore_ascii_case("localhost") || bare.to_ascii_lowercase().ends_with(".localhost");
    !is_here && bare.parse().map_or(true, is_public)
}

/// Whether an address is one of the internet's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_protocol = (a, b, c) == (192, 0, 0);
    let is_benchmark = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 240
        || is_shared
        || is_protocol
        || is_benchmark
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, ..] = address.segments();
    // Of what is given out today, only 2000::/3 leads into the internet; and in it, tunnels carry an IPv4 address inside.
    let is_global = first & 0xe000 == 0x2000;
    let is_tunnel = first == 0x2002 || (first == 0x2001 && second == 0);
    let is_documentation = first == 0x2001 && second == 0x0db8;
    is_global && !is_tunnel && !is_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_pass() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[ff02::1]",
            "[2001:db8::1]",
            "localhost",
            "LOCALHOST",
            "a.localhost",
        ] {
            assert!(!is_public_host(inside), "{inside}");
        }
        for outside in ["1.1.1.1", "[2606:4700::1111]", "hooks.example.com"] {
            assert!(is_public_host(outside), "{outside}");
        }
    }

    #[test]
    fn a_name_that_leads_inside_is_refused_when_it_is_used() {
        let config = ureq::Agent::config_builder().max_redirects(0).proxy(None).build();
        let connector = ureq::unversioned::transport::DefaultConnector::default();
        let agent = ureq::Agent::with_parts(config, connector, Guard { allow_private: false });
        let result = agent.get("http://localhost:9/").call();
        assert!(matches!(result, Err(ureq::Error::HostNotFound)), "{result:?}");
        // A name that is none, wherever it might lead.
        let config = ureq::Agent::config_builder().max_redirects(0).proxy(None).build();
        let connector = ureq::unversioned::transport::DefaultConnector::default();
        let result =
            ureq::Agent::with_parts(config, connector, Guard { allow_private: true }).get("http://no..where:9/").call();
        assert!(matches!(result, Err(ureq::Error::HostNotFound)), "{result:?}");
    }
}
