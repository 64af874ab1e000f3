//! The levels of agreement: a table for the full recordings, one for the sample. They only rise.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

const HEADER: &str = "\
# Agreement with the recordings that must not be lost, in percent, by file and aspect (rounded down to two digits).
# `KCHECK_RAISE_LEVELS=1 cargo test --release --test conformance` raises them to what is reached, and lowers none;
# with `KCHECK_GROUND_TRUTH=tests/conformance/sample` before it those of the sample.
";

/// Percent times one hundred, rounded down: only all of them are 100.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(usize);

impl Hundredths {
    /// The share of `same` in `all`.
    pub fn of(same: usize, all: usize) -> Self {
        Self(same * 10_000 / all.max(1))
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let percent = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))?;
        (0.0..=100.0).contains(&percent).then(|| Self((percent * 100.0).round() as usize))
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// All levels by table and by file and aspect, and what this run reached.
pub struct Levels {
    tables: BTreeMap<String, BTreeMap<String, Hundredths>>,
    reached: Vec<(String, String, Hundredths)>,
}

impl Levels {
    /// The levels of a file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        Self::parse(&text).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// The levels that a text gives.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
        let mut tables: BTreeMap<String, BTreeMap<String, Hundredths>> = BTreeMap::new();
        for (table, entries) in &document {
            let entries = entries.as_table().ok_or_else(|| format!("`{table}` is no table"))?;
            for (key, value) in entries {
                let level = Hundredths::read(value).ok_or_else(|| format!("`{key}` is no percentage"))?;
                tables.entry(table.clone()).or_default().insert(key.clone(), level);
            }
        }
        Ok(Self { tables, reached: Vec::new() })
    }

    /// Holds what was reached against the level; the error says what to do.
    pub fn judge(&mut self, table: &str, key: &str, reached: Hundredths) -> Result<(), String> {
        self.reached.push((table.to_owned(), key.to_owned(), reached));
        match self.tables.get(table).and_then(|levels| levels.get(key)) {
            Some(level) if reached >= *level => Ok(()),
            Some(level) => Err(format!("{key}: {reached} % agree, its level is {level}")),
            None => Err(format!(
                "{key}: has no level; add `\"{key}\" = {reached}` to [{table}] in tests/conformance/levels.toml"
            )),
        }
    }

    /// True if a file and aspect has a level.
    pub fn knows(&self, table: &str, key: &str) -> bool {
        self.tables.get(table).is_some_and(|levels| levels.contains_key(key))
    }

    /// Every file and aspect with a level in a table.
    pub fn keys(&self, table: &str) -> Vec<String> {
        self.tables.get(table).into_iter().flat_map(|levels| levels.keys().cloned()).collect()
    }

    /// The text of the file with what was reached in it, where that is more.
    pub fn raised(&self) -> String {
        let mut tables = self.tables.clone();
        for (table, key, reached) in &self.reached {
            let level = tables.entry(table.clone()).or_default().entry(key.clone()).or_insert(*reached);
            *level = (*level).max(*reached);
        }
        let mut text = HEADER.to_owned();
        for (table, levels) in &tables {
            let _ = writeln!(text, "\n[{table}]");
            for (key, level) in levels {
                let _ = writeln!(text, "\"{key}\" = {level}");
            }
        }
        text
    }

    pub fn write(&self, path: &Path) -> Result<(), String> {
        std::fs::write(path, self.raised()).map_err(|e| format!("cannot write {}: {e}", path.display()))
    }
}
