//! One page of line items or results.

use std::fmt;

use http::StatusCode;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    grades::{
        refusal::{refused_line_item, refused_list, unusable},
        weight::{MAX_LIST_WEIGHT, too_much_memory, weight_of},
    },
    paging::{Links, NoEntries, PageContent, PageFingerprint, Place, ReadPage, read_entries},
    service_client::Answer,
    service_error::ServiceError,
};

/// The longest entry that is read: many times its bytes are needed to hold it.
const MAX_ENTRY_BYTES: usize = 256 * 1024;

/// One page of line items or results: those that were asked for. `Debug` shows their number alone.
#[derive(Clone, PartialEq)]
pub struct Page<T> {
    entries: Vec<T>,
    unreadable: usize,
    /// How many entries the platform sent, those that were left out among them.
    pub(super) sent: usize,
    /// About how much memory its entries take, in bytes.
    pub(super) weight: usize,
}

impl<T> Page<T> {
    /// What is on it. It may be empty, and is not the last one for that.
    #[must_use]
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The entries, taken out of the page.
    #[must_use]
    pub fn into_entries(self) -> Vec<T> {
        self.entries
    }

    /// How many entries were left out because they have no id, or no user.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("entries", &self.entries.len())
            .field("unreadable", &self.unreadable)
            .finish()
    }
}

/// An entry of a list.
pub(super) trait Entry: Sized + Send + 'static {
    fn read(members: Map<String, Value>) -> Option<Self>;

    /// What tells it from the other entries.
    fn id(&self) -> &str;
}

/// What 404 says where a list was asked for.
#[derive(Clone, Copy)]
pub(super) enum NotFound {
    /// Nothing but that it was refused.
    Refused,
    /// The line item is gone.
    LineItemGone,
    /// There is nothing in it.
    Empty,
}

/// Reads the pages of a list, and keeps what was asked for: platforms may ignore filters.
pub(super) struct Container<T> {
    pub(super) wanted: Box<dyn Fn(&T) -> bool + Send>,
    pub(super) not_found: NotFound,
}

impl<T: Entry> ReadPage for Container<T> {
    type Page = Page<T>;

    fn read(
        &mut self,
        answer: Answer,
        _: &Links,
        place: Place,
    ) -> Result<PageContent<Page<T>>, ServiceError> {
        let listed = match (answer.status, self.not_found) {
            (StatusCode::NO_CONTENT, _) | (StatusCode::NOT_FOUND, NotFound::Empty) => &b"[]"[..],
            (status, _) if status.is_success() => &answer.body,
            (_, NotFound::LineItemGone | NotFound::Empty) => {
                return Err(refused_line_item(&answer));
            }
            (_, NotFound::Refused) => return Err(refused_list(&answer)),
        };
        let mut fingerprint = PageFingerprint::default();
        let mut page = Page {
            entries: Vec::new(),
            unreadable: 0,
            sent: 0,
            weight: 0,
        };
        let read = read_entries(listed, place.room, |raw| match read_entry::<T>(raw) {
            Some(entry) => {
                fingerprint.add(entry.id());
                if (self.wanted)(&entry) && page.weight <= MAX_LIST_WEIGHT {
                    page.weight += weight_of(raw.get().as_bytes());
                    page.entries.push(entry);
                }
            }
            None => {
                fingerprint.add_unreadable();
                page.unreadable += 1;
            }
        });
        read.map_err(|came| no_list(&answer, came))?;
        if page.weight > MAX_LIST_WEIGHT {
            return Err(too_much_memory());
        }
        page.sent = fingerprint.entries();
        Ok(PageContent { page, fingerprint })
    }
}

/// An entry of a list; `None` where it cannot be read.
fn read_entry<T: Entry>(entry: &RawValue) -> Option<T> {
    let has_room = entry.get().len() <= MAX_ENTRY_BYTES;
    let members = has_room.then(|| serde_json::from_str(entry.get()));
    T::read(members?.ok()?)
}

/// What came in place of a list, whatever its media type.
fn no_list(answer: &Answer, came: NoEntries) -> ServiceError {
    match came {
        NoEntries::Object => unusable(answer, "an object in place of a list"),
        NoEntries::OtherJson => unusable(answer, "JSON that is no list"),
        NoEntries::Invalid(error) => unusable(answer, &format!("no JSON: {error:?}")),
    }
}
