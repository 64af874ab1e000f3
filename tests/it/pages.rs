//! Every code has a page of some substance: `kcheck explain CODE`.

use std::process::Command;

fn kcheck(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_kcheck")).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// What it does, why that is bad, and an example, in Markdown that is well closed.
#[test]
fn every_code_has_one() {
    let table = kcheck(&["rules"]);
    let codes: Vec<&str> = table.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 40, "{table}");
    let mut wrong = Vec::new();
    for code in codes {
        let page = kcheck(&["explain", code]);
        let mut lacks = Vec::new();
        // The account of annotations and that of labels show limits in place of an example.
        let shows = page.contains("## Example") || page.contains("## How to mend it");
        for (part, is_there) in [
            ("## What it does", page.contains("## What it does")),
            ("## Why is this bad?", page.contains("## Why is this bad?")),
            ("## Example", shows),
            ("400 characters", page.len() >= 400),
            ("an end of every fence", page.matches("```").count().is_multiple_of(2)),
            ("no sentence that is still to be written", !page.contains("TODO")),
        ] {
            if !is_there {
                lacks.push(part);
            }
        }
        if !lacks.is_empty() {
            wrong.push(format!("{code} lacks {}", lacks.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
