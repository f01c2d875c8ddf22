//! SSRF guard: which addresses are global unicast, and which are a cloud's metadata service.
//!
//! A platform's URLs are entered by whoever registers it, and must not make the tool a way into its own
//! network. Only global unicast is allowed. What is special within it, and outside it, is listed in IANA's
//! registries "IPv4 Special-Purpose Address Space", "IPv6 Special-Purpose Address Space" and "IPv6 Global
//! Unicast Address Assignments".

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Cloud metadata services at addresses of their own; each hands out credentials to whoever asks.
const METADATA_ADDRESSES: [IpAddr; 7] = [
    // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack.
    v4(169, 254, 169, 254),
    // AWS ECS and EKS.
    v4(169, 254, 170, 2),
    v4(169, 254, 170, 23),
    // Azure's platform address, which is public by its number.
    v4(168, 63, 129, 16),
    // Alibaba.
    v4(100, 100, 100, 200),
    // AWS and Google, over IPv6.
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254]),
];

/// The names of such services.
const METADATA_NAMES: [&str; 4] = [
    "metadata.google.internal",
    "metadata.goog",
    "instance-data.ec2.internal",
    "metadata.azure.internal",
];

/// IPv4 blocks that are not global unicast, with the bits that count: the special-purpose registry, and
/// multicast.
const SPECIAL_V4: [(Ipv4Addr, u32); 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// Blocks within 2000::/3 that are not global unicast, with the bits that count.
const SPECIAL_V6: [(Ipv6Addr, u32); 5] = [
    // IETF protocol assignments: Teredo, benchmarking, AMT, AS112, ORCHID, remote identifiers.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4, which carries an IPv4 address inside.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

const fn v4(a: u8, b: u8, c: u8, d: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

const fn v6(segments: [u16; 8]) -> IpAddr {
    let [a, b, c, d, e, f, g, h] = segments;
    IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h))
}

/// Whether it is global unicast: an address that means the same host everywhere on the internet.
pub(super) fn is_global(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => {
            let special = |(block, bits): &(Ipv4Addr, u32)| {
                (address.to_bits() ^ block.to_bits()) >> (32 - bits) == 0
            };
            !SPECIAL_V4.iter().any(special)
        }
        IpAddr::V6(address) => {
            let special = |(block, bits): &(Ipv6Addr, u32)| {
                (address.to_bits() ^ block.to_bits()) >> (128 - bits) == 0
            };
            address.segments()[0] >> 13 == 1 && !SPECIAL_V6.iter().any(special)
        }
    }
}

/// Whether a cloud's metadata service is there. No key server is, in whatever network.
pub(super) fn is_metadata(address: IpAddr) -> bool {
    METADATA_ADDRESSES.contains(&plain(address))
}

/// Whether it is the name of a cloud's metadata service.
pub(super) fn is_metadata_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    METADATA_NAMES
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The IPv4 address that an IPv6 one stands for: IPv4-mapped (RFC 4291 §2.5.5.2), or NAT64 by the well-known
/// prefix (RFC 6052 §2.1), by which hosts without IPv4 reach all of it.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            Ipv4Addr::new(a, b, c, d).into()
        }
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // W07, N29
    #[test]
    fn global_unicast_is_told_from_everything_else() {
        for not_global in [
            // IPv4: each block's first and last address.
            "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0",
            "127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255",
            "192.0.0.0 192.0.0.9 192.0.0.192 192.0.0.255 192.0.2.0 192.0.2.255 192.31.196.1",
            "192.52.193.1 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 192.175.48.1",
            "198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255",
            "224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255 100.100.100.200",
            // Outside 2000::/3.
            ":: ::1 ::7f00:1 ::10.0.0.1 ::93.184.216.34 ::2 100::1 100:0:0:1::1 1fff:ffff::1 4000::1",
            "5f00::1 64:ff9b:1::a00:1 64:ff9b:1::5db8:d822 200::1 fc00::1 fd00:ec2::254 fdff:ffff::1",
            "fe00::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1 ff0e::1",
            // Within it.
            "2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1",
            "2001:10::1 2001:20::1 2001:30::1 2001:1ff:ffff::1 2001:db8::1 2001:db8:ffff::1 2002:a00:1::",
            "2002:5db8:d822::1 2620:4f:8000::1 3fff::1 3fff:fff:ffff::1",
            // Others inside them: mapped, translated, NAT64.
            "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1",
            "::ffff:0:93.184.216.34 64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe",
        ] {
            for address in not_global.split(' ') {
                assert!(!is_global(address.parse().unwrap()), "{address}");
            }
        }
        for global in [
            "1.0.0.0 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255",
            "128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0",
            "192.0.3.0 192.31.195.1 192.31.197.1 192.52.192.1 192.88.98.1 192.88.100.1 192.167.255.255",
            "192.169.0.0 192.175.47.1 198.17.255.255 198.20.0.0 198.51.99.1 198.51.101.1 203.0.112.1",
            "203.0.114.1 223.255.255.255 2000::1 2001:200::1 2001:4860::1 2001:db7::1 2001:db9::1 2003::1",
            "2606:4700::1111 2620:4f:7fff::1 2620:4f:8001::1 3ffe::1 3fff:1000::1 ::ffff:93.184.216.34",
            "64:ff9b::5db8:d822",
        ] {
            for address in global.split(' ') {
                assert!(is_global(address.parse().unwrap()), "{address}");
            }
        }
    }

    // N29
    #[test]
    fn metadata_services_are_known_by_address_and_by_name() {
        for address in [
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "fd00:ec2::254",
            "::ffff:168.63.129.16",
            "64:ff9b::a83f:8110",
        ] {
            assert!(is_metadata(address.parse().unwrap()), "{address}");
        }
        for address in ["168.63.129.15", "93.184.216.34", "10.0.0.1", "fd00:ec2::1"] {
            assert!(!is_metadata(address.parse().unwrap()), "{address}");
        }
        for name in ["metadata.google.internal", "Metadata.Google.Internal."] {
            assert!(is_metadata_name(name), "{name}");
        }
        for name in ["lms.example", "x.metadata.google.internal", ""] {
            assert!(!is_metadata_name(name), "{name}");
        }
    }
}
