//! The report: all findings, as text and as JSON.

use std::fmt;

use serde_json::{Value, json};

use crate::{
    doctor::{Finding, Severity, Subject},
    tool::RecentRefusal,
};

/// What the doctor found, in the order of the registrations; what is about the tool itself comes first.
///
/// `Display` is the form for people.
#[derive(Clone, Debug)]
pub struct Report {
    findings: Vec<Finding>,
    registrations: usize,
    refusals: Vec<RecentRefusal>,
}

impl Report {
    pub(super) fn new(
        findings: Vec<Finding>,
        registrations: usize,
        refusals: Vec<RecentRefusal>,
    ) -> Self {
        Self {
            findings,
            registrations,
            refusals,
        }
    }

    /// What was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many registrations were checked.
    #[must_use]
    pub fn registrations(&self) -> usize {
        self.registrations
    }

    /// The last refusals of the running tool, the newest first: those that it
    /// [keeps](crate::tool::LtiToolBuilder::keep_recent_refusals). They are not counted as findings.
    #[must_use]
    pub fn recent_refusals(&self) -> &[RecentRefusal] {
        &self.refusals
    }

    /// How bad the worst finding is; `None` where there is none.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The exit code of a program: 2 where there are errors, 1 where there are warnings, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.worst() {
            Some(Severity::Error) => 2,
            Some(Severity::Warning) => 1,
            Some(Severity::Note) | None => 0,
        }
    }

    /// The form for programs: one JSON object.
    ///
    /// | member | what |
    /// |---|---|
    /// | `registrations` | how many registrations were checked |
    /// | `errors`, `warnings` | how many findings of that severity there are |
    /// | `findings` | each with `severity`, `check`, `registration` (`issuer`, `client_id`, `discriminator`) or null, `entry` and `line` or null, `seen`, `wanted`, `remedy`, `who` |
    /// | `recent_refusals` | each with `reference`, `code`, `at` (seconds since 1970), `issuer` and `client_id` or null, `field` and `hint` or null |
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings: Vec<Value> = self.findings.iter().map(Finding::to_json).collect();
        let refusals: Vec<Value> = self.refusals.iter().map(refusal_json).collect();
        let report = json!({
            "registrations": self.registrations,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "findings": findings,
            "recent_refusals": refusals,
        });
        format!("{report:#}\n")
    }

    pub(super) fn count(&self, severity: Severity) -> usize {
        let of_it = self
            .findings
            .iter()
            .filter(|finding| finding.severity == severity);
        of_it.count()
    }

    /// The findings as they stand under headings: those that follow each other and are about the same.
    pub(super) fn by_subject(&self) -> impl Iterator<Item = (&Subject, &[Finding])> {
        let groups = self
            .findings
            .chunk_by(|one, next| one.subject.is_same(&next.subject));
        groups.filter_map(|group| Some((&group.first()?.subject, group)))
    }

    /// How many there are of what, in one line.
    pub(super) fn summary(&self) -> String {
        let counted = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        format!(
            "{} checked: {}, {}",
            counted(self.registrations, "registration"),
            counted(self.count(Severity::Error), "error"),
            counted(self.count(Severity::Warning), "warning"),
        )
    }
}

fn refusal_json(refusal: &RecentRefusal) -> Value {
    json!({
        "reference": refusal.reference(),
        "code": refusal.code().as_str(),
        "at": refusal.at_unix(),
        "issuer": refusal.issuer(),
        "client_id": refusal.client_id(),
        "field": refusal.field(),
        "hint": refusal.hint(),
    })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        for (subject, findings) in self.by_subject() {
            writeln!(f, "\n{subject}")?;
            findings.iter().try_for_each(|one| write!(f, "{one}"))?;
        }
        if !self.refusals.is_empty() {
            writeln!(f, "\nthe last refusals")?;
        }
        for refusal in &self.refusals {
            writeln!(f, "  {refusal}")?;
        }
        Ok(())
    }
}
