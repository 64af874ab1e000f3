//! Which type fits which, and what that says about type parameters. Mirrors cel-go's `checker/types.go`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::types::Type;

/// Steps after which an expression is too large to be checked.
const FUEL: u32 = 2_000_000;

/// What is known of type parameters. What an attempt that fails has added is taken back.
pub(super) struct Mapping {
    known: FxHashMap<Arc<str>, Type>,
    trail: Vec<(Arc<str>, Option<Type>)>,
    fuel: u32,
}

impl Mapping {
    pub(super) fn new() -> Self {
        Self { known: FxHashMap::default(), trail: Vec::new(), fuel: FUEL }
    }

    /// True if the bound on steps was reached: answers since then mean nothing.
    pub(super) fn exhausted(&self) -> bool {
        self.fuel == 0
    }

    fn step(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    fn add(&mut self, name: &Arc<str>, to: Type) {
        let old = self.known.insert(name.clone(), to);
        self.trail.push((name.clone(), old));
    }

    /// Keeps what an attempt has learnt if it succeeds.
    fn attempt(&mut self, attempt: impl FnOnce(&mut Self) -> bool) -> bool {
        let mark = self.trail.len();
        let fits = attempt(self);
        if !fits {
            while self.trail.len() > mark {
                match self.trail.pop() {
                    Some((name, Some(old))) => {
                        self.known.insert(name, old);
                    }
                    Some((name, None)) => {
                        self.known.remove(&name);
                    }
                    None => {}
                }
            }
        }
        self.trail.clear();
        fits
    }

    /// Mirrors `isAssignable`.
    pub(super) fn is_assignable(&mut self, to: &Type, from: &Type) -> bool {
        self.attempt(|m| m.assignable(to, from))
    }

    /// Mirrors `isAssignableList`.
    pub(super) fn is_assignable_list(&mut self, to: &[Type], from: &[Type]) -> bool {
        to.len() == from.len() && self.attempt(|m| to.iter().zip(from).all(|(a, b)| m.assignable(a, b)))
    }

    /// Mirrors `internalIsAssignable`.
    fn assignable(&mut self, t1: &Type, t2: &Type) -> bool {
        if !self.step() {
            return true;
        }
        if let Type::Param(name) = t2 {
            let (valid, known) = self.substitutes(t1, t2, name);
            if valid {
                return true;
            }
            if known {
                return false;
            }
        }
        if let Type::Param(name) = t1 {
            return self.substitutes(t2, t1, name).0;
        }
        match (t1, t2) {
            _ if t1.is_dyn_or_error() || t2.is_dyn_or_error() => true,
            (Type::Null, other) | (other, Type::Null) => matches!(
                other,
                Type::Null | Type::Optional(_) | Type::Struct(_) | Type::Duration | Type::Timestamp
            ),
            (Type::Type(_), Type::Type(_)) => true,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => self.assignable(a, b),
            (Type::Map(a), Type::Map(b)) => self.assignable(&a.0, &b.0) && self.assignable(&a.1, &b.1),
            (Type::Struct(a), Type::Struct(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Mirrors `isValidTypeSubstitution`: whether `param` may stand for `t1`, and whether it stands for something already.
    fn substitutes(&mut self, t1: &Type, param: &Type, name: &Arc<str>) -> (bool, bool) {
        if t1 == param {
            return (true, true);
        }
        if let Some(known) = self.known.get(name).cloned() {
            if *t1 == known {
                return (true, true);
            }
            if self.assignable(t1, &known) {
                let general = if is_less_specific(t1, &known) { t1.clone() } else { known };
                if self.not_referenced(name, &general) {
                    self.add(name, general);
                }
                return (true, true);
            }
            return (false, true);
        }
        if self.not_referenced(name, t1) {
            self.add(name, t1.clone());
            return (true, false);
        }
        (false, false)
    }

    /// Mirrors `notReferencedIn`: a parameter cannot stand for something that holds it.
    fn not_referenced(&mut self, name: &Arc<str>, within: &Type) -> bool {
        if !self.step() {
            return true;
        }
        match within {
            Type::Param(other) if other == name => false,
            Type::Param(other) => match self.known.get(other).cloned() {
                Some(known) => self.not_referenced(name, &known),
                None => true,
            },
            Type::List(a) | Type::Optional(a) | Type::Type(Some(a)) => self.not_referenced(name, a),
            Type::Map(pair) => self.not_referenced(name, &pair.0) && self.not_referenced(name, &pair.1),
            _ => true,
        }
    }

    /// Mirrors `substitute`: what is known put in; other parameters are `dyn` if asked for.
    pub(super) fn substitute(&mut self, ty: &Type, to_dyn: bool) -> Type {
        if !self.step() {
            return Type::Dyn;
        }
        match ty {
            Type::Param(name) => match self.known.get(name).cloned() {
                Some(known) => self.substitute(&known, to_dyn),
                None if to_dyn => Type::Dyn,
                None => ty.clone(),
            },
            Type::List(a) => Type::list(self.substitute(a, to_dyn)),
            Type::Optional(a) => Type::optional(self.substitute(a, to_dyn)),
            Type::Type(Some(a)) => Type::Type(Some(Arc::new(self.substitute(a, to_dyn)))),
            Type::Map(pair) => {
                let key = self.substitute(&pair.0, to_dyn);
                Type::map(key, self.substitute(&pair.1, to_dyn))
            }
            other => other.clone(),
        }
    }
}

/// Mirrors `isEqualOrLessSpecific`.
fn is_less_specific(t1: &Type, t2: &Type) -> bool {
    match (t1, t2) {
        (Type::Dyn | Type::Any | Type::Param(_), _) => true,
        (_, Type::Dyn | Type::Any | Type::Param(_)) => false,
        (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => is_less_specific(a, b),
        (Type::Map(a), Type::Map(b)) => is_less_specific(&a.0, &b.0) && is_less_specific(&a.1, &b.1),
        (Type::Type(_), Type::Type(_)) => true,
        (a, b) => a == b,
    }
}

/// The more general of two types that fit. Mirrors `mostGeneral`.
pub(super) fn most_general(t1: &Type, t2: &Type) -> Type {
    if is_less_specific(t1, t2) { t1.clone() } else { t2.clone() }
}
