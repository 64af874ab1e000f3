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

/// The number of a string, if any row has it.
pub(super) fn number(wanted: &str) -> Option<u16> {
    let (mut low, mut high) = (0, strings::OFFSETS.len() as u16 - 1);
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
