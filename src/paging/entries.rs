//! The entries of a JSON array, one by one.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::{error::Category, value::RawValue};

/// Why a body has no entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoEntries {
    /// It is an object.
    Object,
    /// It is JSON, and no array.
    OtherJson,
    /// It is no JSON, or no UTF-8.
    Invalid(Category),
}

/// Hands over the entries of a JSON array as they were written, each when it is reached: nothing of them is kept.
///
/// It stops behind the first entry beyond `room`, which is handed over as well, so that the list sees it counted;
/// what follows is not looked at.
pub(crate) fn read_entries<'a>(
    json: &'a [u8],
    room: usize,
    each: impl FnMut(&'a RawValue),
) -> Result<(), NoEntries> {
    let mut left = Some(room);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read = EntriesReader {
        left: &mut left,
        each,
    }
    .deserialize(&mut deserializer)
    .and_then(|()| deserializer.end());
    match read {
        // The array was left before its end.
        Err(_) if left.is_none() => Ok(()),
        Err(error) if error.is_data() => Err(match json.trim_ascii_start().first() {
            Some(b'{') => NoEntries::Object,
            _ => NoEntries::OtherJson,
        }),
        Err(error) => Err(NoEntries::Invalid(error.classify())),
        Ok(()) => Ok(()),
    }
}

struct EntriesReader<'r, F> {
    /// How many entries have room; `None` once there was one more.
    left: &'r mut Option<usize>,
    each: F,
}

impl<'de, F: FnMut(&'de RawValue)> DeserializeSeed<'de> for EntriesReader<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for EntriesReader<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element()? {
            (self.each)(entry);
            *self.left = self.left.and_then(|left| left.checked_sub(1));
            if self.left.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &[u8], room: usize) -> Result<Vec<&str>, NoEntries> {
        let mut entries = Vec::new();
        read_entries(json, room, |entry| entries.push(entry.get())).map(|()| entries)
    }

    // S05
    #[test]
    fn entries_are_read_as_they_were_written() {
        for (json, entries) in [
            ("[]", &[][..]),
            (" [ 1 , {\"a\":[ ]},null]\n", &["1", "{\"a\":[ ]}", "null"]),
            (r#"["\ud800"]"#, &[r#""\ud800""#]),
        ] {
            assert_eq!(read(json.as_bytes(), 3).unwrap(), entries, "{json}");
        }
    }

    // S05
    #[test]
    fn what_follows_the_first_entry_too_many_is_not_looked_at() {
        assert_eq!(read(b"[1,2", 1).unwrap(), ["1", "2"]);
        assert_eq!(read(b"[1,2 nonsense", 1).unwrap(), ["1", "2"]);
        assert_eq!(read(b"[1]", 0).unwrap(), ["1"]);
        assert_eq!(read(b"[1,2", 2), Err(NoEntries::Invalid(Category::Eof)));
    }

    #[test]
    fn what_is_no_array_is_told() {
        let invalid = NoEntries::Invalid;
        for (json, why) in [
            (&b" {\"a\":1}"[..], NoEntries::Object),
            (b"null", NoEntries::OtherJson),
            (b"\"[]\"", NoEntries::OtherJson),
            (b"", invalid(Category::Eof)),
            (b"<html>", invalid(Category::Syntax)),
            (b"[1] 2", invalid(Category::Syntax)),
            (b"[\"\xff\"]", invalid(Category::Syntax)),
        ] {
            assert_eq!(read(json, 9), Err(why), "{json:?}");
        }
    }
}
