//! What an instance knows of its keys.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    identity::RegistrationId,
    tool_key::ToolKey,
    tool_keys::{
        entry::{Entry, What},
        health::ToolKeysHealth,
        view::{FixedSet, View},
    },
};

/// The most registrations that are remembered of one key.
const MAX_SIGNED_FOR: usize = 10_000;

/// Keys from code and from a store, what was revoked, and whom each has signed for.
#[derive(Default)]
pub(super) struct State {
    pub(super) fixed: Vec<FixedSet>,
    pub(super) entries: Vec<Entry>,
    /// When, in seconds since 1970.
    pub(super) revoked: BTreeMap<String, u64>,
    pub(super) health: ToolKeysHealth,
    signed_for: HashMap<String, BTreeSet<RegistrationId>>,
}

impl State {
    pub(super) fn view(&self, keep_after: u64) -> View {
        View::of(&self.fixed, &self.entries, keep_after, self.health.clone())
    }

    /// Notes that a key signs for a registration.
    pub(super) fn note_signature(&mut self, key: &ToolKey, registration: &RegistrationId) {
        let known = match self.signed_for.get_mut(key.id()) {
            Some(known) => known,
            None => self.signed_for.entry(key.id().to_owned()).or_default(),
        };
        if known.len() < MAX_SIGNED_FOR && !known.contains(registration) {
            known.insert(registration.clone());
        }
    }

    /// Revokes a key here, and returns whom it signed for; `None` if there is no such key.
    pub(super) fn revoke(&mut self, kid: &str, now: u64) -> Option<Vec<RegistrationId>> {
        let mut is_known = self.revoked.contains_key(kid);
        for set in &mut self.fixed {
            let before = set.keys.len();
            set.keys.retain(|key: &Arc<ToolKey>| key.id() != kid);
            is_known |= set.keys.len() < before;
        }
        let is_key = |entry: &Entry| matches!(entry.what, What::Key(_)) && entry.kid == kid;
        // A row that cannot be read may say any id.
        let has_key = self.entries.iter().any(is_key);
        for entry in self.entries.iter_mut().filter(|entry| entry.kid == kid) {
            is_known = true;
            match entry.what {
                What::Revoked { .. } => {}
                What::Unreadable if has_key => {}
                What::Key(_) | What::Unreadable => entry.what = What::Revoked { at: now },
            }
        }
        if !is_known {
            return None;
        }
        self.revoked.entry(kid.to_owned()).or_insert(now);
        let registrations = self.signed_for.get(kid);
        Some(registrations.into_iter().flatten().cloned().collect())
    }
}
