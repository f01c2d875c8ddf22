//! A membership container is read out of JSON.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    paging::PageFingerprint,
    roster::{Member, RoleFilter, RosterContext, read_member::MemberReader, skip::skip_elements},
};

/// About the fewest bytes that a member with a name has.
const BYTES_PER_MEMBER: usize = 320;

/// What stands in a membership container (NRPS 2.0 §2.2).
#[derive(Default)]
pub(super) struct Container {
    pub(super) context: RosterContext,
    /// Those that match the filter.
    pub(super) members: Vec<Member>,
    /// How many cannot be read.
    pub(super) left_out: usize,
    /// Of all members, also those that the filter leaves out.
    pub(super) fingerprint: PageFingerprint,
}

impl Container {
    /// Reads the members, those that match the filter. One that cannot be read is left out and counted. Of those
    /// beyond `room`, one is counted, and the others are skipped.
    ///
    /// All are read in one go. Where that fails within a member, each is read for itself.
    pub(super) fn read(
        json: &str,
        filter: Option<&RoleFilter>,
        room: usize,
    ) -> serde_json::Result<Self> {
        Self::read_by(json, filter, room, false)
            .or_else(|_| Self::read_by(json, filter, room, true))
    }

    fn read_by(
        json: &str,
        filter: Option<&RoleFilter>,
        room: usize,
        one_by_one: bool,
    ) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let container = ContainerReader {
            filter,
            one_by_one,
            room,
            capacity: room.min(json.len() / BYTES_PER_MEMBER),
        }
        .deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(container)
    }

    fn add(&mut self, member: Option<Member>, filter: Option<&RoleFilter>) {
        let Some(member) = member else {
            self.left_out += 1;
            self.fingerprint.add_unreadable();
            return;
        };
        self.fingerprint.add(member.user_id());
        if filter.is_none_or(|filter| filter.matches(member.roles())) {
            self.members.push(member);
        }
    }
}

#[derive(Clone, Copy)]
struct ContainerReader<'f> {
    filter: Option<&'f RoleFilter>,
    /// Whether a member may be no valid JSON for us, such as one with half a surrogate pair.
    one_by_one: bool,
    room: usize,
    capacity: usize,
}

impl<'de> DeserializeSeed<'de> for ContainerReader<'_> {
    type Value = Container;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Container, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContainerReader<'_> {
    type Value = Container;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a membership container")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Container, A::Error> {
        let mut container = Container::default();
        let mut has_members = false;
        while let Some(name) = fields.next_key::<Cow<'_, str>>()? {
            match &*name {
                "members" if has_members => return Err(A::Error::duplicate_field("members")),
                "members" => {
                    has_members = true;
                    fields.next_value_seed(MembersReader {
                        how: self,
                        container: &mut container,
                    })?;
                }
                "context" => fields.next_value_seed(&mut container.context)?,
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !has_members {
            return Err(A::Error::missing_field("members"));
        }
        Ok(container)
    }
}

struct MembersReader<'c, 'f> {
    how: ContainerReader<'f>,
    container: &'c mut Container,
}

impl<'de> DeserializeSeed<'de> for MembersReader<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for MembersReader<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of members")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let ContainerReader {
            filter,
            one_by_one,
            room,
            capacity,
        } = self.how;
        let mut reader = MemberReader::default();
        if filter.is_none() {
            self.container.members.reserve_exact(capacity);
        }
        while self.container.fingerprint.entries() <= room {
            let member = match one_by_one {
                true => members.next_element::<&'de RawValue>()?.map(|member| {
                    let mut deserializer = serde_json::Deserializer::from_str(member.get());
                    reader.deserialize(&mut deserializer).unwrap_or_default()
                }),
                false => members.next_element_seed(&mut reader)?,
            };
            let Some(member) = member else {
                return Ok(());
            };
            self.container.add(member, filter);
        }
        skip_elements(members)
    }
}

/// The members of a page, to be measured.
#[cfg(feature = "__bench")]
pub(crate) fn read_members(json: &[u8]) -> Option<Vec<Member>> {
    let json = std::str::from_utf8(json).ok()?;
    Some(Container::read(json, None, usize::MAX).ok()?.members)
}

#[cfg(test)]
mod tests;
