//! Whether the file has changed, and what it said when it could last be used.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use super::content::Content;
use crate::{observe::event, registration::RegistrationError};

/// How long a file may be changed again without another time of change.
const COARSEST_TIME: Duration = Duration::from_secs(3);

/// The file as it could last be used.
pub(super) struct Watch {
    pub(super) content: Content,
    stamp: Option<Stamp>,
    is_unusable: bool,
}

/// What changes when a file is written or replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    file: u64,
}

impl Watch {
    pub(super) fn new(content: Content) -> Self {
        Self {
            content,
            stamp: None,
            is_unusable: false,
        }
    }

    /// Reads the file if it has changed. One that is half edited, or gone, leaves what it said before.
    pub(super) fn look(&mut self, path: &Path) {
        let stamp = Stamp::of(path).ok();
        if stamp.is_some() && self.stamp == stamp {
            return;
        }
        self.note(Content::read(path));
        self.stamp = stamp.filter(Stamp::is_settled);
    }

    fn note(&mut self, read: Result<Content, RegistrationError>) {
        let was_unusable = self.is_unusable;
        self.is_unusable = read.is_err();
        match read {
            Ok(content) => {
                self.content = content;
                if was_unusable {
                    event::registration_file_usable_again();
                }
            }
            Err(error) if !was_unusable => event::registration_file_unusable(&error),
            Err(_) => {}
        }
    }

    /// The file says this now.
    pub(super) fn set(&mut self, content: Content) {
        self.note(Ok(content));
        self.stamp = None;
    }
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let file = 0;
        Ok(Self {
            modified: metadata.modified().ok(),
            bytes: metadata.len(),
            file,
        })
    }

    /// Whether another change would be seen in it.
    fn is_settled(&self) -> bool {
        let age = self.modified.map(|modified| modified.elapsed());
        matches!(age, Some(Ok(age)) if age > COARSEST_TIME)
    }
}
