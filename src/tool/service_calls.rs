//! What calls to services share.

use crate::{
    access_token::AccessTokens, observe::LogPermit, retry::HostBudgets,
    service_error::ServiceError, tool::LtiTool,
};

impl LtiTool {
    pub(crate) fn access_tokens(&self) -> &AccessTokens {
        &self.0.access_tokens
    }

    /// How often each host is asked again.
    pub(crate) fn host_budgets(&self) -> &HostBudgets {
        &self.0.budgets.hosts
    }

    /// Whether the failure of a call to a service is logged at its level.
    pub(crate) fn service_log_permit(&self, error: &ServiceError) -> LogPermit {
        let failures = &self.0.budgets.service_failures;
        failures.permit_nth(error.kind() as usize, self.clock().monotonic())
    }
}
