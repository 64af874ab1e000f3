//! `schemas/*.txt` as static memory. The two files are written by `cargo xtask generate`; here is how they are read.

#[rustfmt::skip]
mod strings;
#[rustfmt::skip]
mod tables;

pub(super) use tables::{FIELDS, KINDS, MINORS, REFS, REMOVED, TYPES};

/// Kind of reference of a struct; see `xtask/src/tables.rs`.
pub(super) const REF_STRUCT: u16 = 100;
/// Of a list.
pub(super) const REF_LIST: u16 = 101;
/// Of a map with string keys.
pub(super) const REF_MAP: u16 = 102;

/// The string of a number.
pub(super) fn text(number: u16) -> &'static str {
    let at = usize::from(number);
    match strings::OFFSETS.get(at..at + 2) {
        Some(&[start, end]) => strings::TEXT.get(start as usize..end as usize).unwrap_or_default(),
        _ => "",
    }
}

/// The first eight bytes of a name as a number: numbers sort as their names do.
pub(super) const fn prefix(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let (mut bytes, mut i) = ([0; 8], 0);
    while i < name.len() {
        bytes[i] = name[i];
        i += 1;
    }
    u64::from_be_bytes(bytes)
}

/// Of every string, its prefix: finding one compares numbers, and few texts at the end.
static STRING_PREFIXES: [u64; strings::OFFSETS.len() - 1] = {
    let mut prefixes = [0; strings::OFFSETS.len() - 1];
    let mut i = 0;
    while i < prefixes.len() {
        let (start, end) = (strings::OFFSETS[i] as usize, strings::OFFSETS[i + 1] as usize);
        let (_, from) = strings::TEXT.as_bytes().split_at(start);
        prefixes[i] = prefix(from.split_at(end - start).0);
        i += 1;
    }
    prefixes
};

/// Of every row of `FIELDS`, the prefix of its name.
pub(super) static PREFIXES: [u64; FIELDS.len()] = {
    let mut prefixes = [0; FIELDS.len()];
    let mut row = 0;
    while row < FIELDS.len() {
        prefixes[row] = STRING_PREFIXES[FIELDS[row][0] as usize];
        row += 1;
    }
    prefixes
};

/// The number of a string, if any row has it.
pub(super) fn number(wanted: &str) -> Option<u16> {
    let prefix = prefix(wanted.as_bytes());
    let first = STRING_PREFIXES.partition_point(|&p| p < prefix);
    let same = STRING_PREFIXES[first..].iter().take_while(|&&p| p == prefix).count();
    let (mut low, mut high) = (first as u16, (first + same) as u16);
    while low < high {
        let middle = u16::midpoint(low, high);
        match text(middle).cmp(wanted) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(middle),
        }
    }
    None
}
