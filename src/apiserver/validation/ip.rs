//! IP addresses and networks as Go reads them: sloppily (`net.ParseIP` of old, which skips leading zeros) and strictly
//! (`netip`). Mirrors `util/validation/ip.go` of `apimachinery`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Mirrors netutils.ParseIPSloppy: leading zeros of IPv4 octets are skipped; no zones.
pub(super) fn parse_sloppy(text: &str) -> Option<IpAddr> {
    let by_dots = |text: &str| -> Option<Ipv4Addr> {
        let mut octets = [0u8; 4];
        let mut parts = text.split('.');
        for octet in &mut octets {
            let part = parts.next()?;
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let digits = part.trim_start_matches('0');
            if digits.len() > 3 {
                return None;
            }
            *octet = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        }
        parts.next().is_none().then(|| Ipv4Addr::from(octets))
    };
    if !text.contains(':') {
        return by_dots(text).map(IpAddr::V4);
    }
    // Only the IPv4 tail of an IPv6 address has anything to be sloppy about.
    match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => {
            let [a, b, c, d] = by_dots(tail)?.octets();
            format!("{head}:{a:02x}{b:02x}:{c:02x}{d:02x}").parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        }
        _ => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
    }
}

/// What is wrong with an address.
pub(super) fn judge_ip(text: &str, strict: bool) -> Option<&'static str> {
    let Some(address) = parse_sloppy(text) else {
        return Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    };
    if !strict {
        return None;
    }
    if has_leading_zeros(text) {
        return Some("must not have leading 0s");
    }
    is_mapped(address).then_some("must not be an IPv4-mapped IPv6 address")
}

/// Octets of IPv4 with a 0 before other digits.
fn has_leading_zeros(text: &str) -> bool {
    let tail = text.rsplit(':').next().unwrap_or(text);
    tail.contains('.') && tail.split('.').any(|octet| octet.len() > 1 && octet.starts_with('0'))
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// Mirrors netutils.ParseCIDRSloppy: the address as written, and the length of the prefix.
pub(super) fn parse_cidr(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address = parse_sloppy(address)?;
    if length.is_empty() || length.len() > 8 || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let length: u32 = length.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    (length <= most).then(|| (address, u8::try_from(length).unwrap_or(u8::MAX)))
}

/// The first address of a network.
pub(super) fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length).min(32)).unwrap_or(0);
            IpAddr::V4((u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length).min(128)).unwrap_or(0);
            IpAddr::V6((u128::from(v6) & mask).into())
        }
    }
}

/// What is wrong with a network.
pub(super) fn judge_cidr(text: &str, strict: bool) -> Option<&'static str> {
    let Some((address, length)) = parse_cidr(text) else {
        return Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    };
    if !strict {
        return None;
    }
    let (written, digits) = text.split_once('/').unwrap_or((text, ""));
    if has_leading_zeros(written) || digits.len() > 1 && digits.starts_with('0') {
        return Some("must not have leading 0s in IP or prefix length");
    }
    if is_mapped(address) {
        return Some("must not have an IPv4-mapped IPv6 address");
    }
    (masked(address, length) != address).then_some("must not have bits set beyond the prefix length")
}

/// An address as Go prints it: an IPv4-mapped one as IPv4, IPv6 as RFC 5952 says.
fn show(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => v6_text(v6),
        },
    }
}

/// Rust prints IPv4-compatible addresses with dots, Go does not.
fn v6_text(address: Ipv6Addr) -> String {
    let segments = address.segments();
    let (mut best, mut at) = ((0, 0), 0);
    while at < 8 {
        let run = segments[at..].iter().take_while(|s| **s == 0).count();
        if run > best.1 {
            best = (at, run);
        }
        at += run.max(1);
    }
    let hex = |part: &[u16]| part.iter().map(|s| format!("{s:x}")).collect::<Vec<_>>().join(":");
    if best.1 < 2 {
        return hex(&segments);
    }
    format!("{}::{}", hex(&segments[..best.0]), hex(&segments[best.0 + best.1..]))
}

/// The canonical form of an address.
pub(super) fn canonical_ip(text: &str) -> Option<String> {
    parse_sloppy(text).map(show)
}

/// The canonical form of a network.
pub(super) fn canonical_cidr(text: &str) -> Option<String> {
    let (address, length) = parse_cidr(text)?;
    Some(format!("{}/{length}", show(masked(address, length))))
}

/// True for IPv6, an IPv4-mapped address counts as IPv4. Mirrors netutils.IsIPv6.
pub(super) fn is_v6(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_reads_them() {
        assert_eq!(judge_ip("01.2.3.4", false), None);
        assert_eq!(judge_ip("01.2.3.4", true), Some("must not have leading 0s"));
        assert_eq!(judge_ip("::ffff:1.2.3.4", true), Some("must not be an IPv4-mapped IPv6 address"));
        assert_eq!(canonical_ip("FE80:0:0:0:0:0:0:0abc").as_deref(), Some("fe80::abc"));
        assert_eq!(canonical_ip("1:0:0:2:0:0:0:3").as_deref(), Some("1:0:0:2::3"));
        assert_eq!(canonical_ip("::").as_deref(), Some("::"));
        assert_eq!(judge_cidr("10.0.0.5/8", true), Some("must not have bits set beyond the prefix length"));
        assert_eq!(judge_cidr("10.0.0.0/08", true), Some("must not have leading 0s in IP or prefix length"));
        assert_eq!(canonical_cidr("2001:DB8::/64").as_deref(), Some("2001:db8::/64"));
        assert!(judge_ip("fe80::1%eth0", false).is_some());
        assert!(judge_cidr("1.2.3.4", false).is_some());
    }
}
