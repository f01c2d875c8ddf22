//! Which rejections are logged, and at which level.

use crate::{
    error::{LtiError, LtiErrorKind},
    observe::LogPermit,
    tool::LtiTool,
};

impl LtiTool {
    /// Whether an ERROR event with the code of this error is permitted now.
    pub(crate) fn permits_error(&self, error: &LtiError) -> bool {
        self.permits_error_event(error.code().as_str())
    }

    /// Whether an ERROR event of this name is permitted now.
    pub(crate) fn permits_error_event(&self, name: &'static str) -> bool {
        let now = self.clock().monotonic();
        self.0.budgets.errors.permits(name, now)
    }

    /// Whether the rejection of a request that has proven nothing is logged at its level.
    pub(crate) fn log_permit(&self, error: &LtiError) -> LogPermit {
        let now = self.clock().monotonic();
        self.0.budgets.rejections.permit(error.kind(), now)
    }

    /// Whether another rejection of that kind would be logged.
    pub(crate) fn would_log(&self, kind: LtiErrorKind) -> bool {
        let now = self.clock().monotonic();
        self.0.budgets.rejections.has_room(kind, now)
    }
}
