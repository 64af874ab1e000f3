//! Files of a volume that lie over each other. Mirrors `warningsForOverlappingVirtualPaths`.

use super::super::field::Field;
use crate::schema::quote;

/// More files of one volume are not held against each other.
const MAX_FILES: usize = 4096;

/// A path and where it comes from; empty if the volume says it.
struct File<'v> {
    path: &'v str,
    source: String,
    field: Field<'v>,
}

impl<'v> File<'v> {
    fn new(field: Field<'v>, source: &str) -> Self {
        Self { path: field.str().trim_end_matches('/'), source: source.to_owned(), field }
    }

    fn shown(&self) -> String {
        if self.source.is_empty() {
            return quote(self.path);
        }
        format!("{} ({})", quote(self.path), self.source)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let below = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
        !self.path.is_empty()
            && !other.path.is_empty()
            && (below(self.path, other.path) || below(other.path, self.path))
    }
}

/// What is said of a volume.
pub(super) fn overlaps(volume: Field<'_>) {
    let name = volume.text("name");
    let items = |source: Field<'_>| source.field("items").is_set();
    let single = [
        ("configMap", format!("ConfigMap {}", quote(volume.field("configMap").text("name")))),
        ("secret", format!("Secret {}", quote(volume.field("secret").text("secretName")))),
        ("downwardAPI", "DownwardAPI".to_owned()),
    ];
    for (kind, shown) in single {
        let source = volume.field(kind);
        if items(source) {
            let files = source.each("items").map(|item| File::new(item.field("path"), ""));
            said(name, &shown, files.collect());
        }
    }
    let projected = volume.field("projected");
    let mut files = Vec::new();
    for source in projected.each("sources") {
        let member = |name| Some(source.field(name)).filter(|member| member.is_set());
        let named = |member: Field<'_>, kind: &str| format!("{kind} {}", quote(member.text("name")));
        let (config, secret) = (member("configMap"), member("secret"));
        let (downward, token) = (member("downwardAPI"), member("serviceAccountToken"));
        if config.or(secret).or(downward).or(token).is_none() {
            source.warn_bare(
                format!("volume {} (Projected) has no sources provided", quote(name)),
                "add a source that this version of the server knows, or remove the item",
            );
        } else if let Some(config) = config.filter(|m| items(*m)) {
            files.extend(files_of(config, &named(config, "ConfigMap")));
        } else if let Some(secret) = secret.filter(|m| items(*m)) {
            files.extend(files_of(secret, &named(secret, "Secret")));
        } else if let Some(downward) = downward.filter(|m| items(*m)) {
            files.extend(files_of(downward, "DownwardAPI"));
        } else if let Some(token) = token {
            files.push(File::new(token.field("path"), "ServiceAccountToken"));
        }
    }
    said(name, "Projected", files);
}

/// The files that a source names.
fn files_of<'v>(source: Field<'v>, shown: &str) -> Vec<File<'v>> {
    source.each("items").map(|item| File::new(item.field("path"), shown)).collect()
}

fn said(volume: &str, what: &str, files: Vec<File<'_>>) {
    for (at, file) in files.iter().take(MAX_FILES).enumerate() {
        for other in files.iter().take(at).filter(|other| file.overlaps(other)) {
            let text = format!(
                "volume {} ({what}): overlapping paths: {} with {}",
                quote(volume),
                file.shown(),
                other.shown()
            );
            file.field.warn_bare(text, "give every file a path of its own");
        }
    }
}
