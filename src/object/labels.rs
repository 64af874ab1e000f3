//! Labels and label selectors.

use smallvec::SmallVec;

use super::{Sym, Value, sym};

/// Labels of an object, sorted by key.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Labels(SmallVec<[(Sym, Sym); 4]>);

impl Labels {
    /// The entries of a `labels` mapping. Values that are no strings are left out (typing refuses them).
    pub fn read(map: Option<Value<'_>>) -> Self {
        map.into_iter()
            .flat_map(Value::entries)
            .map(|(k, v)| (sym(k), sym(v.as_str().unwrap_or_default())))
            .collect()
    }

    /// The value of a key.
    pub fn get(&self, key: Sym) -> Option<Sym> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    /// Sets a key.
    pub fn set(&mut self, key: Sym, value: Sym) {
        match self.0.binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(i) => self.0[i].1 = value,
            Err(i) => self.0.insert(i, (key, value)),
        }
    }

    /// Keys and values in order of key.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, Sym)> {
        self.0.iter().copied()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Sym, Sym)> for Labels {
    fn from_iter<I: IntoIterator<Item = (Sym, Sym)>>(entries: I) -> Self {
        let mut labels = Self::default();
        for (key, value) in entries {
            labels.set(key, value);
        }
        labels
    }
}

impl std::fmt::Display for Labels {
    /// `a=b,c=d`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={value}", if i > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// Operator of a requirement; mirrors `labels.Requirement` and `nodeaffinity`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Operator {
    /// The value is one of these.
    In(SmallVec<[Sym; 2]>),
    /// The key is absent, or the value is none of these.
    NotIn(SmallVec<[Sym; 2]>),
    /// The key is there.
    Exists,
    /// The key is absent.
    DoesNotExist,
    /// The value is an integer above this (nodes only).
    Gt(i64),
    /// The value is an integer below this (nodes only).
    Lt(i64),
    /// What no server accepts: matches nothing.
    Never,
}

/// `key operator values`
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Requirement {
    /// The label's key.
    pub key: Sym,
    /// What is asked of it.
    pub operator: Operator,
}

impl Requirement {
    /// An item of `matchExpressions`.
    pub fn read(expression: Value<'_>) -> Self {
        let values = || expression.list("values").map(|v| sym(v.as_str().unwrap_or_default())).collect();
        let number = || expression.list("values").next().and_then(Value::as_str).and_then(|v| v.parse().ok());
        let operator = match expression.str("operator") {
            "In" => Operator::In(values()),
            "NotIn" => Operator::NotIn(values()),
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => number().map_or(Operator::Never, Operator::Gt),
            "Lt" => number().map_or(Operator::Never, Operator::Lt),
            _ => Operator::Never,
        };
        Self { key: sym(expression.str("key")), operator }
    }

    /// True if the labels satisfy it.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.accepts(labels.get(self.key))
    }

    /// True if this value of the key (absent: `None`) satisfies it.
    pub fn accepts(&self, value: Option<Sym>) -> bool {
        let number = || value.and_then(|v| v.parse::<i64>().ok());
        match &self.operator {
            Operator::In(values) => value.is_some_and(|v| values.contains(&v)),
            Operator::NotIn(values) => value.is_none_or(|v| !values.contains(&v)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt(than) => number().is_some_and(|n| n > *than),
            Operator::Lt(than) => number().is_some_and(|n| n < *than),
            Operator::Never => false,
        }
    }
}

/// A label selector. `None` where Kubernetes has a nil selector (matches nothing); an empty one matches everything.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Selector {
    requirements: SmallVec<[Requirement; 2]>,
}

impl Selector {
    /// A `LabelSelector` with `matchLabels` and `matchExpressions`.
    pub fn read(selector: Value<'_>) -> Self {
        let labels = Labels::read(selector.get("matchLabels"));
        let mut this = Self::of_labels(&labels);
        this.requirements.extend(selector.list("matchExpressions").map(Requirement::read));
        this
    }

    /// A plain mapping, as in a Service's `spec.selector`.
    pub fn of_labels(labels: &Labels) -> Self {
        labels
            .iter()
            .map(|(key, value)| Requirement { key, operator: Operator::In(smallvec::smallvec![value]) })
            .collect()
    }

    /// True if it asks nothing.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// True if the labels satisfy all requirements.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|r| r.matches(labels))
    }

    /// The requirements.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// One more requirement.
    pub fn push(&mut self, requirement: Requirement) {
        self.requirements.push(requirement);
    }
}

impl FromIterator<Requirement> for Selector {
    fn from_iter<I: IntoIterator<Item = Requirement>>(requirements: I) -> Self {
        Self { requirements: requirements.into_iter().collect() }
    }
}

impl std::fmt::Display for Selector {
    /// As `labels.Selector.String` writes it, in the order of the manifest: `a=b,c in (d,e),!f`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn list(values: &[Sym]) -> String {
            values.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(",")
        }
        for (i, Requirement { key, operator }) in self.requirements.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match operator {
                Operator::In(values) if values.len() == 1 => write!(f, "{key}={}", values[0])?,
                Operator::In(values) => write!(f, "{key} in ({})", list(values))?,
                Operator::NotIn(values) => write!(f, "{key} notin ({})", list(values))?,
                Operator::Exists => write!(f, "{key}")?,
                Operator::DoesNotExist => write!(f, "!{key}")?,
                Operator::Gt(than) => write!(f, "{key}>{than}")?,
                Operator::Lt(than) => write!(f, "{key}<{than}")?,
                Operator::Never => write!(f, "{key} ?")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(k, v)| (sym(k), sym(v))).collect()
    }

    #[test]
    fn selectors() {
        let selector = Selector::of_labels(&labels(&[("app", "web")]));
        assert!(selector.matches(&labels(&[("app", "web"), ("tier", "x")])));
        assert!(!selector.matches(&labels(&[("app", "wrker")])));
        assert!(Selector::default().matches(&labels(&[])));
        let not_in = Requirement { key: sym("a"), operator: Operator::NotIn(smallvec::smallvec![sym("b")]) };
        assert!(not_in.matches(&labels(&[])));
        assert!(!not_in.matches(&labels(&[("a", "b")])));
    }
}
