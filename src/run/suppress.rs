//! Comments, annotations and exceptions of a run: brought to codes and places, applied, and judged themselves.

use super::Options;
use super::codes::{
    CONFIG_EXPIRED, CONFIG_UNUSED, SUPPRESS_INVALID, SUPPRESS_LOCKED, SUPPRESS_NO_REASON, SUPPRESS_UNUSED,
    all,
};
use super::plan::KNOWN_FOR_CERTAIN;
use super::policy::{Exception, Policy};
use super::tree::Tree;
use crate::finding::{
    Edit, FileId, Finding, Fix, Origin, Place, Profile, Sifted, Span, Suppressed, Suppression, nearest,
    selects, sift,
};
use crate::object::annotations::{IGNORE, ignores};
use crate::object::{Object, Value, matches, references};
use crate::report::Verdict;
use crate::yaml::directives;

/// What is left of the findings of a run, and what was silenced.
pub(super) struct Silenced {
    pub(super) kept: Vec<Finding>,
    pub(super) suppressed: Vec<Suppressed>,
}

/// Applies levels and suppressions. `config` is the number of the configuration's file.
pub(super) fn silence(
    options: &Options,
    command: &str,
    tree: &Tree,
    mut findings: Vec<Finding>,
    config: FileId,
) -> Silenced {
    let settings = &options.settings;
    findings.retain_mut(|finding| settings.apply(finding));
    let mut gathered = Gathered::default();
    gathered.comments(tree, &options.policy);
    gathered.annotations(tree, &options.policy);
    let manifests = gathered.suppressions.len();
    gathered.exceptions(&options.policy, tree, config);
    let Gathered { suppressions, documents, findings: mut own } = gathered;
    let Sifted { mut kept, suppressed, used, refused } = sift(findings, &suppressions, settings);

    for (number, code) in refused {
        let message = format!("`{code}` is locked by the configuration: this silences nothing");
        own.push(
            Finding::new(&SUPPRESS_LOCKED, suppressions[number].place, message)
                .help("mend what is found, or ask for an exception in kcheck.yaml"),
        );
    }
    let ran = |selector: &str| {
        let own = options.policy.custom.iter().map(|rule| rule.code);
        all().iter().copied().chain(own).any(|code| {
            selects(selector, code.name)
                && settings.level(code).is_some()
                && if command == "plan" {
                    !KNOWN_FOR_CERTAIN.contains(&code.name)
                } else {
                    code.profile != Profile::Plan
                }
        })
    };
    for (number, suppression) in suppressions.iter().enumerate() {
        let unused = suppression.codes.iter().zip(&used[number]);
        let unused: Vec<&str> = unused.filter(|(_, used)| !**used).map(|(code, _)| code.as_str()).collect();
        if number >= manifests {
            if options.policy.whole
                && unused.iter().all(|code| ran(code))
                && unused.len() == suppression.codes.len()
            {
                own.push(unused_exception(suppression));
            }
            continue;
        }
        // Of an object that was refused early, nobody knows what else would have been found.
        let judged = documents[number]
            .is_none_or(|at| matches!(tree.units[at as usize].verdict, Verdict::Accepted | Verdict::Unknown));
        let idle: Vec<&str> =
            unused.into_iter().filter(|code| judged && options.policy.knows(code) && ran(code)).collect();
        for code in &idle {
            let message = format!("nothing here is `{code}`: this silences nothing");
            let mut finding = Finding::new(&SUPPRESS_UNUSED, suppression.place, message)
                .help("remove it; it would hide the next one that comes");
            if idle.len() == suppression.codes.len() && suppression.origin == Origin::Comment {
                finding = finding.fix(Fix::safe("remove it", vec![without(tree, suppression.place)]));
            }
            own.push(Finding { document: documents[number], ..finding });
        }
    }
    own.extend(unused_assumptions(&options.policy, tree, config));
    let configured = options.policy.findings.iter().cloned();
    own.extend(configured.map(|mut finding| {
        finding.labels.iter_mut().for_each(|label| label.place.file = config);
        finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| edit.file = config);
        finding
    }));
    own.retain_mut(|finding| settings.apply(finding));
    kept.extend(own);
    Silenced { kept, suppressed }
}

