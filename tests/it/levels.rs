//! The levels of the conformance binary, which has no test runner of its own.

#[path = "../conformance/levels.rs"]
#[allow(dead_code, unreachable_pub, reason = "used by the conformance binary")]
mod real;

use real::{Hundredths, Levels};

#[test]
fn levels_are_held_and_only_rise() {
    let mut levels = Levels::parse("[full]\n\"a b\" = 99.28\n\"c d\" = 50\n").unwrap();
    assert_eq!(levels.judge("full", "a b", Hundredths::of(9928, 10_000)), Ok(()));
    assert!(levels.judge("full", "c d", Hundredths::of(499, 1000)).is_err());
    let missing = levels.judge("sample", "a b", Hundredths::of(2, 3)).unwrap_err();
    assert!(missing.contains("add `\"a b\" = 66.66` to [sample]"), "{missing}");
    let expected = "[full]\n\"a b\" = 99.28\n\"c d\" = 50.00\n\n[sample]\n\"a b\" = 66.66\n";
    assert_eq!(levels.raised().split_once("\n\n").unwrap().1, expected);
}

#[test]
fn only_all_of_them_are_a_hundred() {
    assert_eq!(Hundredths::of(9_999_999, 10_000_000).to_string(), "99.99");
    assert_eq!(Hundredths::of(3, 3).to_string(), "100.00");
    assert!(Levels::parse("[full]\n\"a b\" = 101\n").is_err());
}
