//! Image names, as the container tools of Docker read them. Mirrors `parsers.ParseImageName` (and `distribution/reference`
//! below it).

use std::borrow::Cow;

/// An image name taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageName<'a> {
    /// Registry, as `docker.io` or `ghcr.io:443`.
    pub domain: Cow<'a, str>,
    /// Path in the registry, as `library/nginx`.
    pub path: Cow<'a, str>,
    /// The tag; `latest` if neither tag nor digest is given, empty if only a digest is.
    pub tag: &'a str,
    /// The digest, as `sha256:...`, or empty.
    pub digest: &'a str,
}

/// Takes an image name apart; `None` if it is none.
pub fn parse_image_name(image: &str) -> Option<ImageName<'_>> {
    if image.len() == 64 && image.bytes().all(is_lower_hex) {
        return None;
    }
    let (domain, remainder) = split_domain(image);
    let (rest, digest) = match remainder.split_once('@') {
        Some((rest, digest)) if is_digest(digest) => (rest, digest),
        Some(_) => return None,
        None => (remainder, ""),
    };
    let (path, tag) = match rest.split_once(':') {
        Some((path, tag)) if is_tag(tag) => (path, tag),
        Some(_) => return None,
        None => (rest, ""),
    };
    if !path.split('/').all(is_path_component) || !(is_domain(domain) || is_path_component(domain)) {
        return None;
    }
    let path = if domain == "docker.io" && !path.contains('/') {
        Cow::Owned(format!("library/{path}"))
    } else {
        Cow::Borrowed(path)
    };
    if path.len() > 255 {
        return None;
    }
    let tag = if tag.is_empty() && digest.is_empty() { "latest" } else { tag };
    Some(ImageName { domain: Cow::Borrowed(domain), path, tag, digest })
}

/// Mirrors `splitDockerDomain`: the first element is a registry if it looks like a host.
fn split_domain(image: &str) -> (&str, &str) {
    match image.split_once('/') {
        Some(("index.docker.io", rest)) => ("docker.io", rest),
        Some((first, rest))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (first, rest)
        }
        _ => ("docker.io", image),
    }
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (domain, None),
    };
    if port.is_some_and(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    if let Some(ip) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return !ip.is_empty() && ip.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    }
    host.split('.').all(|part| {
        let bytes = part.as_bytes();
        bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    })
}

/// Lower-case letters and digits, between them one of `.`, `_`, `__` or any number of `-`.
fn is_path_component(part: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    if !(bytes.first().is_some_and(|b| word(*b)) && bytes.last().is_some_and(|b| word(*b))) {
        return false;
    }
    part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|b| b == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(is_lower_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let tag = |image: &str| parse_image_name(image).map(|i| i.tag.to_owned());
        assert_eq!(tag("nginx").as_deref(), Some("latest"));
        assert_eq!(tag("nginx:1.27").as_deref(), Some("1.27"));
        assert_eq!(tag("localhost:5000/a/b").as_deref(), Some("latest"));
        assert_eq!(tag("ghcr.io/x/y:v1").as_deref(), Some("v1"));
        let digest = "0".repeat(64);
        assert_eq!(tag(&format!("a@sha256:{digest}")).as_deref(), Some(""));
        assert_eq!(tag(&format!("a:b@sha256:{digest}")).as_deref(), Some("b"));
        for bad in ["", "Nginx", "a:", "a b", "a@sha256:0", "a//b", "-a", "a/B", &digest] {
            assert_eq!(parse_image_name(bad), None, "{bad}");
        }
        let image = parse_image_name("nginx").unwrap();
        assert_eq!((&*image.domain, &*image.path), ("docker.io", "library/nginx"));
    }
}
