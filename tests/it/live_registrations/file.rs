//! A file of registrations: edited by hand, and by the tool.

use std::{fs, path::Path, time::Duration};

use tokio::time::sleep;
use tower_lti::{
    live_registrations::{LiveRegistrations, RegistrationChangeError as ChangeError},
    registration::{RegistrationError, RegistrationId, RegistrationStatus},
    store::{RegistrationFile, RegistrationRecordStore, RegistrationStore},
    testing::contract,
};

use super::records::{named, record, record_with};
use crate::redis_server::folder::Folder;

/// Entries as somebody might have laid them out.
const BY_HAND: &str = "\u{20}[\r\n  {\"notes\" : [1.50, \"\\u00fc\"],\r\n\t\"issuer\":\"https://lms.test\",\"client_id\":\"1\",\r\n \"auth_login_url\": \"https://lms.test/auth\", \"jwks_url\":\"https://lms.test/jwks\"  } ,\r\n  {\"issuer\":\"https://lms.test\",\"client_id\":\"2\",\"authorization_endpoint\":\"https://lms.test/auth\",\"jwks_url\":\"https://lms.test/jwks\"}\r\n]\r\n";

fn live(path: &Path) -> LiveRegistrations {
    LiveRegistrations::new(RegistrationFile::open(path).unwrap())
}

async fn listed(live: &LiveRegistrations) -> Vec<String> {
    let records = live.list().await.unwrap();
    let ids = records.iter().map(|record| record.id().client_id());
    ids.map(|client_id| client_id.as_str().to_owned()).collect()
}

fn id(client_id: &str) -> RegistrationId {
    RegistrationId::new("https://lms.test", client_id)
}

// N45
#[tokio::test]
async fn entries_that_are_there_stay_to_the_byte() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    fs::write(&path, BY_HAND).unwrap();
    let live = live(&path);
    let text = || fs::read_to_string(&path).unwrap();

    live.add(record("3")).await.unwrap();
    let with_third = BY_HAND.replace("}\r\n]", &format!("}},\r\n  {}\r\n]", record("3").json()));
    assert_eq!(text(), with_third);

    let second = id("2");
    let disabled = live.set_status(&second, RegistrationStatus::Disabled);
    let disabled = disabled.await.unwrap();
    let second = "{\"issuer\":\"https://lms.test\",\"client_id\":\"2\",\"authorization_endpoint\":\"https://lms.test/auth\",\"jwks_url\":\"https://lms.test/jwks\"}";
    let changed = with_third.replace(second, disabled.json());
    assert_ne!(changed, with_third);
    assert_eq!(text(), changed);

    live.remove(&id("3")).await.unwrap();
    assert_eq!(text(), BY_HAND.replace(second, disabled.json()));
    live.remove(&id("1")).await.unwrap();
    live.remove(&id("2")).await.unwrap();
    assert_eq!(text(), " []\r\n");
    live.add(record("4")).await.unwrap();
    assert_eq!(text(), format!(" [\n  {}\n]\r\n", record("4").json()));
}

// N45
#[tokio::test(start_paused = true)]
async fn what_is_edited_by_hand_counts_within_two_seconds() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    fs::write(&path, BY_HAND).unwrap();
    let live = live(&path);
    assert_eq!(listed(&live).await, ["1", "2"]);

    // Of the same length, and within the same tick of the file's time.
    for (before, after) in [("\"2\"", "\"3\""), ("\"3\"", "\"4\"")] {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(before, after)).unwrap();
        sleep(Duration::from_secs(2)).await;
        let after = after.trim_matches('"');
        let id = id(after);
        let found = live.find(id.issuer(), id.client_id(), None);
        assert!(found.await.unwrap().is_some(), "{after}");
        assert_eq!(listed(&live).await, ["1", after]);
    }
    // An editor that writes beside the file and renames.
    let beside = folder.path().join("new");
    fs::write(&beside, "[]").unwrap();
    fs::rename(&beside, &path).unwrap();
    sleep(Duration::from_secs(2)).await;
    assert!(listed(&live).await.is_empty());
}

// N45
#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_used_leaves_what_it_said_and_is_left_alone() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    fs::write(&path, BY_HAND).unwrap();
    let live = live(&path);
    let twice = BY_HAND.replace("\"2\"", "\"1\"");
    let misspelt = BY_HAND.replace("notes", "on_missing_deploymentt");
    for wrong in ["", "[", &BY_HAND[..300], "{}", "[1]", &twice, &misspelt] {
        fs::write(&path, wrong).unwrap();
        sleep(Duration::from_secs(100)).await;
        assert_eq!(listed(&live).await, ["1", "2"], "{wrong}");
        let changed = live
            .set_status(&id("1"), RegistrationStatus::Disabled)
            .await;
        assert!(matches!(changed, Err(ChangeError::Store(_))), "{wrong}");
        let added = live.add(record("3")).await;
        assert!(matches!(added, Err(ChangeError::Store(_))), "{wrong}");
        assert_eq!(fs::read_to_string(&path).unwrap(), wrong);
    }
    fs::remove_file(&path).unwrap();
    sleep(Duration::from_secs(100)).await;
    assert_eq!(listed(&live).await, ["1", "2"]);
    assert!(live.add(record("3")).await.is_err());
    assert!(!path.exists());

    fs::write(&path, "[]").unwrap();
    sleep(Duration::from_secs(2)).await;
    assert!(listed(&live).await.is_empty());
    live.add(record("3")).await.unwrap();
}

