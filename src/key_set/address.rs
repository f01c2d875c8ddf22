//! Which addresses are nobody's business but their own network's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a key server may not be there, unless private networks are allowed.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    // Addresses that carry another inside them: mapped, compatible, NAT64, 6to4.
    let segments = address.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    let inner = match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    };
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || segments[0] & 0xfe00 == 0xfc00
        || segments[0] & 0xff80 == 0xfe80 // link-local, and site-local that was
        || segments[..2] == [0x2001, 0] // Teredo
        || segments[..3] == [0x64, 0xff9b, 1] // NAT64 within a network
        || segments[..2] == [0x2001, 0xdb8]
        || inner.is_some_and(is_private_v4)
}

#[cfg(test)]
mod tests {
    use super::*;

    // W07
    #[test]
    fn addresses_inside_private_networks_are_told_from_public_ones() {
        for (address, private) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("192.168.1.1", true),
            ("169.254.169.254", true),
            ("100.64.0.1", true),
            ("0.0.0.0", true),
            ("::1", true),
            ("::", true),
            ("fe80::1", true),
            ("fc00::1", true),
            ("::ffff:127.0.0.1", true),
            ("64:ff9b::a00:1", true),
            ("2002:a00:1::", true),
            ("fec0::1", true),
            ("2001::1", true),
            ("64:ff9b:1::a00:1", true),
            ("100.127.255.255", true),
            ("192.0.0.1", true),
            ("192.0.2.1", true),
            ("198.18.0.1", true),
            ("198.19.255.255", true),
            ("224.0.0.1", true),
            ("240.0.0.1", true),
            ("255.255.255.255", true),
            ("ff02::1", true),
            ("2001:db8::1", true),
            ("::10.0.0.1", true),
            ("::ffff:93.184.216.34", false),
            ("100.63.0.1", false),
            ("100.128.0.1", false),
            ("192.0.1.1", false),
            ("192.1.0.1", false),
            ("198.17.0.1", false),
            ("198.20.0.1", false),
            ("2001:4860::1", false),
            ("93.184.216.34", false),
            ("172.32.0.1", false),
            ("2606:4700::1111", false),
        ] {
            assert_eq!(is_private(address.parse().unwrap()), private, "{address}");
        }
    }
}
