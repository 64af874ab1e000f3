//! Looking names up in pairs that are kept in the order of the file: one by one where there are few, else through an index,
//! so that going through two long lists at once takes no longer than going through both.

use rustc_hash::FxHashMap;

/// As many are looked through sooner than an index is made.
const FEW: usize = 32;

/// Pairs, found by name. Of equal names the first one counts.
pub(super) struct ByName<'p, N, T> {
    pairs: &'p [(N, T)],
    index: Option<FxHashMap<&'p str, usize>>,
}

impl<'p, N: AsRef<str>, T> ByName<'p, N, T> {
    pub(super) fn new(pairs: &'p [(N, T)]) -> Self {
        let index = (pairs.len() > FEW).then(|| {
            let mut index = FxHashMap::default();
            for (at, (name, _)) in pairs.iter().enumerate() {
                index.entry(name.as_ref()).or_insert(at);
            }
            index
        });
        Self { pairs, index }
    }

    /// Where the pair of a name stands.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.pairs.iter().position(|(known, _)| known.as_ref() == name),
        }
    }

    /// What stands beside a name.
    pub(super) fn get(&self, name: &str) -> Option<&'p T> {
        self.pairs.get(self.position(name)?).map(|(_, value)| value)
    }
}

/// The order of pairs by name, for lists that are kept and asked again; none where there are few.
pub(super) fn order<N: AsRef<str>, T>(pairs: &[(N, T)]) -> Option<Box<[u32]>> {
    if pairs.len() <= FEW {
        return None;
    }
    let mut order: Box<[u32]> = (0..u32::try_from(pairs.len()).ok()?).collect();
    order.sort_by_key(|at| pairs.get(*at as usize).map(|(name, _)| name.as_ref()));
    Some(order)
}

/// What stands beside a name in pairs with their order.
pub(super) fn find<'p, N: AsRef<str>, T>(
    pairs: &'p [(N, T)],
    order: Option<&[u32]>,
    name: &str,
) -> Option<&'p T> {
    let Some(order) = order else {
        return pairs.iter().find(|(known, _)| known.as_ref() == name).map(|(_, value)| value);
    };
    let pair = |at: &u32| pairs.get(*at as usize);
    let first = order.partition_point(|at| pair(at).is_some_and(|(known, _)| known.as_ref() < name));
    let (known, value) = pair(order.get(first)?)?;
    (known.as_ref() == name).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_lists_are_one() {
        for count in [0, 3, 32, 33, 500] {
            let mut pairs: Vec<(String, usize)> =
                (0..count).map(|at| (format!("n{}", (at * 7) % 500), at)).collect();
            pairs.push(("n0".into(), 1000));
            let (by_name, order) = (ByName::new(&pairs), order(&pairs));
            for name in ["n0", "n14", "n499", "m", "z", ""] {
                let plain = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value);
                assert_eq!(by_name.get(name), plain, "{name} of {count}");
                assert_eq!(find(&pairs, order.as_deref(), name), plain, "{name} of {count}");
            }
        }
    }
}
