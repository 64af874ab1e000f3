//! Paths as URI references (RFC 3986), for formats that ask for them.

use std::fmt::Write as _;

/// A path relative to where kcheck runs, as formats of code hosts want it: without `./`, with `/`.
pub(super) fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// True for paths from the root (of a drive).
pub(super) fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

/// A path as a URI reference.
pub(super) fn of(path: &str) -> String {
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

#[cfg(test)]
mod tests {
    #[test]
    fn paths() {
        assert_eq!(super::of("./shop/a b.yaml"), "shop/a%20b.yaml");
        assert_eq!(super::of("größe:1.yaml"), "gr%C3%B6%C3%9Fe%3A1.yaml");
        assert_eq!(super::of("/srv/a.yaml"), "file:///srv/a.yaml");
        assert_eq!(super::of("C:\\a\\b.yaml"), "file:///C%3A/a/b.yaml");
    }
}
