//! `url()`. Mirrors the parts of Go's `net/url` that Kubernetes' library uses, with Go's errors.

use crate::schema::quote;

/// A URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    /// As it was given.
    pub text: String,
    /// Before the colon.
    pub scheme: String,
    /// Host and port.
    pub host: String,
    /// Escaped as it was given, or as Go escapes it.
    pub path: String,
    query: String,
}

/// What a part of a URL is, which decides what must be escaped (`encoding`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    Query,
    Other,
}

/// Mirrors `url.ParseRequestURI`.
pub(in super::super) fn parse_request_uri(text: &str) -> Result<Url, String> {
    parse(text, true).map_err(|e| format!("parse {}: {e}", quote(text)))
}

/// What Go's `url.Parse` says of a text that is no URL; nothing of one that is.
pub(in crate::apiserver) fn parse_error(text: &str) -> Option<String> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    if let Err(error) = parse(address, false) {
        return Some(format!("parse {}: {error}", quote(address)));
    }
    unescape(fragment, Part::Other).err().map(|error| format!("parse {}: {error}", quote(text)))
}

/// Mirrors the unexported `parse`.
fn parse(text: &str, via_request: bool) -> Result<Url, String> {
    if text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("net/url: invalid control character in URL".into());
    }
    if text.is_empty() && via_request {
        return Err("empty url".into());
    }
    let mut url = Url {
        text: text.to_owned(),
        scheme: String::new(),
        host: String::new(),
        path: String::new(),
        query: String::new(),
    };
    if text == "*" {
        "*".clone_into(&mut url.path);
        return Ok(url);
    }
    let (scheme, mut rest) = scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    if let Some((before, query)) = rest.split_once('?') {
        query.clone_into(&mut url.query);
        rest = before;
    }
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            // Opaque, like `mailto:x`.
            return Ok(url);
        }
        if via_request {
            return Err("invalid URI for request".into());
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("first path segment in URL cannot contain colon".into());
        }
    }
    if let Some(after) =
        rest.strip_prefix("//").filter(|_| !url.scheme.is_empty() || !via_request && !rest.starts_with("///"))
    {
        let (authority, path) = match after.find('/') {
            Some(at) => after.split_at(at),
            None => (after, ""),
        };
        url.host = self::authority(authority)?;
        rest = path;
    }
    unescape(rest, Part::Path)?;
    url.path = escape_path(rest);
    Ok(url)
}

/// Mirrors `getScheme`.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            '0'..='9' | '+' | '-' | '.' => return Ok(("", text)),
            ':' if at == 0 => return Err("missing protocol scheme".into()),
            ':' => return Ok((text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())),
            _ => return Ok(("", text)),
        }
    }
    Ok(("", text))
}

/// Mirrors `parseAuthority`: the host, unescaped.
fn authority(text: &str) -> Result<String, String> {
    let Some((user, host)) = text.rsplit_once('@') else { return host_of(text) };
    let host = host_of(host)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(fits) {
        return Err("net/url: invalid userinfo".into());
    }
    user.splitn(2, ':').try_for_each(|part| unescape(part, Part::Other).map(drop))?;
    Ok(host)
}

/// Mirrors `parseHost`.
fn host_of(host: &str) -> Result<String, String> {
    if host.starts_with('[') {
        let Some(end) = host.rfind(']') else { return Err("missing ']' in host".into()) };
        let port = host.get(end + 1..).unwrap_or_default();
        if !valid_optional_port(port) {
            return Err(format!("invalid port {} after host", quote(port)));
        }
        let inner = host.get(..end).unwrap_or_default();
        if let Some(zone) = inner.find("%25") {
            let first = unescape(inner.get(..zone).unwrap_or_default(), Part::Host)?;
            let second = unescape(inner.get(zone..).unwrap_or_default(), Part::Zone)?;
            let third = unescape(host.get(end..).unwrap_or_default(), Part::Host)?;
            return Ok(format!("{first}{second}{third}"));
        }
    } else if let Some(colon) = host.rfind(':') {
        let port = host.get(colon..).unwrap_or_default();
        if !valid_optional_port(port) {
            return Err(format!("invalid port {} after host", quote(port)));
        }
    }
    unescape(host, Part::Host)
}

fn valid_optional_port(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Mirrors `unescape`.
fn unescape(text: &str, part: Part) -> Result<String, String> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let code = text.get(at + 1..at + 3).filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(value) = code.and_then(|c| u8::from_str_radix(c, 16).ok()) else {
                    let shown =
                        text.get(at..(at + 3).min(text.len())).or_else(|| text.get(at..)).unwrap_or_default();
                    return Err(format!("invalid URL escape {}", quote(shown)));
                };
                let ascii = value < 0x80;
                let zone = code == Some("25");
                if part == Part::Host && ascii && !zone {
                    return Err(format!(
                        "invalid URL escape {}",
                        quote(text.get(at..at + 3).unwrap_or_default())
                    ));
                }
                out.push(value);
                at += 3;
            }
            b'+' if part == Part::Query => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                let fits =
                    byte >= 0x80 || byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte);
                if matches!(part, Part::Host | Part::Zone) && !fits {
                    let shown = (byte as char).to_string();
                    return Err(format!("invalid character {} in host name", quote(&shown)));
                }
                out.push(byte);
                at += 1;
            }
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Mirrors `EscapedPath`: what is written if it is a valid encoding, else Go's own.
fn escape_path(path: &str) -> String {
    use std::fmt::Write as _;
    let valid = |b: u8| b.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@[]%/".contains(&b);
    if path.bytes().all(valid) {
        return path.to_owned();
    }
    let mut out = String::new();
    let plain = unescape(path, Part::Path).unwrap_or_default();
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

impl Url {
    /// The host without its port and without brackets. Mirrors `Hostname`.
    pub fn hostname(&self) -> &str {
        let host = self.split_port().0;
        host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host)
    }

    /// The port. Mirrors `Port`.
    pub fn port(&self) -> &str {
        self.split_port().1
    }

    fn split_port(&self) -> (&str, &str) {
        match self.host.rfind(':') {
            Some(at) if valid_optional_port(self.host.get(at..).unwrap_or_default()) => {
                (self.host.get(..at).unwrap_or_default(), self.host.get(at + 1..).unwrap_or_default())
            }
            _ => (&self.host, ""),
        }
    }

    /// The query as names and their values, in order of first appearance. Mirrors `Query`.
    pub fn query(&self) -> Vec<(String, Vec<String>)> {
        let query = self.query.split_once('#').map_or(self.query.as_str(), |(query, _)| query);
        let mut out: Vec<(String, Vec<String>)> = Vec::new();
        for pair in query.split('&') {
            if pair.is_empty() || pair.contains(';') {
                continue;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Ok(name), Ok(value)) = (unescape(name, Part::Query), unescape(value, Part::Query)) else {
                continue;
            };
            match out.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => out.push((name, vec![value])),
            }
        }
        out
    }
}
