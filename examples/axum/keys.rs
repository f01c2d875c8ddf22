//! The keys that the tool signs with: `LTI_TOOL_KEYS`.

use std::{
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use tower_lti::{
    key_set::SignatureAlgorithm,
    keys::{ToolKey, ToolKeys},
    registration::ToolKeyAlgorithm,
};

use crate::settings::chain;

/// The largest key file.
const MAX_BYTES: u64 = 256 * 1_024;

/// Reads the keys of this PEM file, which is made where it does not exist; without a path, makes a key for the
/// life of the process.
pub(crate) async fn load(path: Option<String>) -> Result<ToolKeys, Box<dyn Error>> {
    // Making a key and reading files take their time.
    let loading = tokio::task::spawn_blocking(move || match path {
        Some(path) => {
            from_file(Path::new(&path)).map_err(|error| format!("LTI_TOOL_KEYS {path}: {error}"))
        }
        None => match ToolKey::generate_blocking() {
            Ok(key) => Ok(key.into()),
            Err(error) => Err(format!("no key can be made: {}", chain(&error))),
        },
    });
    Ok(loading.await??)
}

/// What these keys sign with: RS256 where they can.
pub(crate) fn algorithm(keys: &ToolKeys) -> ToolKeyAlgorithm {
    let keys = keys.keys(None, SystemTime::now());
    let can = |algorithm| keys.iter().any(|key| key.algorithm == algorithm);
    match !can(SignatureAlgorithm::Rs256) && can(SignatureAlgorithm::Es256) {
        true => ToolKeyAlgorithm::Es256,
        false => ToolKeyAlgorithm::Rs256,
    }
}

fn from_file(path: &Path) -> Result<ToolKeys, String> {
    let pem = match read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Nothing is made where a link leads to: who set it up knows what belongs there.
            if let Ok(target) = fs::read_link(path) {
                let target = target.display();
                return Err(format!("it is a link to {target}, which does not exist"));
            }
            create(path).map_err(|error| format!("it cannot be made: {error}"))?;
            read(path)
        }
        read => read,
    };
    let pem = pem.map_err(|error| format!("it cannot be read: {error}"))?;
    ToolKeys::from_pem(&pem).map_err(|error| chain(&error))
}

fn read(path: &Path) -> io::Result<String> {
    // Before it is opened: a named pipe or a device may never answer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other(
            "it is neither a regular file nor a link to one",
        ));
    }
    let file = File::open(path)?;
    let mut pem = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut pem)?;
    if pem.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 256 KiB"));
    }
    Ok(pem)
}

/// Makes a file with a fresh key, all of it at once. Where another instance was faster, its file stays.
fn create(path: &Path) -> Result<(), Box<dyn Error>> {
    let key = ToolKey::generate_blocking()?;
    let pem = key.to_pem()?;
    let beside = beside(path);
    let made = write_new(&beside, pem.as_str().as_bytes());
    let linked = made.and_then(|()| fs::hard_link(&beside, path));
    let linked = match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Where there are no hard links, the file is written in its place; who reads half of it does not start.
        Err(error) if beside.exists() && error.kind() != ErrorKind::NotFound => {
            match write_new(path, pem.as_str().as_bytes()) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                written => written,
            }
        }
        linked => linked,
    };
    // Nobody else knows the name; what is left behind could be a key.
    let removed = fs::remove_file(&beside);
    linked?;
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A name in the same folder that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let process = std::process::id();
    path.with_file_name(format!(".{name}.{process}.{}", time.as_nanos()))
}

/// Writes a file that was not there, for its owner alone.
fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}
