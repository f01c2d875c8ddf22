//! The last refusals, kept in memory for whoever is told a reference.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    error::{Detail, ErrorCode, LtiError, LtiErrorKind},
    tool::{LtiTool, LtiToolBuilder},
};

/// The most that are kept.
const MAX_KEPT: usize = 1_000;

/// A login or a launch that was refused, as far as it is no secret and nothing personal.
///
/// It holds what its log line holds: see [`Detail`](crate::error::Detail). Part of it comes from whoever sent the
/// request: show it to operators.
#[derive(Clone, Debug)]
pub struct RecentRefusal {
    reference: String,
    kind: LtiErrorKind,
    at: SystemTime,
    detail: Detail,
}

impl RecentRefusal {
    fn new(error: &LtiError, at: SystemTime) -> Self {
        Self {
            reference: error.reference().to_owned(),
            kind: error.kind(),
            at,
            detail: error.detail().clone(),
        }
    }

    /// The reference that stood on the user's page.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// What exactly went wrong.
    #[must_use]
    pub fn kind(&self) -> LtiErrorKind {
        self.kind
    }

    /// The code that the answer had.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.kind.code()
    }

    /// When it was refused, by the tool's clock.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// The same in seconds since 1970.
    #[must_use]
    pub fn at_unix(&self) -> u64 {
        let since = self.at.duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    }

    /// The issuer that the request was of, cut to 64 characters.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.detail.issuer()
    }

    /// The client id that the request was of, cut to 64 characters.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.detail.client_id()
    }

    /// The form field, the claim, the header or the setting that was wrong.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.detail.field()
    }

    /// What is known beyond that: a near miss, or what was wrong with the field.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.detail.hint()
    }
}

/// One line.
impl fmt::Display for RecentRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reference, code) = (&self.reference, self.code().as_str());
        write!(f, "{reference}: {code}, {}", self.kind.reason())?;
        if let (Some(issuer), Some(client_id)) = (self.issuer(), self.client_id()) {
            write!(f, "; of {client_id} at {issuer}")?;
        }
        if let Some(field) = self.field() {
            write!(f, "; `{field}`")?;
        }
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// The last so many, the newest at the end.
#[derive(Default)]
pub(super) struct RecentRefusals {
    most: usize,
    kept: Mutex<VecDeque<RecentRefusal>>,
}

impl RecentRefusals {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.min(MAX_KEPT),
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<RecentRefusal>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LtiToolBuilder {
    /// Keeps the last refusals of logins and launches in memory, so that the [doctor](crate::doctor) can say what a
    /// user's reference stands for. Default: none; at most 1,000.
    ///
    /// Each instance keeps its own. What is beyond the rate limit for log lines of requests that have proven nothing
    /// is not kept, so that a flood does not push out the others.
    #[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
    pub fn keep_recent_refusals(mut self, most: usize) -> Self {
        self.recent_refusals = most;
        self
    }
}

impl LtiTool {
    /// The last refusals, the newest first; none unless they are
    /// [kept](LtiToolBuilder::keep_recent_refusals).
    #[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
    #[must_use]
    pub fn recent_refusals(&self) -> Vec<RecentRefusal> {
        let kept = self.0.recent_refusals.kept();
        kept.iter().rev().cloned().collect()
    }

    /// The refusal of this reference, if it is [kept](LtiToolBuilder::keep_recent_refusals).
    #[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
    #[must_use]
    pub fn recent_refusal(&self, reference: &str) -> Option<RecentRefusal> {
        let kept = self.0.recent_refusals.kept();
        let found = kept.iter().rev().find(|one| one.reference == reference);
        found.cloned()
    }

    pub(super) fn keep_refusal(&self, error: &LtiError) {
        let refusals = &self.0.recent_refusals;
        if refusals.most == 0 {
            return;
        }
        let refusal = RecentRefusal::new(error, self.clock().now());
        let mut kept = refusals.kept();
        if kept.len() == refusals.most {
            kept.pop_front();
        }
        kept.push_back(refusal);
    }
}
