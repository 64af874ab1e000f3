//! Does a Pod tolerate a taint? (`component-helpers/scheduling/corev1.FindMatchingUntoleratedTaint`)

use crate::cluster::model::{Node, Taint, TaintEffect, Toleration, TolerationOperator};

impl Toleration {
    /// True if it tolerates the taint (`Toleration.ToleratesTaint`).
    pub fn tolerates(&self, taint: &Taint) -> bool {
        if self.effect.is_some_and(|effect| effect != taint.effect) {
            return false;
        }
        if !self.key.is_empty() && self.key != taint.key {
            return false;
        }
        match self.operator {
            TolerationOperator::Equal => self.value == taint.value,
            TolerationOperator::Exists => true,
            TolerationOperator::Other => false,
        }
    }
}

/// True if one of the tolerations tolerates the taint.
pub fn tolerates(tolerations: &[Toleration], taint: &Taint) -> bool {
    tolerations.iter().any(|t| t.tolerates(taint))
}

/// The first taint that keeps a Pod with these tolerations from being scheduled on the node.
pub fn untolerated<'n>(tolerations: &[Toleration], node: &'n Node) -> Option<&'n Taint> {
    node.taints.iter().find(|taint| taint.effect.forbids_scheduling() && !tolerates(tolerations, taint))
}

/// Number of `PreferNoSchedule` taints that are not tolerated; only tolerations of that effect, or of all, count.
pub fn untolerated_preferences(tolerations: &[Toleration], node: &Node) -> i64 {
    let prefer = |effect: &TaintEffect| *effect == TaintEffect::PreferNoSchedule;
    node.taints.iter().filter(|taint| prefer(&taint.effect) && !tolerates(tolerations, taint)).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::sym;

    fn toleration(key: &str, operator: TolerationOperator, value: &str) -> Toleration {
        Toleration { key: sym(key), operator, value: sym(value), effect: None, seconds: None }
    }

    #[test]
    fn tolerating() {
        let taint = Taint { key: sym("k"), value: sym("v"), effect: TaintEffect::NoSchedule };
        assert!(toleration("k", TolerationOperator::Equal, "v").tolerates(&taint));
        assert!(!toleration("k", TolerationOperator::Equal, "w").tolerates(&taint));
        assert!(toleration("k", TolerationOperator::Exists, "").tolerates(&taint));
        assert!(toleration("", TolerationOperator::Exists, "").tolerates(&taint));
        assert!(!toleration("x", TolerationOperator::Exists, "").tolerates(&taint));
        let other = Toleration {
            effect: Some(TaintEffect::NoExecute),
            ..toleration("k", TolerationOperator::Exists, "")
        };
        assert!(!other.tolerates(&taint));
    }
}
