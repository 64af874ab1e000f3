//! Unions: of several members exactly one may be set.

use super::Field;

impl<'v> Field<'v> {
    /// Members that are set, in the order given. Every one after the first is forbidden with `detail`, and none at all is
    /// required with `missing`. Returns the first member that is set. Mirrors the counting of `numVolumes`,
    /// `numHandlers` and their like.
    pub(in super::super) fn one_member(
        self,
        members: &[&'v str],
        detail: &str,
        missing: &str,
    ) -> Option<&'v str> {
        let mut first = None;
        for name in members {
            if self.get(name).is_none() {
                continue;
            }
            if first.is_some() {
                self.field(name).forbidden(detail).help(format!("remove `{name}`, or the other one"));
            } else {
                first = Some(*name);
            }
        }
        if first.is_none() {
            self.required(missing).help(format!("add one of {}", super::words::either(members)));
        }
        first
    }
}
