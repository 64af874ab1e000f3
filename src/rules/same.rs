//! Equality of values.

use crate::object::Value;

/// True if two values say the same, in whatever order their keys stand. Null and absent are the same.
pub(super) fn same(left: Value<'_>, right: Value<'_>) -> bool {
    let mut open = vec![(left, right)];
    while let Some((left, right)) = open.pop() {
        if left.is_map() && right.is_map() {
            let set = |of: Value<'_>| of.entries().filter(|(_, value)| !value.is_null()).count();
            if set(left) != set(right) {
                return false;
            }
            for (key, value) in left.entries().filter(|(_, value)| !value.is_null()) {
                let Some(other) = right.get(key) else { return false };
                open.push((value, other));
            }
        } else if left.is_seq() && right.is_seq() {
            if left.items().count() != right.items().count() {
                return false;
            }
            open.extend(left.items().zip(right.items()));
        } else {
            let scalars = !(left.is_map() || right.is_map() || left.is_seq() || right.is_seq());
            if !scalars || left.as_text() != right.as_text() {
                return false;
            }
        }
    }
    true
}
