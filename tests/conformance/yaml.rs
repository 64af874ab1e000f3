//! `api/yaml.jsonl` and `primitives/yaml-reading.jsonl`, asked of `yaml`.

use crate::tally::Recording;

pub const RECORDINGS: &[Recording] = &[];
