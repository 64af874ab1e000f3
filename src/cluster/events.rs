//! What components report while a cluster comes to rest.

use crate::object::Sym;

/// An Event, once per distinct text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// `Warning`; else `Normal`.
    pub warning: bool,
    /// One word, as `FailedCreate`.
    pub reason: &'static str,
    /// A sentence.
    pub message: String,
    /// Kind of the object it is about.
    pub kind: Sym,
    /// Its namespace; empty for cluster-scoped kinds.
    pub namespace: Sym,
    /// Its name.
    pub name: Sym,
    /// How often it was reported.
    pub count: u32,
}

/// Events in order of first appearance.
#[derive(Clone, Default, Debug)]
pub struct Events {
    list: Vec<Event>,
    seen: rustc_hash::FxHashMap<(Sym, Sym, Sym, &'static str, String), usize>,
}

impl Events {
    /// Reports a warning about an object. True if it is the first of its text.
    pub fn warn(&mut self, about: (&str, Sym, Sym), reason: &'static str, message: String) -> bool {
        self.report(true, about, reason, message)
    }

    /// Reports what goes as it should.
    pub fn note(&mut self, about: (&str, Sym, Sym), reason: &'static str, message: String) {
        self.report(false, about, reason, message);
    }

    fn report(
        &mut self,
        warning: bool,
        about: (&str, Sym, Sym),
        reason: &'static str,
        message: String,
    ) -> bool {
        let kind = Sym::from(about.0);
        let key = (kind, about.1, about.2, reason, message.clone());
        if let Some(&at) = self.seen.get(&key) {
            self.list[at].count += 1;
            return false;
        }
        self.seen.insert(key, self.list.len());
        self.list.push(Event { warning, reason, message, kind, namespace: about.1, name: about.2, count: 1 });
        true
    }

    /// All events.
    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.list.iter()
    }
}
