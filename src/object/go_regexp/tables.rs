//! Classes by name: general categories and scripts of Unicode, as Go and as the engine call them.

/// A class that matches nothing, and the one that matches everything.
pub(super) const NOTHING: &str = r"[^\x00-\x{10FFFF}]";
pub(super) const ANYTHING: &str = r"[\x00-\x{10FFFF}]";

/// Mirrors `unicodeTable`: the table of a category, an alias of one, or a script, as the items of a class. Names are
/// compared without regard to case, spaces, underscores and hyphens, except that single letters stand for themselves.
pub(super) fn unicode_table(name: &str) -> Option<String> {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    match plain.as_str() {
        "any" => return Some(ANYTHING.to_owned()),
        "ascii" => return Some(r"\x00-\x7F".to_owned()),
        "assigned" => return Some(r"\p{Assigned}".to_owned()),
        "cs" | "surrogate" => return Some(NOTHING.to_owned()),
        _ => {}
    }
    if CATEGORIES.contains(&plain.as_str()) {
        return Some(format!("\\p{{gc={plain}}}"));
    }
    // Go knows scripts by their long names, the engine by codes of four letters as well.
    let code = plain.len() <= 4 && !SHORT_SCRIPTS.contains(&plain.as_str());
    let known = !code && regex::Regex::new(&format!("\\p{{sc={plain}}}")).is_ok();
    known.then(|| format!("\\p{{sc={plain}}}"))
}

/// General categories, and what `unicode.CategoryAliases` calls them.
const CATEGORIES: &[&str] = &[
    "c",
    "cc",
    "cf",
    "cn",
    "co",
    "l",
    "ll",
    "lm",
    "lo",
    "lt",
    "lu",
    "lc",
    "m",
    "mc",
    "me",
    "mn",
    "n",
    "nd",
    "nl",
    "no",
    "p",
    "pc",
    "pd",
    "pe",
    "pf",
    "pi",
    "po",
    "ps",
    "s",
    "sc",
    "sk",
    "sm",
    "so",
    "z",
    "zl",
    "zp",
    "zs",
    "other",
    "control",
    "cntrl",
    "format",
    "unassigned",
    "privateuse",
    "letter",
    "casedletter",
    "lowercaseletter",
    "modifierletter",
    "otherletter",
    "titlecaseletter",
    "uppercaseletter",
    "mark",
    "combiningmark",
    "spacingmark",
    "enclosingmark",
    "nonspacingmark",
    "number",
    "decimalnumber",
    "digit",
    "letternumber",
    "othernumber",
    "punctuation",
    "punct",
    "connectorpunctuation",
    "dashpunctuation",
    "closepunctuation",
    "finalpunctuation",
    "initialpunctuation",
    "otherpunctuation",
    "openpunctuation",
    "symbol",
    "currencysymbol",
    "modifiersymbol",
    "mathsymbol",
    "othersymbol",
    "separator",
    "lineseparator",
    "paragraphseparator",
    "spaceseparator",
];

/// Scripts whose full name is no longer than a code.
const SHORT_SCRIPTS: &[&str] =
    &["ahom", "cham", "lao", "lisu", "miao", "modi", "mro", "newa", "nko", "thai", "toto", "vai", "yi"];
