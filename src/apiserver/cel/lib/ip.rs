//! `ip()` and `cidr()`. Mirrors Go's `net/netip`, whose sentences are part of the answer, and Kubernetes' libraries.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::schema::quote;

/// Reads an address as `netip.ParseAddr`: also whether it names a zone. The error is Go's.
fn parse_addr(text: &str) -> Result<(IpAddr, bool), String> {
    match text.find(['.', ':', '%']) {
        Some(at) if text.as_bytes().get(at) == Some(&b'.') => {
            parse_v4(text).map(|v4| (IpAddr::V4(v4), false))
        }
        Some(at) if text.as_bytes().get(at) == Some(&b':') => {
            let (address, zone) = match text.split_once('%') {
                Some((_, "")) => return Err(failure(text, "zone must be a non-empty string", "")),
                Some((address, _)) => (address, true),
                None => (text, false),
            };
            parse_v6(text, address).map(|v6| (IpAddr::V6(v6), zone))
        }
        Some(_) => Err(failure(text, "missing IPv6 address", "")),
        None => Err(failure(text, "unable to parse IP", "")),
    }
}

/// Mirrors `parseAddrError`.
fn failure(text: &str, why: &str, at: &str) -> String {
    let mut out = format!("ParseAddr({}): {why}", quote(text));
    if !at.is_empty() {
        let _ = write!(out, " (at {})", quote(at));
    }
    out
}

fn parse_v4(text: &str) -> Result<Ipv4Addr, String> {
    v4_fields(text, text).map(Ipv4Addr::from)
}

/// Mirrors `parseIPv4Fields`.
fn v4_fields(whole: &str, text: &str) -> Result<[u8; 4], String> {
    let mut fields = [0u8; 4];
    let (mut value, mut at, mut digits) = (0u32, 0, 0);
    let bytes = text.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let rest = || text.get(index..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(failure(whole, "IPv4 field has octet with leading zero", ""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(failure(whole, "IPv4 field has value >255", ""));
                }
            }
            b'.' => {
                if index == 0 || index == bytes.len() - 1 || bytes.get(index - 1) == Some(&b'.') {
                    return Err(failure(whole, "IPv4 field must have at least one digit", rest()));
                }
                if at == 3 {
                    return Err(failure(whole, "IPv4 address too long", ""));
                }
                if let Some(field) = fields.get_mut(at) {
                    *field = value as u8;
                }
                at += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(failure(whole, "unexpected character", rest())),
        }
    }
    if at < 3 {
        return Err(failure(whole, "IPv4 address too short", ""));
    }
    fields[3] = value as u8;
    Ok(fields)
}

/// Mirrors `parseIPv6`.
fn parse_v6(whole: &str, text: &str) -> Result<Ipv6Addr, String> {
    let mut bytes = [0u8; 16];
    let (mut at, mut ellipsis) = (0usize, None);
    let mut s = text;
    if let Some(rest) = s.strip_prefix("::") {
        ellipsis = Some(0);
        s = rest;
        if s.is_empty() {
            return Ok(Ipv6Addr::UNSPECIFIED);
        }
    }
    while at < 16 {
        let length = s.bytes().take_while(u8::is_ascii_hexdigit).take(5).count();
        if length > 4 {
            return Err(failure(whole, "each group must have 4 or less digits", s));
        }
        if length == 0 {
            return Err(failure(whole, "each colon-separated field must have at least one digit", s));
        }
        let value = u16::from_str_radix(s.get(..length).unwrap_or_default(), 16).unwrap_or_default();
        if s.as_bytes().get(length) == Some(&b'.') {
            if ellipsis.is_none() && at != 12 {
                return Err(failure(
                    whole,
                    "embedded IPv4 address must replace the final 2 fields of the address",
                    s,
                ));
            }
            if at + 4 > 16 {
                return Err(failure(
                    whole,
                    "too many hex fields to fit an embedded IPv4 at the end of the address",
                    s,
                ));
            }
            let fields = v4_fields(whole, s)?;
            for (slot, field) in bytes.iter_mut().skip(at).zip(fields) {
                *slot = field;
            }
            at += 4;
            s = "";
            break;
        }
        for (slot, byte) in bytes.iter_mut().skip(at).zip(value.to_be_bytes()) {
            *slot = byte;
        }
        at += 2;
        s = s.get(length..).unwrap_or_default();
        if s.is_empty() {
            break;
        }
        let Some(rest) = s.strip_prefix(':') else {
            return Err(failure(whole, "unexpected character, want colon", s));
        };
        if rest.is_empty() {
            return Err(failure(whole, "colon must be followed by more characters", s));
        }
        s = rest;
        if let Some(rest) = s.strip_prefix(':') {
            if ellipsis.is_some() {
                return Err(failure(whole, "multiple :: in address", s));
            }
            ellipsis = Some(at);
            s = rest;
            if s.is_empty() {
                break;
            }
        }
    }
    if !s.is_empty() {
        return Err(failure(whole, "trailing garbage after address", s));
    }
    match (at < 16, ellipsis) {
        (true, None) => return Err(failure(whole, "address string too short", "")),
        (true, Some(from)) => {
            let missing = 16 - at;
            bytes.copy_within(from..at, from + missing);
            bytes.iter_mut().skip(from).take(missing).for_each(|b| *b = 0);
        }
        (false, Some(_)) => {
            return Err(failure(whole, "the :: must expand to at least one field of zeros", ""));
        }
        (false, None) => {}
    }
    Ok(Ipv6Addr::from(bytes))
}

