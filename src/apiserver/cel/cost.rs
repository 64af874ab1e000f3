//! What an expression costs at the least and at the most, from the sizes that schemas allow. Mirrors cel-go's
//! `checker/cost.go`, Kubernetes' `library/cost.go`, and the estimators of cel-go's lists and sets.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Comprehension, Expr, Id, Literal};
use super::check::Checked;
use super::decl::{Decl, Step};
use super::macros::ACCUMULATOR;
use super::runtime_cost::{PATTERN, TRAVERSE};
use super::types::Type;

/// From and to; sums and products stop at the largest number. Mirrors `SizeEstimate` and `CostEstimate`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// At the least.
    pub min: u64,
    /// At the most.
    pub max: u64,
}

const UNKNOWN: Range = Range { min: 0, max: u64::MAX };

fn exactly(n: u64) -> Range {
    Range { min: n, max: n }
}

/// Mirrors `multiplyByCostFactor`.
fn scaled(n: u64, factor: f64) -> u64 {
    let product = (n as f64 * factor).ceil();
    if product >= 18_446_744_073_709_551_616.0 { u64::MAX } else { product as u64 }
}

impl Range {
    fn plus(self, other: Range) -> Range {
        Range { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    fn times(self, other: Range) -> Range {
        Range { min: self.min.saturating_mul(other.min), max: self.max.saturating_mul(other.max) }
    }

    fn by(self, factor: f64) -> Range {
        Range { min: scaled(self.min, factor), max: scaled(self.max, factor) }
    }

    fn union(self, other: Range) -> Range {
        Range { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

/// Variables whose sizes a schema knows, by name.
pub(super) type Roots<'d> = FxHashMap<&'d str, &'d Decl>;

/// Mirrors `checker.Cost`.
pub(super) fn estimate(checked: &Checked, roots: &Roots<'_>) -> Range {
    let mut coster = Coster {
        checked,
        roots,
        paths: FxHashMap::default(),
        sizes: FxHashMap::default(),
        entries: FxHashMap::default(),
        locals: Vec::new(),
    };
    checked.ast.root.map_or(exactly(0), |root| coster.cost(root))
}

type Path = Option<Arc<Link>>;

/// The last step of a path to a value, and the one before.
#[derive(Debug)]
struct Link {
    name: Arc<str>,
    before: Path,
}

#[expect(clippy::unnecessary_wraps, reason = "a path may be empty")]
fn link(before: &Path, name: &str) -> Path {
    Some(Arc::new(Link { name: name.into(), before: before.clone() }))
}

/// Sizes of the keys and values of a container (`entrySizeEstimate`).
#[derive(Clone, Copy)]
struct Entries {
    list: bool,
    key: Range,
    value: Range,
}

struct Local {
    name: Arc<str>,
    path: Path,
    size: Option<Range>,
    entries: Option<Entries>,
}

/// What is known of an argument (`AstNode`).
struct Node<'c> {
    path: Path,
    ty: &'c Type,
    id: Option<Id>,
    size: Option<Range>,
}

struct Coster<'c, 'd> {
    checked: &'c Checked,
    roots: &'c Roots<'d>,
    paths: FxHashMap<Id, Path>,
    sizes: FxHashMap<Id, Range>,
    entries: FxHashMap<Id, Entries>,
    locals: Vec<Local>,
}

/// Cost of a call, and the size of what it returns.
type Call = (Range, Option<Range>);

impl<'c> Coster<'c, '_> {
    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|l| &*l.name == name)
    }

    fn cost(&mut self, id: Id) -> Range {
        let checked = self.checked;
        match checked.ast.expr(id) {
            Expr::Unspecified | Expr::Literal(_) => exactly(0),
            Expr::Ident(name) => {
                let path = match self.local(name) {
                    Some(local) => local.path.clone(),
                    None => link(&None, name),
                };
                self.paths.insert(id, path);
                exactly(1)
            }
            Expr::Select { operand, test_only: true, .. } => self.cost(*operand),
            Expr::Select { operand, field, .. } => {
                let mut sum = self.cost(*operand);
                if matches!(checked.type_of(*operand), Type::Map(_) | Type::Struct(_) | Type::Param(_)) {
                    sum = sum.plus(exactly(1));
                }
                let path = link(&self.path(*operand), field);
                self.paths.insert(id, path);
                sum
            }
            Expr::Call { function, target, args } => self.call(id, function, *target, args),
            Expr::List { elements, .. } => {
                let mut sum = exactly(10);
                let mut item = Range { min: if elements.is_empty() { 0 } else { u64::MAX }, max: 0 };
                for element in elements {
                    sum = sum.plus(self.cost(*element));
                    item = item.union(self.size_or_unknown(*element));
                }
                self.entries.insert(id, Entries { list: true, key: exactly(1), value: item });
                sum
            }
            Expr::Map(entries) => {
                let mut sum = exactly(30);
                let empty = Range { min: if entries.is_empty() { 0 } else { u64::MAX }, max: 0 };
                let (mut key, mut value) = (empty, empty);
                for entry in entries {
                    sum = sum.plus(self.cost(entry.key)).plus(self.cost(entry.value));
                    key = key.union(self.size_or_unknown(entry.key));
                    value = value.union(self.size_or_unknown(entry.value));
                }
                self.entries.insert(id, Entries { list: false, key, value });
                sum
            }
            Expr::Struct { fields, .. } => {
                fields.iter().fold(exactly(40), |sum, field| sum.plus(self.cost(field.value)))
            }
            Expr::Comprehension(c) => {
                if is_bind(checked, c) {
                    self.bind(id, c)
                } else {
                    self.comprehension(id, c)
                }
            }
        }
    }

    fn path(&self, id: Id) -> Path {
        if let Expr::Ident(name) = self.checked.ast.expr(id)
            && let Some(local) = self.local(name)
        {
            return local.path.clone();
        }
        self.paths.get(&id).cloned().flatten()
    }

    /// The size that the schema allows at a path. Mirrors `sizeEstimator.EstimateSize`.
    fn schema_size(&self, path: &Path) -> Option<Range> {
        let mut names: Vec<&str> = Vec::new();
        let mut at = path.as_ref();
        while let Some(link) = at {
            names.push(&link.name);
            at = link.before.as_ref();
        }
        let root = names.pop()?;
        // Whatever the variable is called, the path starts at the one schema there is.
        let mut decl: &Decl = self.roots.get(root).or_else(|| self.roots.get("self")).copied()?;
        while let Some(name) = names.pop() {
            match decl.step(name)? {
                Step::Decl(next) => decl = next,
                Step::Key => return names.is_empty().then_some(exactly(0)),
            }
        }
        Some(Range { min: 0, max: decl.max_elements })
    }

    fn size(&mut self, id: Id) -> Option<Range> {
        if let Some(size) = self.sizes.get(&id) {
            return Some(*size);
        }
        let checked = self.checked;
        match checked.ast.expr(id) {
            Expr::Literal(literal) => {
                return Some(exactly(match literal {
                    Literal::Str(text) => text.chars().count() as u64,
                    Literal::Bytes(bytes) => bytes.len() as u64,
                    _ => 1,
                }));
            }
            Expr::List { elements, .. } => return Some(exactly(elements.len() as u64)),
            Expr::Map(entries) => return Some(exactly(entries.len() as u64)),
            _ => {}
        }
        let path = self.path(id);
        if let Some(size) = self.schema_size(&path) {
            self.sizes.insert(id, size);
            return Some(size);
        }
        if is_scalar(checked.type_of(id)) {
            return Some(exactly(1));
        }
        match checked.ast.expr(id) {
            Expr::Ident(name) => self.local(name).and_then(|l| l.size),
            _ => None,
        }
    }

    fn size_or_unknown(&mut self, id: Id) -> Range {
        self.size(id).unwrap_or(UNKNOWN)
    }

    fn entry_sizes(&self, id: Id) -> Option<Entries> {
        if let Some(found) = self.entries.get(&id) {
            return Some(*found);
        }
        match self.checked.ast.expr(id) {
            Expr::Ident(name) => self.local(name).and_then(|l| l.entries),
            _ => None,
        }
    }

    fn node(&mut self, id: Id) -> Node<'c> {
        let mut path = self.path(id);
        let mut root = path.as_deref();
        while let Some(before) = root.and_then(|link| link.before.as_deref()) {
            root = Some(before);
        }
        if root.is_some_and(|link| matches!(&*link.name, ACCUMULATOR | "__result__")) {
            path = None;
        }
        Node { path, ty: self.checked.type_of(id), id: Some(id), size: self.size(id) }
    }

