//! The keys of one set over time.

use std::{sync::Arc, time::SystemTime};

use crate::{
    clock::unix_millis,
    key_set::SignatureAlgorithm,
    tool_key::ToolKey,
    tool_keys::{
        key_info::{KeyInfo, KeyState},
        published::Published,
    },
};

/// When a key signs and until when it is published, in seconds since 1970. It is published already.
pub(super) struct Life {
    pub(super) key: Arc<ToolKey>,
    /// 0 where it signs whatever a clock says.
    pub(super) signs_from: u64,
    /// What its time is counted from.
    pub(super) since: u64,
    pub(super) signs_until: Option<u64>,
    pub(super) gone_at: Option<u64>,
}

impl Life {
    pub(super) fn state_at(&self, now: u64) -> Option<KeyState> {
        if self.gone_at.is_some_and(|gone| gone <= now) {
            None
        } else if now < self.signs_from {
            Some(KeyState::Published)
        } else if self.signs_until.is_some_and(|until| until <= now) {
            Some(KeyState::Retired)
        } else {
            Some(KeyState::Signing)
        }
    }
}

/// What holds from one moment to the next.
struct Period {
    from: u64,
    signing: Vec<Arc<ToolKey>>,
    keys: Vec<KeyInfo>,
    published: Published,
}

/// All periods of a set of keys, the first from the beginning of time.
pub(super) struct Timeline(Vec<Period>);

impl Timeline {
    pub(super) fn of(lives: &[Life]) -> Self {
        let changes = lives.iter().flat_map(|life| {
            [Some(life.signs_from), life.signs_until, life.gone_at]
                .into_iter()
                .flatten()
        });
        let mut moments: Vec<u64> = changes.chain([0]).collect();
        moments.sort_unstable();
        moments.dedup();
        Self(
            moments
                .into_iter()
                .map(|from| Period::of(lives, from))
                .collect(),
        )
    }

    /// The public halves of all keys that are published, the signing ones first.
    pub(super) fn published_at(&self, now: SystemTime) -> Option<&Published> {
        Some(&self.at(now)?.published)
    }

    pub(super) fn keys_at(&self, now: SystemTime) -> Vec<KeyInfo> {
        self.at(now)
            .map_or_else(Vec::new, |period| period.keys.clone())
    }

    pub(super) fn signer_at(
        &self,
        algorithm: SignatureAlgorithm,
        now: SystemTime,
    ) -> Option<&Arc<ToolKey>> {
        let mut signing = self.at(now)?.signing.iter();
        signing.find(|key| key.algorithm() == algorithm)
    }

    /// Whether a key of this algorithm signs now or later.
    pub(super) fn signs_from(&self, algorithm: SignatureAlgorithm, now: SystemTime) -> bool {
        let now = unix_seconds(now);
        let later = self.0.partition_point(|period| period.from <= now);
        let mut signing = self.0[later.saturating_sub(1)..]
            .iter()
            .flat_map(|period| &period.signing);
        signing.any(|key| key.algorithm() == algorithm)
    }

    fn at(&self, now: SystemTime) -> Option<&Period> {
        let now = unix_seconds(now);
        let later = self.0.partition_point(|period| period.from <= now);
        self.0.get(later.checked_sub(1)?)
    }
}

impl Period {
    fn of(lives: &[Life], from: u64) -> Self {
        let mut published: Vec<(KeyState, &Arc<ToolKey>)> = lives
            .iter()
            .filter_map(|life| Some((life.state_at(from)?, &life.key)))
            .collect();
        published.sort_by_key(|(state, _)| *state);
        let signing = published
            .iter()
            .filter(|(state, _)| *state == KeyState::Signing)
            .map(|(_, key)| Arc::clone(key));
        let keys = published.iter().map(|&(state, key)| KeyInfo {
            id: key.id().to_owned(),
            algorithm: key.algorithm(),
            state,
        });
        Self {
            from,
            signing: signing.collect(),
            keys: keys.collect(),
            published: Published::of(published.iter().map(|(_, key)| *key)),
        }
    }
}

/// Seconds since 1970.
pub(super) fn unix_seconds(time: SystemTime) -> u64 {
    unix_millis(time) / 1000
}