fn is_mapped(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// Mirrors Kubernetes' `parseIPAddr`.
pub(in super::super) fn parse_ip(text: &str) -> Result<IpAddr, String> {
    let (ip, zone) = parse_addr(text)
        .map_err(|e| format!("IP Address {} parse error during conversion from string: {e}", quote(text)))?;
    if zone {
        return Err(format!("IP address {} with zone value is not allowed", quote(text)));
    }
    if is_mapped(ip) {
        return Err(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text)));
    }
    Ok(ip)
}

/// Mirrors Kubernetes' `parseCIDR`: the address and the length of the prefix.
pub(in super::super) fn parse_cidr(text: &str) -> Result<(IpAddr, u8), String> {
    let (ip, bits) = parse_prefix(text)
        .map_err(|e| format!("network address parse error during conversion from string: {e}"))?;
    if is_mapped(ip) {
        return Err(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text)));
    }
    Ok((ip, bits))
}

/// Mirrors `netip.ParsePrefix`.
fn parse_prefix(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = |why: String| format!("netip.ParsePrefix({}): {why}", quote(text));
    let Some((address, bits)) = text.rsplit_once('/') else { return Err(wrong("no '/'".into())) };
    let (ip, zone) = parse_addr(address).map_err(wrong)?;
    if zone {
        return Err(wrong("IPv6 zones cannot be present in a prefix".into()));
    }
    let canonical = bits.bytes().all(|b| b.is_ascii_digit())
        && !bits.is_empty()
        && (bits.len() == 1 || !bits.starts_with('0'));
    if !canonical {
        return Err(wrong(format!("bad bits after slash: {}", quote(bits))));
    }
    let most = if ip.is_ipv4() { 32 } else { 128 };
    match bits.parse::<u8>() {
        Ok(bits) if bits <= most => Ok((ip, bits)),
        _ => Err(wrong("prefix length out of range".into())),
    }
}

fn bits_of(ip: IpAddr) -> (u128, u8) {
    match ip {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    }
}

fn mask(bits: u8) -> u128 {
    if bits == 0 { 0 } else { u128::MAX << (128 - u32::from(bits.min(128))) }
}

/// Mirrors `Prefix.Contains`.
pub(in super::super) fn contains(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let ((a, family), (b, other)) = (bits_of(net), bits_of(ip));
    family == other && (a ^ b) & mask(bits) == 0
}

/// Mirrors `Prefix.Masked`.
pub(in super::super) fn masked(net: IpAddr, bits: u8) -> IpAddr {
    let (value, _) = bits_of(net);
    let value = value & mask(bits);
    match net {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from((value >> 96) as u32)),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(value)),
    }
}

/// What an address is, by the name of the function that asks. None for another name.
pub(in super::super) fn property(function: &str, ip: IpAddr) -> Option<bool> {
    let unicast = match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.segments()[0] & 0xffc0 == 0xfe80,
    };
    Some(match function {
        "isUnspecified" => ip.is_unspecified(),
        "isLoopback" => ip.is_loopback(),
        "isLinkLocalMulticast" => match ip {
            IpAddr::V4(v4) => v4.octets()[..3] == [224, 0, 0],
            IpAddr::V6(v6) => v6.segments()[0] & 0xff0f == 0xff02,
        },
        "isLinkLocalUnicast" => unicast,
        "isGlobalUnicast" => {
            let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
            !(broadcast || ip.is_unspecified() || ip.is_loopback() || ip.is_multicast() || unicast)
        }
        _ => return None,
    })
}
