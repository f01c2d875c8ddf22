//! One change of the file.

use super::{
    array_text::ArrayText,
    content::Content,
    place::Place,
    replacement::{Lock, replace, sync_folder_of},
    watch::Watch,
};
use crate::{
    registration::{RegistrationError, RegistrationRecord},
    store::StoreError,
};

/// A change of one entry: what is there is to be `old`, and becomes `new`.
pub(super) struct Change {
    pub(super) old: Option<RegistrationRecord>,
    pub(super) new: Option<RegistrationRecord>,
}

impl Change {
    /// Makes the change; `false` where the file does not say what it presupposes.
    pub(super) fn make(&self, place: &Place, watch: &mut Watch) -> Result<bool, StoreError> {
        let path = place.file_for(&watch.content.text);
        let path = path.map_err(StoreError::unavailable)?;
        let _lock = Lock::of(&path).map_err(StoreError::unavailable)?;
        let now = Content::read(&path).map_err(StoreError::unavailable)?;
        if self.is_made(&now) {
            // The call that made it may have failed after that.
            sync_folder_of(&path).map_err(StoreError::unavailable)?;
            watch.set(now);
            return Ok(true);
        }
        let Some(text) = self.apply(&now)? else {
            watch.set(now);
            return Ok(false);
        };
        let new = match Content::parse(text) {
            Ok(new) => new,
            Err(
                RegistrationError::Duplicate { .. } | RegistrationError::DuplicateLoginName { .. },
            ) => {
                watch.set(now);
                return Ok(false);
            }
            Err(error) => return Err(StoreError::unavailable(error)),
        };
        replace(&path, &new.text).map_err(StoreError::unavailable)?;
        watch.set(new);
        Ok(true)
    }

    /// Whether what is to be added is there, to the byte.
    fn is_made(&self, now: &Content) -> bool {
        let (None, Some(new)) = (&self.old, &self.new) else {
            return false;
        };
        let mut records = now.records.iter();
        records.any(|record| record.json() == new.json())
    }

    fn apply(&self, now: &Content) -> Result<Option<String>, StoreError> {
        let array = ArrayText::read(&now.text).map_err(StoreError::unavailable)?;
        let place = |record: &RegistrationRecord| {
            let mut elements = array.elements().iter();
            elements.position(|element| *element == record.json())
        };
        Ok(match (&self.old, &self.new) {
            (None, None) => None,
            (None, Some(new)) => Some(array.with_added(new.json())),
            (Some(old), Some(new)) if old.id() != new.id() => None,
            (Some(old), Some(new)) => {
                place(old).map(|place| array.with_replaced(place, new.json()))
            }
            (Some(old), None) => place(old).map(|place| array.with_removed(place)),
        })
    }
}
