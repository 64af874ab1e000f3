//! Codes: the stable names of problems, with level, profile and page.

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Makes the run fail.
    Error,
    /// Legal, and likely wrong.
    Warning,
    /// Worth knowing.
    Info,
}

impl Level {
    /// `error`, `warning`, `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// When a code is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Profile {
    /// The API server itself says so: always on.
    Server,
    /// On by default.
    Recommended,
    /// Asked for with `--profile security`.
    Security,
    /// Asked for with `--profile pedantic`.
    Pedantic,
    /// The plan's own problems.
    Plan,
}

impl Profile {
    /// The name used on the command line and in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Recommended => "recommended",
            Self::Security => "security",
            Self::Pedantic => "pedantic",
            Self::Plan => "plan",
        }
    }
}

/// Whether kcheck can mend it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixable {
    /// Only a person can.
    Never,
    /// In some cases.
    Sometimes,
    /// Always.
    Always,
}

/// A kind of problem.
#[derive(Debug)]
pub struct Code {
    /// `group/kebab-name`.
    pub name: &'static str,
    /// Level if nothing else is configured.
    pub level: Level,
    /// When it is on.
    pub profile: Profile,
    /// False for advice that holds for some: its profile does not bring it, only its name in the configuration does, or
    /// the profile `pedantic` beside its own.
    pub on: bool,
    /// One line: what it catches.
    pub summary: &'static str,
    /// Version of kcheck that brought it.
    pub since: &'static str,
    /// Whether kcheck can mend it.
    pub fixable: Fixable,
    /// Its page in Markdown: what it does, why it is bad, example, when to ignore it. Empty for codes whose
    /// summary says it all.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl Code {
    /// An error that the API server raises (or that stops the reader), always on.
    pub const fn server(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            level: Level::Error,
            profile: Profile::Server,
            on: true,
            summary,
            since: "0.1.0",
            fixable: Fixable::Never,
            page: "",
        }
    }

    /// A lint rule of a profile.
    pub const fn rule(
        name: &'static str,
        level: Level,
        profile: Profile,
        summary: &'static str,
        page: &'static str,
    ) -> Self {
        Self { level, profile, page, ..Self::server(name, summary) }
    }

    /// The same code, which only reports when it is asked for.
    #[must_use]
    pub const fn off(mut self) -> Self {
        self.on = false;
        self
    }

    /// The same code, some of whose findings kcheck can mend.
    #[must_use]
    pub const fn fixable(mut self, fixable: Fixable) -> Self {
        self.fixable = fixable;
        self
    }

    /// True if a run with these profiles reports it, unless it is configured otherwise.
    pub fn is_in(&self, profiles: &[Profile]) -> bool {
        profiles.contains(&self.profile) && (self.on || profiles.contains(&Profile::Pedantic))
    }

    /// The same code at another level.
    #[must_use]
    pub const fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// The same code in another profile.
    #[must_use]
    pub const fn of(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// The same code with a page.
    #[must_use]
    pub const fn page(mut self, page: &'static str) -> Self {
        self.page = page;
        self
    }
}
