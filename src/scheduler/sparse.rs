//! Numbers by position, most of which are zero.

/// Numbers by position (of a node, of a domain). Those that are zero take no room, and no time to walk over.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Sparse {
    /// In order of position, without zeros.
    entries: Vec<(u32, i64)>,
}

impl Sparse {
    /// The number at a position.
    pub fn get(&self, at: u32) -> i64 {
        self.entries.binary_search_by_key(&at, |(at, _)| *at).map_or(0, |found| self.entries[found].1)
    }

    /// Adds to the number at a position.
    pub fn add(&mut self, at: u32, by: i64) {
        match self.entries.binary_search_by_key(&at, |(at, _)| *at) {
            Ok(found) => {
                let number = &mut self.entries[found].1;
                *number = number.saturating_add(by);
                if *number == 0 {
                    self.entries.remove(found);
                }
            }
            Err(_) if by == 0 => {}
            Err(missing) => self.entries.insert(missing, (at, by)),
        }
    }

    /// Positions whose number is not zero, with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, i64)> {
        self.entries.iter().copied()
    }

    /// True if all numbers are zero.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The smallest number of this many positions, among which are all that are not zero.
    pub fn least_of(&self, positions: usize) -> i64 {
        let least = self.entries.iter().map(|(_, number)| *number).min();
        if self.entries.len() < positions { least.unwrap_or(0).min(0) } else { least.unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::Sparse;

    #[test]
    fn zeros_take_no_room() {
        let mut numbers = Sparse::default();
        for (at, by) in [(7, 2), (3, 1), (7, -2), (9, 0), (3, 4), (1, 6)] {
            numbers.add(at, by);
        }
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [(1, 6), (3, 5)]);
        assert_eq!((numbers.get(3), numbers.get(7)), (5, 0));
        assert_eq!((numbers.least_of(2), numbers.least_of(3)), (5, 0));
        numbers.add(7, -1);
        assert_eq!((numbers.least_of(3), numbers.least_of(4)), (-1, -1));
    }
}