// N45
#[tokio::test]
async fn a_file_that_is_not_there_is_made_only_where_that_is_asked_for() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");

    let refused = RegistrationFile::open(&path);
    assert!(matches!(refused, Err(RegistrationError::File { .. })));
    assert!(!path.exists());
    RegistrationFile::open_or_create(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");
    fs::write(&path, BY_HAND).unwrap();
    RegistrationFile::open_or_create(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), BY_HAND);
    fs::write(&path, "[{]").unwrap();
    let refused = RegistrationFile::open_or_create(&path);
    assert!(matches!(refused, Err(RegistrationError::Json { .. })));
    let nowhere = folder.path().join("no folder").join("registrations.json");
    let refused = RegistrationFile::open_or_create(&nowhere);
    assert!(matches!(refused, Err(RegistrationError::File { .. })));
}

// N45
#[cfg(unix)]
#[tokio::test]
async fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new();
    let (path, link) = (
        folder.path().join("real.json"),
        folder.path().join("link.json"),
    );
    RegistrationFile::open_or_create(&path).unwrap();
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", &link).unwrap();

    live(&link).add(record("1")).await.unwrap();

    assert_eq!(mode(), 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&path).unwrap().contains("\"1\""));
    assert_eq!(folder.names(), ["link.json", "real.json", "real.json.lock"]);
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn two_that_write_one_file_lose_no_change() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    RegistrationFile::open_or_create(&path).unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let file = RegistrationFile::open(&path).unwrap();
        writers.spawn(async move {
            for number in 0..10 {
                let added = record(&format!("{writer}-{number}"));
                assert!(file.add_registration(&added).await.unwrap());
                let changed = added.with_status(RegistrationStatus::Disabled).unwrap();
                assert!(file.replace_registration(&added, &changed).await.unwrap());
            }
        });
    }
    // Whoever reads meanwhile reads a whole file.
    let reader = std::thread::spawn({
        let path = path.clone();
        move || {
            while let Ok(text) = fs::read_to_string(&path) {
                let entries: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
                if entries.len() == 40 {
                    return;
                }
            }
        }
    });

    writers.join_all().await;

    reader.join().unwrap();
    let entries = live(&path).list().await.unwrap();
    assert_eq!(entries.len(), 40);
    let all_changed = entries
        .iter()
        .all(|entry| entry.registration().is_disabled());
    assert!(all_changed);
}

// N45
#[tokio::test]
async fn what_somebody_else_changed_in_the_file_is_not_overwritten() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    RegistrationFile::open_or_create(&path).unwrap();
    let file = RegistrationFile::open(&path).unwrap();
    let (old, by_hand) = (
        named("1", "school"),
        record_with("1", r#", "notes": "mine""#),
    );
    assert!(file.add_registration(&old).await.unwrap());
    fs::write(&path, format!("[{}]", by_hand.json())).unwrap();

    let changed = old.with_status(RegistrationStatus::Disabled).unwrap();
    assert!(!file.replace_registration(&old, &changed).await.unwrap());
    assert!(!file.remove_registration(&old).await.unwrap());
    assert!(!file.add_registration(&old).await.unwrap());

    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, format!("[{}]", by_hand.json()));
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_registrations_as_the_contract_says() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");

    contract::check_registrations(&RegistrationFile::open_or_create(&path).unwrap()).await;

    assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");
}

// N45
#[tokio::test]
async fn what_is_in_the_file_is_added_again_with_success_and_nothing_is_written() {
    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    fs::write(&path, "[]").unwrap();
    let file = RegistrationFile::open(&path).unwrap();
    assert!(file.add_registration(&record("1")).await.unwrap());
    let text = format!("{}\n\n", fs::read_to_string(&path).unwrap());
    fs::write(&path, &text).unwrap();

    assert!(file.add_registration(&record("1")).await.unwrap());
    assert!(!file.add_registration(&named("1", "school")).await.unwrap());

    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

// N45
#[cfg(unix)]
#[tokio::test]
async fn whoever_may_write_the_file_may_lock_it_and_what_a_dead_process_left_goes_away() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let path = folder.path().join("registrations.json");
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    for (of_file, of_lock) in [(0o660, 0o660), (0o444, 0o644), (0o600, 0o600)] {
        let _ = fs::remove_file(folder.path().join("registrations.json.lock"));
        let _ = fs::remove_file(&path);
        fs::write(&path, "[]").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(of_file)).unwrap();
        fs::write(folder.path().join("registrations.json.tmp"), "half of it").unwrap();
        let file = RegistrationFile::open(&path).unwrap();

        for client_id in ["1", "2"] {
            assert!(file.add_registration(&record(client_id)).await.unwrap());
        }

        assert_eq!(mode("registrations.json"), of_file);
        assert_eq!(mode("registrations.json.lock"), of_lock);
        assert_eq!(
            folder.names(),
            ["registrations.json", "registrations.json.lock"]
        );
    }
}
