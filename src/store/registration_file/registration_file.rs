//! [`RegistrationFile`].

use std::{fmt, fs, io, path::PathBuf, sync::Arc};

use tokio::{sync::Mutex, task::spawn_blocking};

use super::{
    change::Change,
    content::Content,
    place::Place,
    replacement::{Lock, replace},
    watch::Watch,
};
use crate::{
    registration::{RegistrationError, RegistrationRecord},
    store::{LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision, StoreError},
};

/// A list of none, as it is written.
const EMPTY: &str = "[]\n";

/// Registrations in a JSON file, the array that
/// [`Registrations::from_json`](crate::registration::Registrations::from_json) reads. Cheap to clone.
///
/// 1. What is edited by hand counts within two seconds, and nothing is restarted. While the file cannot be used, half
///    edited or gone, what it said last counts, and an ERROR event says why.
/// 2. What is added, changed and removed by the tool leaves all other entries as they are, to the byte.
/// 3. The file is replaced as a whole: written beside it, synced and renamed. It keeps its permissions. A symbolic link
///    stays, and the file that it leads to is replaced. The folder has to be writable.
/// 4. Two processes on one file lose no change: `<file>.lock` beside it is locked (`flock`), with the file's own
///    permissions. Where another process keeps the lock, a change fails after three seconds. Editors take no lock: what is
///    saved by hand while the tool makes a change may overwrite it.
/// 5. The new text is written to `<file>.tmp`. A process that ends in the middle leaves it there, with all that the file
///    says, until the next change.
///
/// It is for one machine: `flock` may not work over a network. Instances on several machines share a database or Redis.
///
/// # Examples
///
/// ```
/// use tower_lti::{live_registrations::LiveRegistrations, store::RegistrationFile};
///
/// # let folder = std::env::temp_dir().join(format!("tower-lti-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("registrations.json");
/// let file = RegistrationFile::open_or_create(&path)?;
/// let registrations = LiveRegistrations::new(file);
/// # drop(registrations);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RegistrationFile {
    place: Arc<Place>,
    watch: Arc<Mutex<Watch>>,
}

impl RegistrationFile {
    /// Opens a file, which has to be there.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be read, and as
    /// [`Registrations::from_json`](crate::registration::Registrations::from_json) does.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, RegistrationError> {
        Self::open_at(Place::given(path.into()))
    }

    fn open_at(place: Place) -> Result<Self, RegistrationError> {
        let content = Content::read(place.path())?;
        Ok(Self {
            place: place.into(),
            watch: Arc::new(Mutex::new(Watch::new(content))),
        })
    }

    /// Opens a file, and creates it where there is none: as an empty list that its owner alone may read. A file with
    /// nothing in it becomes an empty list, too, and of a symbolic link that leads nowhere the file that it names.
    ///
    /// A file that is deleted later is made anew by the next change, with what counts until then.
    ///
    /// # Errors
    ///
    /// Fails as [`open`](Self::open) does, and when the file cannot be created.
    pub fn open_or_create(path: impl Into<PathBuf>) -> Result<Self, RegistrationError> {
        let place = Place::made(path.into());
        fill(&place).map_err(|source| RegistrationError::File {
            path: place.path().to_owned(),
            source,
        })?;
        Self::open_at(place)
    }

    /// Works on the file, one call after the other, on a thread that may wait for the disk.
    async fn on_file<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Place, &mut Watch) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        // Held by the thread, so that a file that hangs keeps one thread alone.
        let mut watch = Arc::clone(&self.watch).lock_owned().await;
        let place = Arc::clone(&self.place);
        let working = spawn_blocking(move || work(&place, &mut watch));
        working.await.map_err(StoreError::unavailable)
    }

    async fn change(
        &self,
        old: Option<&RegistrationRecord>,
        new: Option<&RegistrationRecord>,
    ) -> Result<bool, StoreError> {
        let (old, new) = (old.cloned(), new.cloned());
        let change = Change { old, new };
        let change = move |place: &Place, watch: &mut Watch| change.make(place, watch);
        self.on_file(change).await?
    }
}

/// Writes an empty list where there is no file, or nothing in it.
fn fill(place: &Place) -> io::Result<()> {
    let path = place.create(EMPTY)?;
    if !is_blank(&fs::read(&path)?) {
        return Ok(());
    }
    let _lock = Lock::of(&path)?;
    match is_blank(&fs::read(&path)?) {
        true => replace(&path, EMPTY),
        false => Ok(()),
    }
}

fn is_blank(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.trim_ascii().is_empty()
}

impl RegistrationRecordStore for RegistrationFile {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        self.on_file(|place, watch| {
            watch.look(place.path());
            watch.content.revision.clone()
        })
        .await
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        self.on_file(|place, watch| {
            watch.look(place.path());
            let records = watch.content.records.iter();
            LoadedRegistrations {
                revision: watch.content.revision.clone(),
                records: records.map(|record| record.json().to_owned()).collect(),
            }
        })
        .await
    }

    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        self.on_file(|place, _| place.check_writable()).await?
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.change(None, Some(record)).await
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        self.change(Some(old), Some(new)).await
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.change(Some(record), None).await
    }
}

impl fmt::Debug for RegistrationFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegistrationFile")
            .field(&self.place.path())
            .finish()
    }
}
