//! A file of registrations that is not there, is empty, or cannot be written.

use std::{fs, path::Path};

use tower_lti::{
    live_registrations::LiveRegistrations,
    registration::Registrations,
    store::{RegistrationFile, RegistrationRecordStore},
};

use super::records::record;
use crate::redis_server::folder::Folder;

fn made(path: &Path) -> LiveRegistrations {
    LiveRegistrations::new(RegistrationFile::open_or_create(path).unwrap())
}

// N45
#[tokio::test]
async fn a_file_with_nothing_in_it_becomes_an_empty_list_where_it_may_be_made() {
    for nothing in ["", " \r\n\t", "\u{feff}", "\u{feff}\n"] {
        let folder = Folder::new();
        let path = folder.path().join("registrations.json");
        fs::write(&path, nothing).unwrap();
        assert!(RegistrationFile::open(&path).is_err(), "{nothing:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), nothing);

        let live = made(&path);

        live.add(record("1")).await.unwrap();
        assert_eq!(live.list().await.unwrap().len(), 1, "{nothing:?}");
    }
}

// N45
#[tokio::test]
async fn a_byte_order_mark_is_passed_over_and_stays() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    let marked = format!("\u{feff}[{}]", record("1").json());
    fs::write(&path, &marked).unwrap();
    assert_eq!(Registrations::from_json(&marked).unwrap().iter().count(), 1);
    assert!(Registrations::from_json(&format!("\u{feff}{marked}")).is_err());

    let live = LiveRegistrations::new(RegistrationFile::open(&path).unwrap());
    live.add(record("2")).await.unwrap();

    let (first, second) = (record("1"), record("2"));
    let both = format!("\u{feff}[{}, {}]", first.json(), second.json());
    assert_eq!(fs::read_to_string(&path).unwrap(), both);
    assert_eq!(live.list().await.unwrap().len(), 2);
}

// N45
#[cfg(unix)]
#[tokio::test]
async fn a_link_that_leads_nowhere_is_a_missing_file() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    let path = folder.path().join("link.json");
    symlink("further.json", &path).unwrap();
    symlink(
        folder.path().join("real.json"),
        folder.path().join("further.json"),
    )
    .unwrap();
    assert!(RegistrationFile::open(&path).is_err());
    assert!(!path.exists());

    let live = made(&path);
    live.add(record("1")).await.unwrap();

    let real = folder.path().join("real.json");
    assert!(
        fs::read_to_string(&real)
            .unwrap()
            .contains(record("1").json())
    );
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    symlink("round.json", folder.path().join("round.json")).unwrap();
    assert!(RegistrationFile::open_or_create(folder.path().join("round.json")).is_err());
}

// N45
#[tokio::test]
async fn a_file_that_is_deleted_is_made_anew_by_the_next_change_where_it_may_be_made() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    let live = made(&path);
    live.add(record("1")).await.unwrap();
    fs::remove_file(&path).unwrap();

    live.check_writable().await.unwrap();
    assert!(!path.exists(), "a check changes nothing");
    live.add(record("2")).await.unwrap();

    let json = fs::read_to_string(&path).unwrap();
    assert_eq!(Registrations::from_json(&json).unwrap().iter().count(), 2);
    assert_eq!(live.list().await.unwrap().len(), 2);
    let given = LiveRegistrations::new(RegistrationFile::open(&path).unwrap());
    given.list().await.unwrap();
    fs::remove_file(&path).unwrap();
    assert!(given.check_writable().await.is_err());
    assert!(given.add(record("3")).await.is_err());
    assert!(!path.exists());
}

// N45
#[tokio::test]
async fn a_file_says_whether_it_can_be_written_and_leaves_no_trace() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    let file = RegistrationFile::open_or_create(&path).unwrap();
    file.check_registrations_writable().await.unwrap();
    assert_eq!(
        folder.names(),
        ["registrations.json", "registrations.json.lock"]
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");

    for wrong in ["", "[", "{}", "[1]"] {
        fs::write(&path, wrong).unwrap();
        assert!(file.check_registrations_writable().await.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), wrong);
    }
    fs::write(&path, "[]").unwrap();
    file.check_registrations_writable().await.unwrap();
    // What cannot be opened for writing, whoever asks.
    let lock = folder.path().join("registrations.json.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert!(file.check_registrations_writable().await.is_err());
    fs::remove_dir_all(folder.path()).unwrap();
    assert!(file.check_registrations_writable().await.is_err());
}
