//! Patterns of paths.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns of paths, as `legacy/**` or `*/vendor/*.yaml`. One without wildcards takes a folder with all in it as well.
#[derive(Clone, Debug)]
pub struct Globs(GlobSet);

impl Globs {
    /// Reads patterns. The error says which one cannot be read, and why.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        let glob = |pattern: &str| -> Result<Glob, String> {
            GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| error.to_string())
        };
        for pattern in patterns {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            set.add(glob(pattern)?);
            if !pattern.ends_with("**") {
                set.add(glob(&format!("{pattern}/**"))?);
            }
        }
        set.build().map(Self).map_err(|error| error.to_string())
    }

    /// True if one of them takes the path.
    pub fn take(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_stars() {
        let globs = Globs::new(["legacy", "./a/*.yaml", "**/vendor/**"]).unwrap();
        for path in ["legacy/web.yaml", "legacy/a/b.yaml", "a/b.yaml", "x/vendor/y/z.yaml", "vendor/y.yaml"] {
            assert!(globs.take(path), "{path}");
        }
        for path in ["legacy2/web.yaml", "a/b/c.yaml", "x/y.yaml"] {
            assert!(!globs.take(path), "{path}");
        }
        assert!(Globs::new(["a["]).unwrap_err().contains("a["));
    }
}
