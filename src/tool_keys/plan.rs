//! What has to be written to the store.

use crate::{
    sealer::Sealer,
    store::StoredKey,
    tool_keys::{
        entry::{Entry, What},
        error::ToolKeysError,
        key_info::KeyState,
        record::Record,
        schedule::schedule,
        slot::{Series, Slot},
        state::State,
        stored::Settings,
    },
};

/// What has to be written, so that the store is as it should be.
#[derive(Default)]
pub(super) struct Plan {
    /// Slots for new keys, and when each of these signs first.
    pub(super) create: Vec<(Slot, u64)>,
    /// Keys that the store has lost.
    pub(super) restore: Vec<StoredKey>,
    /// Keys that were revoked here and not yet there.
    pub(super) revoke: Vec<StoredKey>,
    /// Keys whose time is over.
    pub(super) remove: Vec<Slot>,
}

impl Plan {
    /// Whether the store has to be read again when it is done.
    pub(super) fn adds(&self) -> bool {
        !(self.create.is_empty() && self.restore.is_empty() && self.revoke.is_empty())
    }
}

impl State {
    /// Forgets the keys whose time is over, and says what has to be written. With `and_next`, a key that follows
    /// is made where none is published.
    pub(super) fn plan(
        &mut self,
        settings: &Settings,
        sealer: &Sealer,
        now: u64,
        and_next: bool,
    ) -> Result<Plan, ToolKeysError> {
        let mut plan = Plan::default();
        let schedule = schedule(&self.entries, settings.keep_after.as_secs());
        let mut gone = Vec::new();
        for life in schedule.values().flatten() {
            if life.state_at(now).is_none() {
                gone.push(life.key.id().to_owned());
            }
        }
        for series in &settings.series {
            let mut entries = self
                .entries
                .iter()
                .filter(|entry| entry.slot.series == *series);
            if entries.clone().next().is_some()
                && entries.all(|entry| matches!(entry.what, What::Unreadable))
            {
                continue;
            }
            let lives = schedule.get(series).map_or(&[][..], Vec::as_slice);
            let of_state = |state| {
                // The last one: one that signs at once may overlap with the one before it.
                lives
                    .iter()
                    .rev()
                    .find(move |life| life.state_at(now) == Some(state))
            };
            match of_state(KeyState::Signing) {
                None => plan.create.push((self.next_slot(series), now)),
                Some(current) if and_next && of_state(KeyState::Published).is_none() => {
                    let turn = current
                        .since
                        .saturating_add(settings.rotation_period.as_secs());
                    let earliest = now.saturating_add(settings.publish_ahead.as_secs());
                    plan.create
                        .push((self.next_slot(series), turn.max(earliest)));
                }
                Some(_) => {}
            }
        }
        drop(schedule);
        self.entries.retain(|entry| {
            let is_gone = matches!(entry.what, What::Key(_)) && gone.contains(&entry.kid);
            if is_gone && entry.is_stored {
                plan.remove.push(entry.slot.clone());
            }
            !is_gone
        });
        for entry in &self.entries {
            match entry.what {
                What::Key(_) if !entry.is_stored => plan.restore.push(entry.row.clone()),
                What::Revoked { at } if !entry.is_stored || !is_marked(entry, sealer) => {
                    let (slot, kid) = (&entry.slot, &entry.kid);
                    let record = Record::revoked(slot, kid, entry.signs_from, at, sealer)?;
                    plan.revoke.push(record.to_row(slot)?);
                }
                _ => {}
            }
        }
        Ok(plan)
    }

    fn next_slot(&self, series: &Series) -> Slot {
        let taken = self
            .entries
            .iter()
            .filter(|entry| entry.slot.series == *series);
        let last = taken.map(|entry| entry.slot.number).max();
        Slot {
            series: series.clone(),
            number: last.unwrap_or(0).saturating_add(1),
        }
    }
}

/// Whether the store knows that the key was revoked, sealed with the present secret.
fn is_marked(entry: &Entry, sealer: &Sealer) -> bool {
    let record = Record::parse(entry.row.record());
    record.is_some_and(|record| record.is_revoked_by_present(&entry.slot, sealer))
}
