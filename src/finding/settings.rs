//! Which codes are on, and at which level.

use std::collections::{BTreeMap, BTreeSet};

use super::{Code, Finding, Level, Profile};

/// What is wanted of a code, or of a group of codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// Not reported.
    Off,
    /// Reported at its own level, whatever the profile.
    On,
    /// Reported at this level, whatever the profile.
    At(Level),
}

/// Profiles, and what is wanted of single codes beyond them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Codes of these profiles are on.
    pub profiles: Vec<Profile>,
    /// By code (`image/latest`) or group (`image`); a code goes before its group.
    pub rules: BTreeMap<String, Setting>,
    /// Codes and groups that nobody can suppress in a manifest.
    pub locked: BTreeSet<String>,
}

impl Settings {
    /// The codes of these profiles.
    pub fn of(profiles: &[Profile]) -> Self {
        Self { profiles: profiles.to_vec(), ..Self::default() }
    }

    /// The level at which a code is reported; `None` if it is off.
    pub fn level(&self, code: &Code) -> Option<Level> {
        match self.rules.get(code.name).or_else(|| self.rules.get(group(code.name))) {
            Some(Setting::Off) => None,
            Some(Setting::On) => Some(code.level),
            Some(Setting::At(level)) => Some(*level),
            None => code.is_in(&self.profiles).then_some(code.level),
        }
    }

    /// Gives a finding the level that is wanted of its code; false if it is not wanted at all.
    pub fn apply(&self, finding: &mut Finding) -> bool {
        let Some(level) = self.level(finding.code) else { return false };
        // A finding may have a level of its own.
        if level != finding.code.level {
            finding.level = level;
        }
        true
    }

    /// True if no comment, annotation or baseline silences the code.
    pub fn is_locked(&self, code: &Code) -> bool {
        self.locked.contains(code.name) || self.locked.contains(group(code.name))
    }
}

/// `image` of `image/latest`.
fn group(code: &str) -> &str {
    code.split('/').next().unwrap_or(code)
}

/// True if a selector (a code or a group) takes a code.
pub fn selects(selector: &str, code: &str) -> bool {
    selector == code || selector == group(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_before_its_group_and_both_before_the_profile() {
        static LATEST: Code = Code::server("image/latest", "").at(Level::Warning).of(Profile::Recommended);
        let mut settings = Settings::of(&[Profile::Server]);
        assert_eq!(settings.level(&LATEST), None);
        settings.rules.insert("image".into(), Setting::On);
        assert_eq!(settings.level(&LATEST), Some(Level::Warning));
        settings.rules.insert("image/latest".into(), Setting::At(Level::Error));
        assert_eq!(settings.level(&LATEST), Some(Level::Error));
        settings.rules.insert("image/latest".into(), Setting::Off);
        assert_eq!(settings.level(&LATEST), None);
        assert!(selects("image", "image/latest") && !selects("im", "image/latest"));
    }
}
