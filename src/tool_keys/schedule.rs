//! When each key of a store signs, by the clock alone.

use std::{collections::BTreeMap, sync::Arc};

use crate::tool_keys::{
    entry::{Entry, What},
    slot::Series,
    timeline::Life,
};

/// The lives of all keys, by the series that they follow each other in.
///
/// Each signs from its time until that of the next. The first one and the one after a revoked one sign at once,
/// whatever a clock says: that of the instance that revoked may be ahead of ours.
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
    // Where the next one signs at once: when that is at the latest.
    let mut at_once = Some(u64::MAX);
    let end_last = |lives: &mut Vec<Life>, at: u64| {
        if let Some(last) = lives.last_mut().filter(|last| last.signs_until.is_none()) {
            let until = at.max(last.since);
            last.signs_until = Some(until);
            last.gone_at = Some(until.saturating_add(keep_after));
        }
    };
    for entry in entries {
        let since = at_once.map_or(entry.signs_from, |latest| latest.min(entry.signs_from));
        match &entry.what {
            What::Key(key) => {
                end_last(&mut lives, since);
                lives.push(Life {
                    key: Arc::clone(key),
                    signs_from: at_once.map_or(since, |_| 0),
                    since,
                    signs_until: None,
                    gone_at: None,
                });
                at_once = None;
            }
            // Revoked before it signed: as if it had never been.
            What::Revoked { at } if *at < since => {
                at_once = at_once.map(|latest| latest.min(*at));
            }
            What::Revoked { at } => {
                end_last(&mut lives, since);
                at_once = Some(*at);
            }
            What::Unreadable => {}
        }
    }
    lives
}
