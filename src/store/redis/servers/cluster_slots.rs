//! The slots of a cluster: which master keeps which.

use std::collections::BTreeMap;

use redis::{Value, from_redis_value};

use crate::store::redis::hash_tags::HASH_TAGS;

/// The distance between the slots of two hash tags, and the slot of the first one.
const SLOTS_BETWEEN_TAGS: u16 = 128;
const FIRST_SLOT: u16 = 64;

/// A range of slots, and the master that keeps it.
pub(super) struct SlotRange {
    first: u16,
    last: u16,
    /// `None` for the node that was asked, if it does not know its own name.
    pub(super) host: Option<String>,
    pub(super) port: u16,
    id: String,
}

impl SlotRange {
    pub(super) fn contains(&self, slot: u16) -> bool {
        (self.first..=self.last).contains(&slot)
    }

    /// Reads the reply to `CLUSTER SLOTS`; the first node of a range is its master.
    pub(super) fn read_all(reply: Value) -> Option<Vec<Self>> {
        let Value::Array(ranges) = reply else {
            return None;
        };
        ranges.iter().map(Self::read).collect()
    }

    fn read(range: &Value) -> Option<Self> {
        let Value::Array(range) = range else {
            return None;
        };
        let [
            Value::Int(first),
            Value::Int(last),
            Value::Array(master),
            ..,
        ] = range.as_slice()
        else {
            return None;
        };
        let [host, Value::Int(port), id, ..] = master.as_slice() else {
            return None;
        };
        let host = match host {
            Value::BulkString(host) if !host.is_empty() => String::from_utf8(host.clone()).ok(),
            _ => None,
        };
        Some(Self {
            first: u16::try_from(*first).ok()?,
            last: u16::try_from(*last).ok()?,
            host,
            port: u16::try_from(*port).ok()?,
            id: from_redis_value(id.clone()).ok()?,
        })
    }
}

/// One hash tag of the nonces that each master keeps. A master without a tag keeps no nonces.
pub(super) fn tag_of_each_master(reply: Value) -> Option<Vec<&'static str>> {
    let mut tags = BTreeMap::new();
    for range in SlotRange::read_all(reply)? {
        if let Some(tag) = tag_within(range.first, range.last) {
            tags.entry(range.id).or_insert(tag);
        }
    }
    (!tags.is_empty()).then(|| tags.into_values().collect())
}

/// The first tag whose slot is within these bounds.
fn tag_within(first: u16, last: u16) -> Option<&'static str> {
    let number = first
        .saturating_sub(FIRST_SLOT)
        .div_ceil(SLOTS_BETWEEN_TAGS);
    let slot = number
        .checked_mul(SLOTS_BETWEEN_TAGS)?
        .checked_add(FIRST_SLOT)?;
    (slot <= last)
        .then(|| HASH_TAGS.get(usize::from(number)).copied())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_the_first_tag_whose_slot_is_in_it() {
        for (first, last, number) in [
            (0, 5_460, Some(0)),
            (64, 64, Some(0)),
            (0, 63, None),
            (65, 191, None),
            (65, 192, Some(1)),
            (5_461, 10_921, Some(43)),
            (16_320, 16_383, Some(127)),
            (16_321, 16_383, None),
        ] {
            let tag = number.map(|number: usize| HASH_TAGS[number]);
            assert_eq!(tag_within(first, last), tag, "{first} to {last}");
        }
    }
}
