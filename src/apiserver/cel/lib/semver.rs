//! `semver()`. Mirrors github.com/blang/semver/v4 and Kubernetes' `normalizeAndParse`.

use std::cmp::Ordering;

use crate::schema::quote;

/// A version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Major, minor, patch.
    pub numbers: [u64; 3],
    pre: Vec<Pre>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Pre {
    Number(u64),
    Text(String),
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn alphanumeric(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn leading_zeros(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0')
}

fn unsigned(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        let why = if text.is_empty() { "invalid syntax" } else { "value out of range" };
        format!("strconv.ParseUint: parsing {}: {why}", quote(text))
    })
}

impl Version {
    /// Mirrors `semver.Parse`; the error is its sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("Version string empty".into());
        }
        let parts: Vec<&str> = text.splitn(3, '.').collect();
        let &[major, minor, rest] = parts.as_slice() else {
            return Err("No Major.Minor.Patch elements found".into());
        };
        let number = |text: &str, small: &str, large: &str| {
            if !digits(text) {
                return Err(format!("Invalid character(s) found in {small} number {}", quote(text)));
            }
            if leading_zeros(text) {
                return Err(format!("{large} number must not contain leading zeroes {}", quote(text)));
            }
            unsigned(text)
        };
        let major = number(major, "major", "Major")?;
        let minor = number(minor, "minor", "Minor")?;
        let (rest, build) = match rest.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (rest, None),
        };
        let (patch, pre) = match rest.split_once('-') {
            Some((patch, pre)) => (patch, Some(pre)),
            None => (rest, None),
        };
        let patch = number(patch, "patch", "Patch")?;
        let mut parsed = Vec::new();
        for part in pre.into_iter().flat_map(|pre| pre.split('.')) {
            if part.is_empty() {
                return Err("Prerelease is empty".into());
            }
            parsed.push(if digits(part) {
                if leading_zeros(part) {
                    let part = quote(part);
                    return Err(format!("Numeric PreRelease version must not contain leading zeroes {part}"));
                }
                Pre::Number(unsigned(part)?)
            } else if alphanumeric(part) {
                Pre::Text(part.to_owned())
            } else {
                return Err(format!("Invalid character(s) found in prerelease {}", quote(part)));
            });
        }
        for part in build.into_iter().flat_map(|build| build.split('.')) {
            if part.is_empty() {
                return Err("Build meta data is empty".into());
            }
            if !alphanumeric(part) {
                return Err(format!("Invalid character(s) found in build meta data {}", quote(part)));
            }
        }
        Ok(Self { numbers: [major, minor, patch], pre: parsed })
    }

    /// Mirrors `normalizeAndParse`: `v1.2` is 1.2.0.
    pub fn normalized(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts: Vec<String> = text.splitn(3, '.').map(str::to_owned).collect();
        for part in &mut parts {
            if part.len() > 1 {
                let trimmed = part.trim_start_matches('0');
                let plain = trimmed.starts_with(|c: char| c.is_ascii_digit());
                *part = if plain { trimmed.to_owned() } else { format!("0{trimmed}") };
            }
        }
        if parts.len() < 3 {
            if parts.last().is_some_and(|last| last.contains(['+', '-'])) {
                return Err("short version cannot contain PreRelease/Build meta data".into());
            }
            parts.resize(3, "0".into());
        }
        Self::parse(&parts.join("."))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    /// Mirrors `Version.Compare`: what is built from is not compared.
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                for (a, b) in self.pre.iter().zip(&other.pre) {
                    let order = match (a, b) {
                        (Pre::Number(a), Pre::Number(b)) => a.cmp(b),
                        (Pre::Number(_), Pre::Text(_)) => Ordering::Less,
                        (Pre::Text(_), Pre::Number(_)) => Ordering::Greater,
                        (Pre::Text(a), Pre::Text(b)) => a.cmp(b),
                    };
                    if order.is_ne() {
                        return order;
                    }
                }
                self.pre.len().cmp(&other.pre.len())
            }
        })
    }
}
