//! Who has to act.

use std::fmt;

/// Who has to do something so that a call succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionBy {
    /// Whoever runs the learning platform, or the course in it.
    PlatformAdministrator,
    /// Whoever runs this tool.
    ToolOperator,
    /// Whoever wrote the call.
    Developer,
    /// Nobody: the same call may succeed later.
    TryLater,
}

impl ActionBy {
    /// The word for it in logs: `platform_administrator`, `tool_operator`, `developer` or `try_later`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlatformAdministrator => "platform_administrator",
            Self::ToolOperator => "tool_operator",
            Self::Developer => "developer",
            Self::TryLater => "try_later",
        }
    }
}

impl fmt::Display for ActionBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
