//! The requests for tokens that are under way, and the pauses after those that failed.

use std::{collections::HashMap, time::Duration};

use tokio::sync::watch;

use crate::{
    access_token::{
        Outcome,
        identity::{HasIdentity, Identity, TokenKey},
        pause,
    },
    service_error::ServiceError,
};

/// How many token requests are remembered for their failures.
const MOST: usize = 8_192;

/// Gets the outcome of a request, once it is there.
pub(super) type Waiting = watch::Receiver<Option<Outcome>>;

#[derive(Default)]
pub(super) struct Flights {
    by_token: HashMap<TokenKey, Flight>,
}

/// What is known of the requests for one token.
#[derive(Default)]
struct Flight {
    under_way: Option<Waiting>,
    /// How many failed in a row.
    failures: u32,
    failed: Option<(ServiceError, Duration)>,
}

/// Whether a request may be made now.
pub(super) enum Now {
    /// One is under way.
    UnderWay(Waiting),
    /// One has failed a moment ago, so.
    Paused(ServiceError),
    /// None is.
    Ready,
}

impl Flights {
    pub(super) fn now(&self, identity: Identity<'_>, now: Duration) -> Now {
        let Some(flight) = self.by_token.get(&identity as &dyn HasIdentity) else {
            return Now::Ready;
        };
        if let Some(under_way) = &flight.under_way {
            return Now::UnderWay(under_way.clone());
        }
        match &flight.failed {
            Some((error, until)) if now < *until => {
                let error = error.clone();
                // What the platform asked for may be longer.
                Now::Paused(match error.retry_after() {
                    Some(asked) => error.with_retry_after(asked.max(*until - now)),
                    None => error,
                })
            }
            _ => Now::Ready,
        }
    }

    pub(super) fn begin(&mut self, key: TokenKey, waiting: Waiting, now: Duration) {
        if self.by_token.len() >= MOST {
            self.by_token.retain(|_, flight| flight.is_needed(now));
        }
        self.by_token.entry(key).or_default().under_way = Some(waiting);
    }

    /// Ends a request: a success clears what failed before, a failure begins a pause.
    pub(super) fn end(&mut self, key: &TokenKey, outcome: &Outcome, now: Duration) {
        match outcome {
            Ok(_) => {
                self.by_token.remove(key);
            }
            Err(error) => {
                let Some(flight) = self.by_token.get_mut(key) else {
                    return;
                };
                flight.under_way = None;
                flight.failures = flight.failures.saturating_add(1);
                let until = now.saturating_add(pause::after(flight.failures));
                flight.failed = Some((error.clone(), until));
            }
        }
    }
}

impl Flight {
    fn is_needed(&self, now: Duration) -> bool {
        let is_paused = self.failed.as_ref().is_some_and(|(_, until)| now < *until);
        self.under_way.is_some() || is_paused
    }
}
