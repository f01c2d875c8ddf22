//! Identifies one built tool among all that share its login secret, with a clock that cannot be set back.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize, Serializer};
use smol_str::SmolStr;

use crate::{
    clock::{Clock, unix_millis},
    random::{self, RandomnessError},
};

/// One built tool, and the monotonic time since it was built.
pub(crate) struct Instance {
    id: SmolStr,
    began_ms: u64,
    began: Duration,
}

/// Which instance did something, and when by its monotonic clock. Serialized as an array of the two.
#[derive(Clone, Deserialize)]
pub(crate) struct Stamp {
    instance: SmolStr,
    at_ms: u64,
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.instance, self.at_ms).serialize(serializer)
    }
}

/// The tools over one volatile store, whose memory dies with the process.
#[derive(Clone, Default)]
pub(crate) struct Peers(Arc<Mutex<Vec<SmolStr>>>);

impl Peers {
    pub(crate) fn add(&self, instance: &SmolStr) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(instance.clone());
    }

    pub(crate) fn include(&self, stamp: &Stamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&stamp.instance)
    }
}

impl Instance {
    pub(crate) fn id(&self) -> &SmolStr {
        &self.id
    }

    pub(crate) fn begin(clock: &dyn Clock) -> Result<Self, RandomnessError> {
        Ok(Self {
            id: random::text::<9>()?.into(),
            began_ms: unix_millis(clock.now()),
            began: clock.monotonic(),
        })
    }

    pub(crate) fn stamp(&self, clock: &dyn Clock) -> Stamp {
        Stamp {
            instance: self.id.clone(),
            at_ms: self.counted_ms(clock),
        }
    }

    /// How long ago a stamp was made; `None` if another instance made it.
    pub(crate) fn age(&self, stamp: &Stamp, clock: &dyn Clock) -> Option<Duration> {
        let age_ms = self.counted_ms(clock).saturating_sub(stamp.at_ms);
        (stamp.instance == self.id).then(|| Duration::from_millis(age_ms))
    }

    /// The time of day, had it not been set since the tool was built.
    fn counted_ms(&self, clock: &dyn Clock) -> u64 {
        let passed = clock.monotonic().saturating_sub(self.began).as_millis();
        self.began_ms
            .saturating_add(u64::try_from(passed).unwrap_or(u64::MAX))
    }
}
