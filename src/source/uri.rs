//! Paths as URI references (RFC 3986), for formats that ask for them.

use std::fmt::Write as _;

/// A path relative to where kcheck runs, as formats of code hosts want it: without `./`, with `/`.
pub fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// True for paths from the root (of a drive).
pub fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

/// A path as a URI reference.
pub fn of(path: &str) -> String {
    let path_with_slashes = relative(path);
    let mut uri = String::with_capacity(path_with_slashes.len() + 8);
    if is_absolute(path) {
        uri.push_str(if path_with_slashes.starts_with('/') { "file://" } else { "file:///" });
    }
    for byte in path_with_slashes.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            // Writing into a String cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

/// The path that a `file:` URI names.
pub fn path(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    let mut bytes = Vec::with_capacity(rest.len());
    let mut open = rest.bytes();
    while let Some(byte) = open.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                (digit(open.next()?)? * 16 + digit(open.next()?)?) as u8
            }
            b'?' | b'#' => break,
            byte => byte,
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/C:/a` is a drive's.
    let of_drive = path.strip_prefix('/').filter(|path| is_absolute(path)).map(str::to_owned);
    Some(of_drive.unwrap_or(path))
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths() {
        assert_eq!(super::of("./shop/a b.yaml"), "shop/a%20b.yaml");
        assert_eq!(super::of("größe:1.yaml"), "gr%C3%B6%C3%9Fe%3A1.yaml");
        assert_eq!(super::of("/srv/a.yaml"), "file:///srv/a.yaml");
        assert_eq!(super::of("C:\\a\\b.yaml"), "file:///C%3A/a/b.yaml");
        for path in ["/srv/a b/größe.json", "C:/a/b.json"] {
            assert_eq!(super::path(&super::of(path)).as_deref(), Some(path));
        }
        assert_eq!(super::path("https://example.com/a.json"), None);
    }
}
