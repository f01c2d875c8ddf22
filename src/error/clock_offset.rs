//! By how many seconds a time differs from this machine's clock, for the log.

use std::{error::Error, fmt};

use crate::error::{LtiError, LtiErrorKind};

/// A time beside what this machine's clock showed.
#[derive(Debug)]
pub(crate) struct ClockOffset {
    what: &'static str,
    theirs_ms: u64,
    ours_ms: u64,
}

impl ClockOffset {
    /// Says in the error's source how far `what`, a time in milliseconds since 1970, is from ours.
    pub(crate) fn explain(
        kind: LtiErrorKind,
        what: &'static str,
        theirs_ms: u64,
        ours_ms: u64,
    ) -> LtiError {
        LtiError::new(kind).with_source(Self {
            what,
            theirs_ms,
            ours_ms,
        })
    }
}

impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.theirs_ms.abs_diff(self.ours_ms) as f64 / 1_000.0;
        let side = if self.theirs_ms > self.ours_ms {
            "ahead of"
        } else {
            "behind"
        };
        let what = self.what;
        write!(f, "{what} is {seconds:.1} s {side} this machine's clock")
    }
}

impl Error for ClockOffset {}
