//! The place of a key in its store.

use std::fmt;

use crate::key_set::SignatureAlgorithm;

/// A set, an algorithm, and a number that rises by one with each key.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) series: Series,
    pub(super) number: u64,
}

/// The keys that follow each other: those of one set and one algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Series {
    /// The login name of the registration whose own keys these are; `None` for the keys that all others share.
    pub(super) name: Option<String>,
    pub(super) algorithm: SignatureAlgorithm,
}

impl Slot {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (rest, number) = text.rsplit_once('/')?;
        let (name, algorithm) = match rest.rsplit_once('/') {
            Some((name, algorithm)) => (Some(name.to_owned()), algorithm),
            None => (None, rest),
        };
        let slot = Self {
            series: Series {
                name,
                algorithm: algorithm.parse().ok()?,
            },
            number: number.parse().ok()?,
        };
        // One spelling for each.
        (slot.to_string() == text).then_some(slot)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.series.name {
            write!(f, "{name}/")?;
        }
        write!(f, "{}/{}", self.series.algorithm, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_read_as_it_was_written_and_no_other_way() {
        for text in ["RS256/1", "school-a/RS256/12", "ES256/3"] {
            assert_eq!(Slot::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "", "RS256", "RS256/", "RS256/01", "RS256/+1", "HS256/1", "RS256/-1", "a/1",
        ] {
            assert!(Slot::parse(text).is_none(), "{text}");
        }
    }
}
