//! Replacing a file as a whole, one process after the other.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant},
};

use fs4::{FileExt, TryLockError};

/// How long another process may keep the lock.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The time between two attempts to get the lock.
const PAUSE: Duration = Duration::from_millis(5);

/// A lock on the file beside a file, released when it is dropped or the process ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock of this file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut options = private();
        let options = options.write(true).create(true).truncate(false);
        let file = options.open(beside(path, ".lock"))?;
        let began = Instant::now();
        loop {
            match FileExt::try_lock(&file) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if began.elapsed() < MAX_WAIT => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::from(io::ErrorKind::TimedOut));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

/// Creates a file that its owner alone may read, with this text, unless there is one.
pub(super) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = match private().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    };
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Replaces the text of a file, which keeps its permissions and owner: whoever reads it reads all of the old or all of
/// the new text, whatever happens in between. To be called with the lock.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = beside(path, &format!(".{}.tmp", process::id()));
    // What a process of this number has left.
    let _ = fs::remove_file(&new);
    let written = write_as(&new, text, path).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
        return written;
    }
    sync_folder_of(path)
}

fn write_as(new: &Path, text: &str, old: &Path) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(new)?;
    file.write_all(text.as_bytes())?;
    let metadata = fs::metadata(old)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root may give a file away; otherwise it belongs to who writes.
        let _ = fchown(&file, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.set_permissions(metadata.permissions())?;
    file.sync_all()
}

/// Makes the new name of a file last.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    let _ = path;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// For files that their owner alone may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
