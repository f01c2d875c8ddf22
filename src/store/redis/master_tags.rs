//! A hash tag for each master of a cluster.

use std::collections::BTreeMap;

use redis::{Value, from_redis_value};

use super::{fault::Fault, hash_tags::HASH_TAGS};

/// How far apart the slots of the hash tags are, and where the first one is.
const BETWEEN: u16 = 128;
const FIRST: u16 = 64;

/// Reads the reply to `CLUSTER SLOTS`: one tag of the nonces that each master keeps. One that has no slot of
/// a tag keeps no nonces, and is left out.
pub(super) fn tag_of_each(slots: Value) -> Result<Vec<&'static str>, Fault> {
    let Value::Array(ranges) = slots else {
        return Err(Fault::NotUnderstood);
    };
    let mut tags = BTreeMap::new();
    for range in ranges {
        let (first, last, master) = read(range).ok_or(Fault::NotUnderstood)?;
        if let Some(tag) = tag_within(first, last) {
            tags.entry(master).or_insert(tag);
        }
    }
    if tags.is_empty() {
        return Err(Fault::NotUnderstood);
    }
    Ok(tags.into_values().collect())
}

/// The bounds of a range, and the id of its master: the first node behind them.
fn read(range: Value) -> Option<(u16, u16, String)> {
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
    let id = master.get(2)?.clone();
    Some((
        u16::try_from(*first).ok()?,
        u16::try_from(*last).ok()?,
        from_redis_value(id).ok()?,
    ))
}

/// The first tag whose slot is within these bounds.
fn tag_within(first: u16, last: u16) -> Option<&'static str> {
    let number = first.saturating_sub(FIRST).div_ceil(BETWEEN);
    let slot = number.checked_mul(BETWEEN)?.checked_add(FIRST)?;
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
