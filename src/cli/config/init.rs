//! A configuration to start from.

use std::fs::OpenOptions;
use std::io::{self, Write};

use super::NAME;
use crate::cli::{FINE, Failure};

/// What `kcheck init` writes: every key, most of them as comments.
const TEMPLATE: &str = include_str!("init.yaml");

/// Writes `kcheck.yaml` into the working folder. One that is there stays, unless it is forced.
pub(in crate::cli) fn init(force: bool) -> Result<u8, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).create_new(!force);
    let written = options.open(NAME).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Failure::Text(format!("{NAME} is there already; --force writes over it")));
        }
        Err(error) => return Err(Failure::Text(format!("cannot write {NAME}: {error}"))),
    }
    // A note to people; whoever closed it doesn't want it.
    let _ = writeln!(io::stderr(), "kcheck: wrote {NAME}; `kcheck check` reads it from now on");
    Ok(FINE)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::read::read;
    use super::TEMPLATE;
    use crate::source::Source;

    /// The line without its comment sign, if what it comments out is configuration.
    fn uncommented(line: &str) -> String {
        let is_key = |text: &str| {
            text.split_once(':').is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase()))
        };
        let line = match line.strip_prefix('#') {
            Some(below) if below.starts_with("  ") => below,
            Some(key) if is_key(key.trim_start()) => key.trim_start(),
            _ => line.trim_end_matches(" {}").trim_end_matches(" []"),
        };
        format!("{line}\n")
    }

    /// As it is, and with everything turned on.
    #[test]
    fn the_template_is_a_configuration() {
        let everything: String = TEMPLATE.lines().map(uncommented).collect();
        assert!(
            everything.contains("\nnamespace: default\n") && everything.contains("\n  - Secret/"),
            "{everything}"
        );
        for text in [TEMPLATE, &everything] {
            let read = read(Arc::new(Source::new("kcheck.yaml", text.as_bytes().to_vec())));
            let read = read.map_err(|findings| format!("{findings:?}\n{text}")).unwrap();
            assert_eq!(read.findings, [], "{text}");
        }
    }
}
