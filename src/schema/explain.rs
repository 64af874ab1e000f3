use super::decode::Issue;
use super::minor::MinorSet;
use super::table::{Kind, Types};
use crate::finding::Finding;
use crate::yaml::View;
pub(super) fn findings(
    _: View<'_>,
    _: &Types,
    _: &Kind<'_>,
    _: MinorSet,
    _: &[Issue],
    _: &[Issue],
) -> Vec<Finding> {
    Vec::new()
}
