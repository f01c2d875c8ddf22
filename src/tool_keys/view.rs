//! What is asked for on requests, put together beforehand.

use std::{collections::HashMap, sync::Arc};

use crate::{
    key_set::SignatureAlgorithm,
    tool_key::ToolKey,
    tool_keys::{
        entry::Entry,
        health::ToolKeysHealth,
        schedule::schedule,
        timeline::{Life, Timeline},
    },
};

/// A set of keys that was given in code, for a registration of that login name or for all others.
pub(super) struct FixedSet {
    pub(super) name: Option<String>,
    pub(super) keys: Vec<Arc<ToolKey>>,
}

impl FixedSet {
    /// Whether a key is of an algorithm that registrations ask for, where there are any.
    pub(super) fn can_sign(&self) -> bool {
        let algorithms = [SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256];
        let mut keys = self.keys.iter();
        keys.len() == 0 || keys.any(|key| algorithms.contains(&key.algorithm()))
    }
}

/// All keys over time, and whether all is well with them. Replaced as a whole.
pub(super) struct View {
    shared: Option<Timeline>,
    /// By the login names of registrations that have keys of their own.
    own: HashMap<String, Timeline>,
    pub(super) health: ToolKeysHealth,
}

impl View {
    pub(super) fn of(
        fixed: &[FixedSet],
        entries: &[Entry],
        keep_after: u64,
        health: ToolKeysHealth,
    ) -> Self {
        let mut sets: HashMap<Option<String>, Vec<Life>> = HashMap::new();
        for set in fixed {
            let lives = sets.entry(set.name.clone()).or_default();
            lives.extend(fixed_lives(&set.keys));
        }
        for (series, of_series) in schedule(entries, keep_after) {
            let lives = sets.entry(series.name.clone()).or_default();
            lives.extend(of_series);
        }
        let shared = sets.remove(&None).map(|lives| Timeline::of(&lives));
        let own = sets
            .into_iter()
            .filter_map(|(name, lives)| Some((name?, Timeline::of(&lives))));
        Self {
            shared,
            own: own.collect(),
            health,
        }
    }

    /// Whether the registration of that login name has keys of its own.
    pub(super) fn has_own(&self, name: &str) -> bool {
        self.own.contains_key(name)
    }

    /// The keys of a registration of that login name: its own, or those that all others share.
    pub(super) fn timeline(&self, name: Option<&str>) -> Option<&Timeline> {
        let own = name.and_then(|name| self.own.get(name));
        own.or(self.shared.as_ref())
    }
}

/// Keys in code: the first of each algorithm signs, the others are published.
fn fixed_lives(keys: &[Arc<ToolKey>]) -> impl Iterator<Item = Life> {
    keys.iter().enumerate().map(|(place, key)| {
        let earlier = &keys[..place];
        let is_first = !earlier
            .iter()
            .any(|other| other.algorithm() == key.algorithm());
        Life {
            key: Arc::clone(key),
            signs_from: if is_first { 0 } else { u64::MAX },
            since: 0,
            signs_until: None,
            gone_at: None,
        }
    })
}