    /// Kubernetes' `sizeEstimate`.
    fn node_size(&self, node: &Node<'_>) -> Range {
        node.size.or_else(|| self.schema_size(&node.path)).unwrap_or(UNKNOWN)
    }

    /// Kubernetes' `listElementNode`.
    fn element<'n>(node: &Node<'n>) -> Option<Node<'n>> {
        let ty = match node.ty {
            Type::List(item) => item,
            Type::Map(pair) => &pair.0,
            _ => return None,
        };
        let path = node.path.as_ref().and_then(|_| link(&node.path, "@items"));
        Some(Node { path, ty, id: None, size: None })
    }

    fn bind(&mut self, id: Id, c: &Comprehension) -> Range {
        let mut sum = self.cost(c.range).plus(self.cost(c.init));
        self.push_local(&c.accu, c.init);
        sum = sum.plus(self.cost(c.result));
        self.locals.pop();
        self.copy_sizes(id, c.result);
        sum
    }

    fn copy_sizes(&mut self, to: Id, from: Id) {
        if let Some(size) = self.size(from) {
            self.sizes.insert(to, size);
        }
        if let Some(entries) = self.entry_sizes(from) {
            self.entries.insert(to, entries);
        }
    }

    fn push_local(&mut self, name: &Arc<str>, id: Id) {
        let local = Local {
            name: name.clone(),
            path: self.path(id),
            size: self.size(id),
            entries: self.entry_sizes(id),
        };
        self.locals.push(local);
    }

    fn push_variable(&mut self, name: &Arc<str>, range: Id, value: bool, single: bool) {
        let entries = self.entry_sizes(range);
        let list = entries.map_or_else(|| matches!(self.checked.type_of(range), Type::List(_)), |e| e.list);
        let (step, of_value) = match (single, value, list) {
            (true, _, true) | (false, true, true) => ("@items", true),
            (true, _, false) | (false, false, false) => ("@keys", false),
            (false, true, false) => ("@values", true),
            (false, false, true) => ("@indices", false),
        };
        let size = entries.map(|e| if of_value { e.value } else { e.key });
        let path = link(&self.path(range), step);
        self.locals.push(Local { name: name.clone(), path, size, entries: None });
    }

    fn comprehension(&mut self, id: Id, c: &Comprehension) -> Range {
        let mut sum = self.cost(c.range).plus(self.cost(c.init));
        self.push_local(&c.accu, c.init);
        let mark = self.locals.len();
        match &c.var2 {
            Some(var2) => {
                self.push_variable(&c.var, c.range, false, false);
                self.push_variable(var2, c.range, true, false);
            }
            None => self.push_variable(&c.var, c.range, false, true),
        }
        let turn = self.cost(c.condition).plus(self.cost(c.step));
        self.locals.truncate(mark);
        sum = sum.plus(self.cost(c.result));
        self.locals.pop();
        let count = self.size_or_unknown(c.range);
        sum = sum.plus(count.times(turn));
        match self.checked.ast.expr(c.init) {
            Expr::Literal(_) => {
                if let Some(size) = self.size(c.init) {
                    self.sizes.insert(id, size);
                }
            }
            Expr::List { .. } | Expr::Map(_) => {
                self.sizes.insert(id, count);
                if let Some(entries) = self.entry_sizes(c.step) {
                    self.entries.insert(id, entries);
                }
            }
            _ => {}
        }
        sum
    }

    fn call(&mut self, id: Id, function: &str, target: Option<Id>, args: &[Id]) -> Range {
        if let ("dyn", &[arg]) = (function, args) {
            let cost = self.cost(arg).plus(exactly(1));
            self.copy_sizes(id, arg);
            return cost;
        }
        let mut costs = Vec::with_capacity(args.len());
        let mut nodes = Vec::with_capacity(args.len());
        for arg in args {
            costs.push(self.cost(*arg));
            nodes.push(self.node(*arg));
        }
        let checked = self.checked;
        let overloads = checked.overloads(id);
        if overloads.is_empty() {
            return exactly(0);
        }
        let mut sum = exactly(0);
        let target = target.map(|target| {
            sum = sum.plus(self.cost(target));
            self.node(target)
        });
        let mut of_call = Range { min: u64::MAX, max: 0 };
        let mut size: Option<Range> = None;
        for overload in overloads {
            let (cost, made) = self.overload(id, function, &overload.id, target.as_ref(), &nodes, &costs);
            of_call = of_call.union(cost);
            if let Some(made) = made {
                size = Some(size.map_or(made, |size| size.union(made)));
            }
            let step = match &*overload.id {
                "index_list" => Some("@items"),
                "index_map" => Some("@values"),
                _ => None,
            };
            if let (Some(step), Some(arg)) = (step, args.first()) {
                size = self.entry_sizes(*arg).map(|e| e.value);
                let path = link(&self.path(*arg), step);
                self.paths.insert(id, path);
            }
            if size.is_none() {
                size = self.size(id);
            }
        }
        if let Some(size) = size {
            self.sizes.insert(id, size);
        }
        sum.plus(of_call)
    }

    /// Mirrors `functionCost`.
    fn overload(
        &mut self,
        id: Id,
        function: &str,
        overload: &str,
        target: Option<&Node<'_>>,
        args: &[Node<'_>],
        costs: &[Range],
    ) -> Call {
        let all = costs.iter().fold(exactly(0), |sum, cost| sum.plus(*cost));
        let library = self
            .list_cost(overload, target, args)
            .or_else(|| self.library_cost(function, overload, target, args));
        if let Some((cost, size)) = library {
            return (cost.plus(all), size);
        }
        let known = |node: &Node<'_>| node.size.unwrap_or(UNKNOWN);
        let one = || (exactly(1).plus(all), None);
        match (overload, target, args) {
            ("string_format", Some(target), _) => (known(target).by(TRAVERSE).plus(all), None),
            ("string_to_bytes", _, [arg]) => {
                let size = known(arg);
                (size.by(TRAVERSE).plus(all), Some(Range { min: size.min, max: size.max.saturating_mul(4) }))
            }
            ("bytes_to_string", _, [arg]) => {
                let size = known(arg);
                (size.by(TRAVERSE).plus(all), Some(Range { min: size.min / 4, max: size.max }))
            }
            ("strings_quote", _, [arg]) => {
                let size = known(arg);
                let made = Range {
                    min: size.min.saturating_add(2),
                    max: size.max.saturating_mul(2).saturating_add(2),
                };
                (size.by(TRAVERSE).plus(all), Some(made))
            }
            ("starts_with_string" | "ends_with_string", _, [arg]) => {
                (known(arg).by(TRAVERSE).plus(all), None)
            }
            ("in_list", _, [_, list]) => (known(list).plus(all), None),
            ("matches_string", Some(target), [pattern]) => {
                let text = known(target).plus(exactly(1)).by(TRAVERSE);
                (text.times(known(pattern).by(PATTERN)).plus(all), None)
            }
            ("contains_string", Some(target), [part]) => {
                (known(target).by(TRAVERSE).times(known(part).by(TRAVERSE)).plus(all), None)
            }
            ("logical_or" | "logical_and", _, _) => match costs {
                [left, right] => (Range { min: left.min, max: left.plus(*right).max }, None),
                _ => one(),
            },
            ("conditional", _, [_, yes, no]) => {
                let size = known(yes).union(known(no));
                let entries = |node: &Node<'_>| node.id.and_then(|id| self.entry_sizes(id));
                if let (Some(a), Some(b)) = (entries(yes), entries(no)) {
                    let both =
                        Entries { list: a.list, key: a.key.union(b.key), value: a.value.union(b.value) };
                    self.entries.insert(id, both);
                }
                match costs {
                    [condition, yes, no] => (condition.plus(yes.union(*no)), Some(size)),
                    _ => one(),
                }
            }
            ("add_string" | "add_bytes" | "add_list", _, [left, right]) => {
                let size = known(left).plus(known(right));
                let entries = |node: &Node<'_>| node.id.and_then(|id| self.entry_sizes(id));
                if let (Some(a), Some(b)) = (entries(left), entries(right)) {
                    let both =
                        Entries { list: a.list, key: a.key.union(b.key), value: a.value.union(b.value) };
                    self.entries.insert(id, both);
                }
                let cost = if overload == "add_list" { exactly(1) } else { size.by(TRAVERSE) };
                (cost.plus(all), Some(size))
            }
            (
                "less_string"
                | "greater_string"
                | "less_equals_string"
                | "greater_equals_string"
                | "less_bytes"
                | "greater_bytes"
                | "less_equals_bytes"
                | "greater_equals_bytes"
                | "equals"
                | "not_equals",
                _,
                [left, right],
            ) => {
                let max = known(left).max.min(known(right).max);
                (Range { min: u64::from(max > 0), max }.by(TRAVERSE).plus(all), None)
            }
            _ => one(),
        }
    }

    /// An argument that is an integer literal, as a size. Mirrors `nodeAsIntValue`.
    fn literal(&self, node: &Node<'_>, otherwise: u64) -> u64 {
        match node.id.map(|id| self.checked.ast.expr(id)) {
            Some(Expr::Literal(Literal::Int(n))) => u64::try_from(*n).unwrap_or(0),
            _ => otherwise,
        }
    }

    /// cel-go's lists and sets.
    fn list_cost(&self, overload: &str, target: Option<&Node<'_>>, args: &[Node<'_>]) -> Option<Call> {
        let made = |factor: f64, size: Range| Some((size.by(factor).plus(exactly(11)), Some(size)));
        let itself = |node: &Node<'_>| {
            let size = self.node_size(node);
            size.times(size)
        };
        match (overload, target, args) {
            ("list_slice", Some(target), [from, to]) => {
                let from = self.literal(from, 0);
                let to = self.literal(to, self.node_size(target).max);
                made(1.0, exactly(to.wrapping_sub(from)))
            }
            ("lists_range", None, [count]) => made(1.0, exactly(self.literal(count, u64::MAX))),
            ("list_reverse", Some(target), []) => made(1.0, self.node_size(target)),
            ("list_flatten", Some(target), []) => made(1.0, self.node_size(target)),
            ("list_flatten_int", Some(target), [depth]) => {
                made(self.literal(depth, u64::MAX) as f64, self.node_size(target))
            }
            ("list_distinct", Some(target), []) => made(2.0, itself(target)),
            (id, Some(target), []) if id.starts_with("list_") && id.ends_with("_sort") => {
                let text = matches!(id, "list_string_sort" | "list_bytes_sort");
                made(if text { 2.0 + TRAVERSE } else { 2.0 }, itself(target))
            }
            (id, Some(_), [keys]) if id.ends_with("_sortByAssociatedKeys") => {
                let text = id.starts_with("list_string_") || id.starts_with("list_bytes_");
                made(if text { 2.0 + TRAVERSE } else { 2.0 }, itself(keys))
            }
            (
                "list_sets_contains_list" | "list_sets_intersects_list" | "list_sets_equivalent_list",
                None,
                [a, b],
            ) => {
                let factor = if overload == "list_sets_equivalent_list" { 2.0 } else { 1.0 };
                let size = self.node_size(a).times(self.node_size(b));
                Some((size.by(factor).plus(exactly(1)), None))
            }
            _ => None,
        }
    }

    /// Mirrors Kubernetes' `CostEstimator.EstimateCallCost`.
    fn library_cost(
        &self,
        function: &str,
        overload: &str,
        target: Option<&Node<'_>>,
        args: &[Node<'_>],
    ) -> Option<Call> {
        let size = |node: &Node<'_>| self.node_size(node);
        let plain = |cost: Range| Some((cost, None));
        match (function, target, args) {
            ("check", ..) => plain(exactly(350_000)),
            (
                "serviceAccount"
                | "path"
                | "group"
                | "resource"
                | "subresource"
                | "namespace"
                | "name"
                | "allowed"
                | "reason"
                | "error"
                | "errored"
                | "format.named"
                | "masked"
                | "prefixLength"
                | "family"
                | "isUnspecified"
                | "isLoopback"
                | "isLinkLocalMulticast"
                | "isLinkLocalUnicast"
                | "isGlobalUnicast"
                | "sign"
                | "asInteger"
                | "isInteger"
                | "asApproximateFloat"
                | "isGreaterThan"
                | "isLessThan"
                | "compareTo"
                | "add"
                | "sub"
                | "major"
                | "minor"
                | "patch"
                | "getScheme"
                | "getHostname"
                | "getHost"
                | "getPort"
                | "getEscapedPath"
                | "getQuery",
                ..,
            ) => plain(exactly(1)),
            ("fieldSelector" | "labelSelector", _, [arg]) => {
                let size = size(arg);
                plain(exactly(10).plus(size.by(TRAVERSE)).plus(size.by(0.5).by(50.0)))
            }
            ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", Some(target), _) => {
                match Self::element(target) {
                    Some(element) => {
                        let mut each = exactly(1);
                        if matches!(element.ty, Type::Str | Type::Bytes) {
                            each = each.plus(size(&element).by(TRAVERSE));
                        }
                        plain(size(target).times(each))
                    }
                    None => plain(size(target).by(TRAVERSE)),
                }
            }
            ("url", _, [arg]) => {
                let size = size(arg);
                Some((size.by(TRAVERSE), Some(size)))
            }
            ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(target), _) => {
                let size = size(target);
                Some((size.by(TRAVERSE), Some(size)))
            }
            ("replace", Some(target), [old, new, ..]) => {
                let (text, old, new) = (size(target), size(old), size(new));
                let divided = |text: u64, by: u64| (text as f64 / by as f64).ceil() as u64;
                let (mut count, mut kept) = (exactly(0), exactly(0));
                if old.min == 0 {
                    count.max = text.max.saturating_add(1);
                    kept.max = text.max;
                } else if new.max <= old.min {
                    kept.max = text.max;
                } else {
                    count.max = divided(text.max, old.min);
                }
                if old.max == 0 {
                    count.min = text.min.saturating_add(1);
                    kept.min = text.min;
                } else if old.max <= new.min {
                    kept.min = text.min;
                } else {
                    count.min = divided(text.min, old.max);
                }
                Some((text.by(2.0 * TRAVERSE), Some(count.times(new).plus(kept))))
            }
            ("split", Some(target), _) => {
                let text = size(target);
                let max =
                    args.get(1).map_or(text.max, |most| match most.id.map(|id| self.checked.ast.expr(id)) {
                        Some(Expr::Literal(Literal::Int(n))) => *n as u64,
                        _ => text.max,
                    });
                Some((text.by(2.0 * TRAVERSE), Some(Range { min: 0, max })))
            }
            ("join", Some(target), _) => {
                let count = size(target);
                let mut made = Self::element(target).map_or(exactly(0), |e| count.times(size(&e)));
                if let Some(separator) = args.first() {
                    let between =
                        Range { min: count.min.saturating_sub(1), max: count.max.saturating_sub(1) };
                    made = made.plus(size(separator).times(between));
                }
                Some((made.by(TRAVERSE), Some(made)))
            }
            ("find" | "findAll", Some(target), [pattern, ..]) => {
                let text = size(target);
                let cost = text.plus(exactly(1)).by(TRAVERSE).times(size(pattern).by(PATTERN));
                Some((cost, Some(Range { min: 0, max: text.max })))
            }
            ("ip", ..) if overload == "cidr_ip" => plain(exactly(1)),
            (
                "cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity" | "semver" | "isSemver",
                _,
                [arg, ..],
            ) => plain(size(arg).by(TRAVERSE)),
            ("ip.isCanonical", _, [arg, ..]) => plain(size(arg).by(2.0 * TRAVERSE)),
            ("containsIP" | "containsCIDR", _, [arg, ..]) => {
                let address = Range { min: 4, max: 16 };
                let mut cost = address.plus(address).by(TRAVERSE);
                if function == "containsCIDR" {
                    cost = cost.plus(address.by(TRAVERSE)).plus(exactly(1));
                }
                if matches!(overload, "cidr_contains_ip_string" | "cidr_contains_cidr_string") {
                    cost = cost.plus(size(arg).by(TRAVERSE));
                }
                plain(cost)
            }
            ("validate", _, [arg, ..]) => plain(size(arg).by(TRAVERSE).by(128.0 * PATTERN)),
            ("_==_", _, [a, b]) if a.ty == b.ty => match a.ty {
                Type::Struct(name) => match &**name {
                    "net.IP" | "net.CIDR" | "kubernetes.Quantity" | "kubernetes.Semver" => plain(exactly(1)),
                    name if name.starts_with("kubernetes.authorization.") => plain(exactly(1)),
                    "kubernetes.NamedFormat" => plain(Range { min: 1, max: 64 }.by(TRAVERSE)),
                    "kubernetes.URL" => {
                        let max = b.size.map_or(1, |size| size.max);
                        plain(Range { min: 1, max }.by(TRAVERSE))
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

/// Mirrors `isBind`: a loop over nothing that only names a value.
fn is_bind(checked: &Checked, c: &Comprehension) -> bool {
    matches!(checked.ast.expr(c.range), Expr::List { elements, .. } if elements.is_empty())
        && matches!(checked.ast.expr(c.condition), Expr::Literal(Literal::Bool(false)))
}

fn is_scalar(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint => true,
        Type::Optional(inner) => is_scalar(inner),
        _ => false,
    }
}
