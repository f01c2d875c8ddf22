//! What was called, when, and what the answer was.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use redis::{AsyncCommands, aio::MultiplexedConnection};
use serde::{Deserialize, Serialize};
use tower_lti::{
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    nonce::NonceUse,
};

/// One order for everything that happens in a round, and the point from which all race.
#[derive(Clone)]
pub(super) enum Order {
    /// For the threads of this process.
    Here(Arc<[AtomicU64; 2]>),
    /// For all processes that use one Redis: it counts for them.
    There {
        redis: MultiplexedConnection,
        seed: u64,
    },
}

impl Order {
    pub(super) fn here() -> Self {
        Self::Here(Arc::default())
    }

    /// The next number; whatever is told a lower one was told it earlier.
    pub(super) async fn next(&self) -> u64 {
        match self {
            Self::Here(counters) => counters[0].fetch_add(1, Ordering::SeqCst),
            Self::There { redis, seed } => {
                let counter = format!("order:{seed}");
                redis.clone().incr(counter, 1).await.unwrap()
            }
        }
    }

    /// Goes on when all of the actors have come here.
    pub(super) async fn meet(&self, actors: u64) {
        match self {
            Self::Here(counters) => {
                counters[1].fetch_add(1, Ordering::SeqCst);
                while counters[1].load(Ordering::SeqCst) < actors {
                    tokio::task::yield_now().await;
                }
            }
            Self::There { redis, seed } => {
                let (mut redis, counter) = (redis.clone(), format!("here:{seed}"));
                let mut here: u64 = redis.incr(&counter, 1).await.unwrap();
                while here < actors {
                    here = redis.get(&counter).await.unwrap();
                }
            }
        }
    }
}

/// A call, between its start and its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) actor: usize,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) what: What,
}

/// What was asked and answered. A list is a [`Find`](What::Find) for each place that it is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum What {
    Consume {
        nonce: usize,
        used: Used,
    },
    Find {
        place: usize,
        answer: Option<Seen>,
    },
    Create {
        place: usize,
        new: Seen,
        quota: Option<usize>,
        answer: Creation,
    },
    SetStatus {
        place: usize,
        status: DeploymentStatus,
        answer: Option<Seen>,
    },
    Approve {
        place: usize,
        answer: Option<Seen>,
    },
    Remove {
        place: usize,
        answer: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Used {
    First,
    Repeated,
}

impl From<NonceUse> for Used {
    fn from(nonce_use: NonceUse) -> Self {
        match nonce_use {
            NonceUse::First => Self::First,
            NonceUse::Repeated => Self::Repeated,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Creation {
    Created(Seen),
    Existing(Seen),
    QuotaReached,
}

/// A record as somebody saw it. The time tells the creation that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) created_at_ms: u64,
    pub(super) origin: DeploymentOrigin,
    pub(super) status: DeploymentStatus,
}

impl From<&Deployment> for Seen {
    fn from(deployment: &Deployment) -> Self {
        let since = deployment
            .created_at()
            .duration_since(std::time::UNIX_EPOCH);
        Self {
            created_at_ms: since.unwrap().as_millis() as u64,
            origin: deployment.origin(),
            status: deployment.status(),
        }
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.created_at_ms % 1_000;
        write!(f, "#{number} {:?} {:?}", self.status, self.origin)
    }
}

/// Whether two actors were in a store at the same time.
pub(super) fn overlap(calls: &[Call]) -> bool {
    let met = |one: &Call, other: &Call| {
        one.actor != other.actor && one.start < other.end && other.start < one.end
    };
    calls
        .iter()
        .any(|one| calls.iter().any(|other| met(one, other)))
}
