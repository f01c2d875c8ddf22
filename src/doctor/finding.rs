//! What the doctor found.

use std::fmt;

use serde_json::{Value, json};

use crate::{doctor::Subject, page_text::PageText, pages::texts, redact, service_error::ActionBy};

/// The most characters of each text: what a platform said is part of it.
const MAX_CHARS: usize = 600;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Nothing is wrong: what was checked, or could not be.
    Note,
    /// It may keep launches or services from working, or will.
    Warning,
    /// Launches or services do not work.
    Error,
}

/// One thing that was found. It shows no token, no key and no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name of what was checked: one of those in [the guide](crate::guide::doctor#what-is-checked).
    pub check: &'static str,
    /// What it is about: a registration, or the tool itself.
    pub subject: Subject,
    /// What was seen.
    pub seen: String,
    /// What was wanted.
    pub wanted: String,
    /// What to do.
    pub remedy: String,
    /// Who has to do it.
    pub who: ActionBy,
}

impl Finding {
    /// A finding about the tool itself, until [`of`](Self::of) says otherwise.
    pub(super) fn new(severity: Severity, check: &'static str, seen: impl AsRef<str>) -> Self {
        Self {
            severity,
            check,
            subject: Subject::default(),
            seen: redact::line(seen.as_ref(), MAX_CHARS),
            wanted: String::new(),
            remedy: String::new(),
            who: ActionBy::ToolOperator,
        }
    }

    pub(super) fn error(check: &'static str, seen: impl AsRef<str>) -> Self {
        Self::new(Severity::Error, check, seen)
    }

    pub(super) fn warning(check: &'static str, seen: impl AsRef<str>) -> Self {
        Self::new(Severity::Warning, check, seen)
    }

    pub(super) fn note(check: &'static str, seen: impl AsRef<str>) -> Self {
        Self::new(Severity::Note, check, seen)
    }

    pub(super) fn wanted(mut self, wanted: impl AsRef<str>) -> Self {
        self.wanted = redact::line(wanted.as_ref(), MAX_CHARS);
        self
    }

    pub(super) fn remedy(mut self, remedy: impl AsRef<str>) -> Self {
        self.remedy = redact::line(remedy.as_ref(), MAX_CHARS);
        self
    }

    pub(super) fn by(mut self, who: ActionBy) -> Self {
        self.who = who;
        self
    }

    /// Who has to act, in words.
    pub(super) fn who_text(&self) -> PageText {
        match self.who {
            ActionBy::PlatformAdministrator => texts::WHO_PLATFORM,
            ActionBy::ToolOperator => texts::WHO_OPERATOR,
            ActionBy::Developer => texts::WHO_DEVELOPER,
            ActionBy::TryLater => texts::WHO_NOBODY,
        }
    }

    pub(super) fn of(mut self, subject: &Subject) -> Self {
        self.subject = subject.clone();
        self
    }

    /// The finding as a JSON object.
    pub(super) fn to_json(&self) -> Value {
        let id = self.subject.registration();
        json!({
            "severity": self.severity.as_str(),
            "check": self.check,
            "registration": id.map(|id| json!({
                "issuer": id.issuer().as_str(),
                "client_id": id.client_id().as_str(),
                "discriminator": id.discriminator(),
            })),
            "entry": self.subject.entry(),
            "line": self.subject.line(),
            "seen": self.seen,
            "wanted": self.wanted,
            "remedy": self.remedy,
            "who": self.who.as_str(),
        })
    }
}

/// Several lines of text, the first of them with severity and check.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}: {}", self.severity.as_str(), self.check)?;
        let lines = [
            ("seen", self.seen.as_str()),
            ("wanted", &self.wanted),
            ("remedy", &self.remedy),
        ];
        for (name, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(f, "    {name:<8}{text}")?;
        }
        match self.remedy.is_empty() {
            true => Ok(()),
            false => writeln!(f, "    {:<8}{}", "who", self.who_text().english()),
        }
    }
}

impl Severity {
    /// The word in the JSON form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
