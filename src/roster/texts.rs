//! The text fields of a member, in one allocation.

/// The fields that are text (NRPS 2.0 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextField {
    UserId,
    Name,
    GivenName,
    FamilyName,
    MiddleName,
    Email,
    Picture,
    LisPersonSourcedid,
    Lti11LegacyUserId,
}

const FIELDS: usize = 9;

/// The values of the text fields. An empty one is absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Texts {
    text: Box<str>,
    ranges: [Range; FIELDS],
}

/// Begin and end, in bytes.
type Range = (u32, u32);

/// The fields of one member while it is read. Made once, and used for each member.
#[derive(Default)]
pub(super) struct TextsBuilder {
    text: String,
    ranges: [Range; FIELDS],
}

impl Texts {
    pub(super) fn get(&self, field: TextField) -> Option<&str> {
        let (begin, end) = self.ranges[field as usize];
        let text = self.text.get(begin as usize..end as usize)?;
        Some(text).filter(|text| !text.is_empty())
    }
}

impl TextsBuilder {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ranges = [Range::default(); FIELDS];
    }

    /// Sets a field; one beyond the first 4 GiB is left out.
    pub(super) fn set(&mut self, field: TextField, value: &str) {
        let begin = u32::try_from(self.text.len());
        let end = u32::try_from(self.text.len() + value.len());
        if let (Ok(begin), Ok(end)) = (begin, end) {
            self.text.push_str(value);
            self.ranges[field as usize] = (begin, end);
        }
    }

    pub(super) fn is_set(&self, field: TextField) -> bool {
        let (begin, end) = self.ranges[field as usize];
        begin < end
    }

    pub(super) fn finish(&self) -> Texts {
        Texts {
            text: self.text.as_str().into(),
            ranges: self.ranges,
        }
    }
}
