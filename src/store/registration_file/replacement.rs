//! Replacing a file as a whole, one process after the other.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use fs4::{FileExt, TryLockError};

/// How long another process may keep the lock.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// The time between two attempts to get the lock.
const PAUSE: Duration = Duration::from_millis(5);

/// A lock on the file beside a file, released when it is dropped or the process ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock of this file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = open_lock(path)?;
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

/// Opens the file that is locked. Whoever may write the file itself may lock it, too.
fn open_lock(path: &Path) -> io::Result<File> {
    let name = beside(path, ".lock");
    match private().write(true).create_new(true).open(&name) {
        Ok(file) => {
            share_as(&file, path)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // To be opened again, even beside a file that nobody may write: it is replaced.
                let mut permissions = file.metadata()?.permissions();
                permissions.set_mode(permissions.mode() | 0o600);
                file.set_permissions(permissions)?;
            }
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).open(&name)
        }
        Err(error) => Err(error),
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

/// Checks that a file can be made beside this one.
pub(super) fn check_folder_of(path: &Path) -> io::Result<()> {
    // Not that of the new text: another process may be writing it.
    let name = beside(path, &format!(".{}.check", std::process::id()));
    let _ = fs::remove_file(&name);
    private().write(true).create_new(true).open(&name)?;
    fs::remove_file(&name)
}

/// Replaces the text of a file, which keeps its permissions and owner: whoever reads it reads all of the old or all of
/// the new text, whatever happens in between. To be called with the lock.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = beside(path, ".tmp");
    // What a process has left that ended in the middle: whoever writes has the lock.
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
    share_as(&file, old)?;
    file.sync_all()
}

/// Gives a file the permissions, owner and group of another one.
fn share_as(file: &File, other: &Path) -> io::Result<()> {
    let metadata = fs::metadata(other)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root may give a file away; otherwise it belongs to who writes, in a group of theirs.
        if fchown(file, Some(metadata.uid()), Some(metadata.gid())).is_err() {
            let _ = fchown(file, None, Some(metadata.gid()));
        }
    }
    file.set_permissions(metadata.permissions())
}

/// Makes the new name of a file last.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
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
