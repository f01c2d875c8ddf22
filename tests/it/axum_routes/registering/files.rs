//! The file of `LTI_REGISTRATIONS`.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use serde_json::json;
use tower_lti::testing::PlatformServices;

use super::stage::Stage;

/// An entry as somebody writes it by hand.
fn entry(services: &PlatformServices) -> String {
    let base_url = services.base_url();
    format!(
        "{{\n\t\"issuer\" :   \"https://lms.test\", \"client_id\": \"tool-1\",\n\
         \"authorization_endpoint\": \"{base_url}/auth\",\n  \"jwks_url\": \"{base_url}/jwks\",\n\
         \"token_endpoint\": \"{base_url}/token\", \"notes\": {{\"who\": \"J\u{f6}rg \\u0041\", \"n\": 1.50}} }}"
    )
}

// REG-05, REG-06, REG-07
#[tokio::test]
async fn what_is_registered_launches_at_once_and_after_a_restart_and_old_entries_stay_as_they_are()
{
    let mut stage = Stage::start_over_file("open", Some("[]")).await;
    // The file is watched, so that an entry may come by hand.
    let entry = entry(&stage.services);
    std::fs::write(stage.file(), format!("\n[ {entry} ]\n\n")).unwrap();

    let (tool, _) = stage.register().await;
    stage.assert_launches(&tool).await;
    stage.assert_first_launches().await;
    stage.restart().await;

    stage.assert_launches(&tool).await;
    stage.assert_first_launches().await;
    assert!(stage.text().contains(&entry), "{}", stage.text());
    let entries = stage.entries();
    assert_eq!(entries.len(), 2);
    let base_url = stage.services.base_url();
    let new = &entries[1];
    assert_eq!(new["issuer"], base_url.as_str());
    assert_eq!(new["client_id"], tool.client_id());
    assert_eq!(new["authorization_endpoint"], format!("{base_url}/auth"));
    assert_eq!(new["token_endpoint"], format!("{base_url}/token"));
    assert_eq!(new["jwks_url"], format!("{base_url}/jwks"));
}

// REG-07
#[tokio::test]
async fn the_file_need_not_exist_and_is_made_for_its_owner_alone() {
    for text in [None, Some("[]"), Some(" [\n]\n")] {
        let mut stage = Stage::start_over_file("open", text).await;
        let (tool, _) = stage.register().await;
        assert_eq!(stage.entries().len(), 1, "{text:?}");
        if text.is_none() {
            let mode = std::fs::metadata(stage.file())
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        stage.restart().await;
        stage.assert_launches(&tool).await;
    }
}

// REG-07
#[tokio::test]
async fn ten_at_once_are_all_registered() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let registering = (0..10).map(|_| async {
        let page = stage.begin().await.confirm().await;
        page.assert_done();
    });
    futures_util::future::join_all(registering).await;

    let entries = stage.entries();
    let mut ids: Vec<&str> = entries
        .iter()
        .map(|entry| entry["client_id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10, "{ids:?}");
    for tool in stage.services.registered_tools() {
        stage.assert_launches(&tool).await;
    }
}

// REG-13, ADV-86
#[tokio::test]
async fn a_pair_that_is_there_is_never_taken_over() {
    let stage = Stage::start_over_file("open", None).await;
    stage
        .services
        .alter_registration_reply(|reply| reply["client_id"] = json!("same"));
    stage.register().await;
    let before = stage.text();

    let again = stage.begin().await.confirm().await;

    again.assert_refused("the same client id");
    assert_eq!(again.status, 409);
    assert_eq!(stage.text(), before);
}

// N45
#[tokio::test]
async fn what_changes_in_the_file_counts_within_seconds() {
    let stage = Stage::start_over_file("open", None).await;
    let (tool, _) = stage.register().await;
    let with = stage.text();
    std::fs::write(stage.file(), "[]").unwrap();
    settled(async || stage.try_launch(&tool).await.is_err()).await;

    // Half written, as an editor may leave it for a moment.
    std::fs::write(stage.file(), &with[..with.len() / 2]).unwrap();
    std::fs::write(stage.file(), &with).unwrap();
    settled(async || stage.try_launch(&tool).await.is_ok()).await;
}

/// Waits until something is so, within five seconds.
pub(super) async fn settled(is_so: impl AsyncFn() -> bool) {
    let until = tokio::time::Instant::now() + Duration::from_secs(5);
    while !is_so().await {
        assert!(tokio::time::Instant::now() < until, "within five seconds");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
