//! When each key of a store signs, by the clock alone.

use std::{collections::BTreeMap, sync::Arc};

use crate::tool_keys::{
    entry::{Entry, What},
    slot::Series,
    timeline::Life,
};

/// The lives of all keys, by the series that they follow each other in.
///
/// Each signs from its time until that of the next. The first one signs at once, whatever a clock says. After a
/// revoked one the next signs from the moment of the revocation on.
pub(super) fn schedule(entries: &[Entry], keep_after: u64) -> BTreeMap<&Series, Vec<Life>> {
    let mut by_series: BTreeMap<&Series, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        by_series.entry(&entry.slot.series).or_default().push(entry);
    }
    by_series
        .into_iter()
        .map(|(series, mut entries)| {
            entries.sort_by_key(|entry| entry.slot.number);
            (series, lives(&entries, keep_after))
        })
        .collect()
}

fn lives(entries: &[&Entry], keep_after: u64) -> Vec<Life> {
    let mut lives: Vec<Life> = Vec::new();
    // When the next one begins at the latest.
    let mut latest_start = Some(0);
    let end_last = |lives: &mut Vec<Life>, at: u64| {
        if let Some(last) = lives.last_mut().filter(|last| last.signs_until.is_none()) {
            let until = at.max(last.signs_from);
            last.signs_until = Some(until);
            last.gone_at = Some(until.saturating_add(keep_after));
        }
    };
    for entry in entries {
        let start = latest_start.map_or(entry.signs_from, |latest| latest.min(entry.signs_from));
        match &entry.what {
            What::Key(key) => {
                end_last(&mut lives, start);
                lives.push(Life {
                    key: Arc::clone(key),
                    signs_from: start,
                    signs_until: None,
                    gone_at: None,
                });
                latest_start = None;
            }
            // Revoked before it signed: as if it had never been.
            What::Revoked { at } if *at < start => {}
            What::Revoked { at } => {
                end_last(&mut lives, start);
                latest_start = Some(*at);
            }
            What::Unreadable => {}
        }
    }
    lives
}
