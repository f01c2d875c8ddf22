//! The text of one JSON object, of which members are set and taken out while all else stays as it was written.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::registration::{RegistrationError, members::current_name};

/// The members of one object, in their order, each with the text of its value.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// An object taken apart.
pub(super) struct ObjectText {
    /// Up to the opening brace.
    opening: String,
    members: Vec<Member>,
    /// From behind the last value.
    closing: String,
}

struct Member {
    name: String,
    /// From behind the comma before it, or the opening brace, up to its value.
    lead: String,
    value: String,
    /// The white space before the comma behind it.
    trail: String,
}

impl ObjectText {
    pub(super) fn read(json: &str) -> Result<Self, RegistrationError> {
        let Members(raw) =
            serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
        // The object begins with the first brace: only white space may stand before it.
        let start = json.find('{').map_or(json.len(), |brace| brace + 1);
        let mut members: Vec<Member> = Vec::with_capacity(raw.len());
        let mut end = start;
        for (name, value) in raw {
            let value = value.get();
            let from = value.as_ptr() as usize - json.as_ptr() as usize;
            let lead = &json[end..from];
            let lead = match (lead.split_once(','), members.last_mut()) {
                (Some((space, behind)), Some(before)) => {
                    before.trail = space.to_owned();
                    behind
                }
                _ => lead,
            };
            members.push(Member {
                name,
                lead: lead.to_owned(),
                value: value.to_owned(),
                trail: String::new(),
            });
            end = from + value.len();
        }
        Ok(Self {
            opening: json[..start].to_owned(),
            members,
            closing: json[end..].to_owned(),
        })
    }

    /// Sets a member to the JSON of a value, in its place where it is there, or takes it out. One that is there under an
    /// older name gets its name of today.
    pub(super) fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), RegistrationError> {
        let is_it = |member: &Member| current_name(&member.name) == current_name(name);
        let Some(value) = value else {
            self.members.retain(|member| !is_it(member));
            return Ok(());
        };
        let value: &RawValue =
            serde_json::from_str(value).map_err(|source| RegistrationError::json(&source))?;
        let value = value.get().to_owned();
        let place = self.members.iter().position(is_it);
        if let Some(member) = place.and_then(|place| self.members.get_mut(place))
            && member.name == name
        {
            member.value = value;
            return Ok(());
        }
        let last = self.members.len().saturating_sub(1);
        let space = self.space_before(place.unwrap_or(last));
        let member = Member {
            name: name.to_owned(),
            lead: format!("{space}{}: ", serde_json::Value::from(name)),
            value,
            trail: String::new(),
        };
        match place.and_then(|place| self.members.get_mut(place)) {
            Some(renamed) => *renamed = member,
            None => self.members.push(member),
        }
        Ok(())
    }

    /// The white space before a member's name.
    fn space_before(&self, place: usize) -> &str {
        let lead = self.members.get(place).map_or("", |member| &member.lead);
        lead.find('"').map_or("", |name| &lead[..name])
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = self.opening.clone();
        for (place, member) in self.members.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            for part in [&member.lead, &member.value, &member.trail] {
                text.push_str(part);
            }
        }
        text.push_str(&self.closing);
        text
    }
}
