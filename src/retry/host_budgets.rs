//! How many repeats each host gets.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tower::retry::budget::{Budget, TpsBudget};

/// How long a call and a repeat count.
const WINDOW: Duration = Duration::from_secs(10);
/// So many repeats a second there are in any case.
const LEAST_PER_SECOND: u32 = 3;
/// Repeats for each call beside those.
const RATIO: f32 = 0.2;
/// The most hosts that are remembered.
const MOST_HOSTS: usize = 4_096;

/// The repeats that each host gets: with a fifth of the calls, a host in trouble is not asked ever more often.
/// Hosts share nothing.
#[derive(Default)]
pub(crate) struct HostBudgets(Mutex<HashMap<Box<str>, Arc<TpsBudget>>>);

/// The repeats of one host.
pub(crate) struct HostBudget(Arc<TpsBudget>);

impl HostBudgets {
    /// Counts a call to a host, by the text of its origin.
    pub(crate) fn call(&self, host: &str) -> HostBudget {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hosts.get(host).map(Arc::clone);
        let budget = known.unwrap_or_else(|| {
            if hosts.len() >= MOST_HOSTS {
                // A forgotten host begins with a fresh budget.
                hosts.retain(|_, budget| Arc::strong_count(budget) > 1);
            }
            let fresh = Arc::new(TpsBudget::new(WINDOW, LEAST_PER_SECOND, RATIO));
            hosts.insert(host.into(), Arc::clone(&fresh));
            fresh
        });
        drop(hosts);
        budget.deposit();
        HostBudget(budget)
    }
}

impl HostBudget {
    /// Takes a repeat, where there is one.
    pub(crate) fn take(&self) -> bool {
        self.0.withdraw()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-40, S17
    #[tokio::test]
    async fn a_host_that_has_used_up_its_repeats_leaves_those_of_others() {
        let hosts = HostBudgets::default();
        let (one, other) = ("https://one.test", "https://other.test");
        let taken = (0..1_000).filter(|_| hosts.call(one).take());

        let taken = taken.count();
        assert!((200..300).contains(&taken), "{taken}");
        assert!(hosts.call(other).take());
    }
}
