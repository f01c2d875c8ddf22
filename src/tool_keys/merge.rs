//! What a store says, together with what is known here.

use std::{collections::HashMap, sync::Arc};

use crate::{
    redact,
    sealer::Sealer,
    store::StoredKey,
    tool_keys::{
        entry::{Entry, What},
        record::Record,
        slot::Slot,
        state::State,
    },
};

/// The most characters that are shown of an id that nobody has proven.
const MAX_SHOWN: usize = 100;

impl State {
    /// Takes over the rows of the store. A key that was known and can no longer be read goes on, and so does one
    /// that is missing there.
    pub(super) fn merge(&mut self, rows: Vec<StoredKey>, sealer: &Sealer) {
        let mut known: HashMap<Slot, Entry> = std::mem::take(&mut self.entries)
            .into_iter()
            .map(|entry| (entry.slot.clone(), entry))
            .collect();
        self.health.unreadable.clear();
        for row in rows {
            let Some(slot) = Slot::parse(row.slot()) else {
                let shown = redact::line(row.slot(), MAX_SHOWN);
                self.health.unreadable.push(shown);
                continue;
            };
            let known = known.remove(&slot);
            let entry = self.read(slot, row, known, sealer);
            if let What::Revoked { at } = entry.what {
                self.revoked.entry(entry.kid.clone()).or_insert(at);
            }
            self.entries.push(entry);
        }
        for mut missing in known.into_values() {
            if !matches!(missing.what, What::Unreadable) {
                missing.is_stored = false;
                self.entries.push(missing);
            }
        }
    }

    fn read(&mut self, slot: Slot, row: StoredKey, known: Option<Entry>, sealer: &Sealer) -> Entry {
        let record = Record::parse(row.record());
        let known = match known {
            Some(known) if stands(&known, &row, record.as_ref()) => {
                return Entry {
                    row,
                    is_stored: true,
                    ..known
                };
            }
            known => known,
        };
        let kid = match &record {
            Some(record) => redact::line(&record.kid, MAX_SHOWN),
            None => slot.to_string(),
        };
        let signs_from = record.as_ref().map_or(0, |record| record.signs_from);
        let revoked_at = record
            .as_ref()
            .and_then(|record| record.revoked_at(&slot, sealer));
        let what = match revoked_at {
            Some(at) => What::Revoked { at },
            // Only what this tool has sealed is believed.
            None => match record.and_then(|record| record.open(&slot, sealer)) {
                Some(key) => match self.revoked.get(key.id()) {
                    Some(&at) => What::Revoked { at },
                    None => What::Key(Arc::new(key)),
                },
                None => What::Unreadable,
            },
        };
        if matches!(what, What::Unreadable) {
            self.health.unreadable.push(kid.clone());
            if let Some(known) = known.filter(|known| matches!(known.what, What::Key(_))) {
                return Entry {
                    is_stored: true,
                    ..known
                };
            }
        }
        Entry {
            slot,
            kid,
            signs_from,
            what,
            row,
            is_stored: true,
        }
    }
}

/// Whether what is known of a row still holds: it is as it was, or its key was revoked.
fn stands(known: &Entry, row: &StoredKey, record: Option<&Record>) -> bool {
    match known.what {
        What::Key(_) => known.row == *row,
        What::Revoked { .. } => record.is_some_and(|record| record.kid == known.kid),
        What::Unreadable => false,
    }
}
