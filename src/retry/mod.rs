//! When a call to a platform is made again: what the platform asks for, a budget for each host, and pauses that
//! grow.

mod backoff;
mod host_budgets;
mod retry_after;

pub(crate) use self::{
    backoff::backoff,
    host_budgets::{HostBudget, HostBudgets},
    retry_after::retry_after,
};