/// Takes a comment away: its line, or what is in front of it up to the value.
fn without(tree: &Tree, comment: Place) -> Edit {
    let file = tree.files.iter().find(|file| file.id == comment.file);
    let text = file.map_or("", |file| file.source.text());
    let (start, end) = (comment.span.start as usize, comment.span.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let said = before.trim_end_matches([' ', '\t']).len();
    let span = if said <= line {
        let rest = text.get(end..).unwrap_or_default();
        let until = rest.find('\n').map_or(text.len(), |at| end + at + 1);
        Span::new(line as u32, until as u32)
    } else {
        Span::new(said as u32, comment.span.end)
    };
    Edit { file: comment.file, span, text: String::new() }
}

/// Suppressions, the unit that each belongs to, and what is wrong with them.
#[derive(Default)]
struct Gathered {
    suppressions: Vec<Suppression>,
    documents: Vec<Option<u32>>,
    findings: Vec<Finding>,
}

impl Gathered {
    fn add(&mut self, suppression: Suppression, document: Option<u32>) {
        if suppression.reason.is_empty() {
            let finding =
                Finding::new(&SUPPRESS_NO_REASON, suppression.place, "a suppression without a reason")
                    .help("say why, and until when: whoever reads it next decides whether it still holds");
            self.findings.push(Finding { document, ..finding });
        }
        self.suppressions.push(suppression);
        self.documents.push(document);
    }

    fn invalid(&mut self, place: Place, document: Option<u32>, message: String, help: String) {
        let finding = Finding::new(&SUPPRESS_INVALID, place, message).help(help);
        self.findings.push(Finding { document, ..finding });
    }

    /// A code that does not exist silences nothing, and is told: it was meant to.
    fn unknown(&mut self, code: &str, place: Place, document: Option<u32>) {
        let message = format!("there is no code `{code}`: this silences nothing");
        let help = match near(code) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`kcheck rules` lists all codes".to_owned(),
        };
        self.invalid(place, document, message, help);
    }

    fn comments(&mut self, tree: &Tree, policy: &Policy) {
        for (file, read) in tree.files.iter().enumerate() {
            if !read.names_kcheck {
                continue;
            }
            for (number, document) in read.documents.iter().enumerate() {
                let at = tree.number(file, number).or_else(|| tree.number(file, number + 1));
                for directive in directives(document) {
                    for (code, place) in &directive.codes {
                        if !policy.knows(code) {
                            self.unknown(code, *place, at);
                        }
                    }
                    if directive.codes.is_empty() {
                        self.invalid(
                            directive.place,
                            at,
                            "a comment to kcheck that names no code".to_owned(),
                            "write `# kcheck: ignore[CODE] reason`".to_owned(),
                        );
                        continue;
                    }
                    let next = || read.documents.get(number + 1).map_or(Span::default(), |next| next.span);
                    let scope = directive.scope.unwrap_or_else(next);
                    let suppression = Suppression {
                        origin: Origin::Comment,
                        place: directive.place,
                        codes: directive.codes.into_iter().map(|(code, _)| code).collect(),
                        reason: directive.reason,
                        scopes: vec![Place::new(read.id, scope)],
                    };
                    self.add(suppression, at);
                }
            }
        }
    }

    fn annotations(&mut self, tree: &Tree, policy: &Policy) {
        for (number, unit) in tree.units.iter().enumerate() {
            if !tree.files[unit.file].names_kcheck {
                continue;
            }
            let Some(object) = tree.object(number) else { continue };
            let at = Some(number as u32);
            for ignore in ignores(&object) {
                for code in ignore.codes.iter().filter(|code| !policy.knows(code)) {
                    self.unknown(code, ignore.place, at);
                }
                for name in &ignore.missing {
                    self.invalid(
                        ignore.place,
                        at,
                        format!("there is no container `{name}`: this silences nothing"),
                        "name a container of this Pod, or leave `container=` away".to_owned(),
                    );
                }
                if ignore.codes.is_empty() {
                    self.invalid(
                        ignore.place,
                        at,
                        format!("`{IGNORE}` names no code"),
                        "write `CODE container=NAME: reason`".to_owned(),
                    );
                    continue;
                }
                if ignore.scopes.as_ref().is_some_and(Vec::is_empty) {
                    continue;
                }
                let suppression = Suppression {
                    origin: Origin::Annotation,
                    place: ignore.place,
                    codes: ignore.codes,
                    reason: ignore.reason,
                    scopes: ignore.scopes.unwrap_or_else(|| vec![tree.stretch(unit)]),
                };
                self.add(suppression, at);
            }
        }
    }

    fn exceptions(&mut self, policy: &Policy, tree: &Tree, config: FileId) {
        if policy.exceptions.is_empty() {
            return;
        }
        let paths: Vec<String> = tree.files.iter().map(|file| policy.relative(file.source.path())).collect();
        for exception in &policy.exceptions {
            let place = Place::new(config, exception.span);
            if let (Some(until), Some(now)) = (&exception.until, &policy.now)
                && until < now
            {
                let message = format!("this exception expired on {until}");
                let finding = Finding::new(&CONFIG_EXPIRED, place, message)
                    .help("mend what it hides, or give it another day");
                self.findings.push(finding);
                continue;
            }
            let takes = |file: usize| exception.paths.as_ref().is_none_or(|globs| globs.take(&paths[file]));
            let scopes = if exception.objects.is_empty() && exception.containers.is_empty() {
                let files = (0..tree.files.len()).filter(|&file| takes(file));
                files.map(|file| Place::new(tree.files[file].id, Span::new(0, u32::MAX))).collect()
            } else {
                let units = (0..tree.units.len()).filter(|&at| takes(tree.units[at].file));
                units.filter_map(|at| stretches(exception, tree, at)).flatten().collect()
            };
            let suppression = Suppression {
                origin: Origin::Configuration,
                place,
                codes: exception.codes.clone(),
                reason: exception.reason.clone(),
                scopes,
            };
            self.add(suppression, None);
        }
    }
}

