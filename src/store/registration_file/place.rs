//! Where the file is, and whether it can be written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    content::Content,
    replacement::{Lock, check_folder_of, create},
};
use crate::store::StoreError;

/// The most symbolic links that lead from one to the next.
const MAX_LINKS: usize = 40;

/// The path as it was given.
pub(super) struct Place {
    path: PathBuf,
    /// Whether a file that is missing is made.
    is_made: bool,
}

impl Place {
    /// Of a file that has to be there.
    pub(super) fn given(path: PathBuf) -> Self {
        Self {
            path,
            is_made: false,
        }
    }

    /// Of a file that is made where it is missing.
    pub(super) fn made(path: PathBuf) -> Self {
        Self {
            path,
            is_made: true,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file with this text where there is none, and returns it: the one that a link leads to.
    pub(super) fn create(&self, text: &str) -> io::Result<PathBuf> {
        let file = self.target()?;
        create(&file, text)?;
        fs::canonicalize(&file)
    }

    /// The file to change, made with this text where it is missing and may be made. A link stays.
    pub(super) fn file_for(&self, text: &str) -> io::Result<PathBuf> {
        match self.is_made {
            true => self.create(text),
            false => fs::canonicalize(&self.path),
        }
    }

    /// Checks that a change could be made: that the file can be used, and that lock and new text can be made beside it.
    pub(super) fn check_writable(&self) -> Result<(), StoreError> {
        let file = self.target().map_err(StoreError::unavailable)?;
        if !self.is_made || file.try_exists().map_err(StoreError::unavailable)? {
            let _lock = Lock::of(&file).map_err(StoreError::unavailable)?;
            Content::read(&file).map_err(StoreError::unavailable)?;
            return check_folder_of(&file).map_err(StoreError::unavailable);
        }
        check_folder_of(&file).map_err(StoreError::unavailable)
    }

    /// The file at the end of all links, even where there is none.
    fn target(&self) -> io::Result<PathBuf> {
        let mut path = self.path.clone();
        for _ in 0..MAX_LINKS {
            match fs::read_link(&path) {
                // From the folder of the link, where it is relative.
                Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
                Err(_) => return Ok(path),
            }
        }
        Err(io::Error::other("too many symbolic links"))
    }
}