/// What an exception with objects or containers covers of a unit.
fn stretches(exception: &Exception, tree: &Tree, at: usize) -> Option<Vec<Place>> {
    let unit = &tree.units[at];
    let object = tree.object(at)?;
    let wanted = &exception.objects;
    if !wanted.is_empty()
        && !wanted.iter().any(|pattern| pattern.takes(&unit.kind, &unit.namespace, &unit.name))
    {
        return None;
    }
    if exception.containers.is_empty() {
        return Some(vec![tree.stretch(unit)]);
    }
    let containers = object.pod_template()?.containers().map(|container| container.value);
    let taken = containers.filter(|value| exception.containers.iter().any(|p| matches(p, value.str("name"))));
    Some(taken.map(Value::place).collect())
}

fn unused_exception(suppression: &Suppression) -> Finding {
    let message = if suppression.scopes.is_empty() {
        "this exception matches no file and no object".to_owned()
    } else {
        "this exception silences nothing".to_owned()
    };
    Finding::new(&CONFIG_UNUSED, suppression.place, message)
        .help("remove it; it would hide the next one that comes")
}

/// Assumed objects that nothing refers to.
fn unused_assumptions(policy: &Policy, tree: &Tree, config: FileId) -> Vec<Finding> {
    if !policy.whole || policy.assume.is_empty() {
        return Vec::new();
    }
    let objects: Vec<Object<'_>> = super::lint::objects(tree).collect();
    let mut used = vec![false; policy.assume.len()];
    for object in &objects {
        for reference in references(object) {
            let namespace = reference.namespace.unwrap_or(object.namespace);
            for (used, (pattern, _)) in used.iter_mut().zip(&policy.assume) {
                *used |= pattern.takes(reference.kind, &namespace, &reference.name);
            }
        }
        // The namespace that an object goes to, and the definition of its kind.
        for (used, (pattern, _)) in used.iter_mut().zip(&policy.assume) {
            *used |= pattern.takes("Namespace", "", &object.namespace)
                || (pattern.kind == "CustomResourceDefinition" && object.gvk.group.contains('.'));
        }
    }
    let unused = used.iter().zip(&policy.assume).filter(|(used, _)| !**used);
    unused
        .map(|(_, (_, span))| {
            let message = "nothing refers to an object that is assumed here";
            Finding::new(&CONFIG_UNUSED, Place::new(config, *span), message).help("remove it")
        })
        .collect()
}

/// True for a code that exists, and for a group.
pub fn is_known(selector: &str) -> bool {
    all().iter().any(|code| selects(selector, code.name))
}

/// The code or group that comes nearest to one that does not exist.
pub fn near(selector: &str) -> Option<&'static str> {
    let codes = all().iter().map(|code| code.name);
    let groups = all().iter().filter_map(|code| code.name.split('/').next());
    nearest(selector, codes.chain(groups), 3)
}
