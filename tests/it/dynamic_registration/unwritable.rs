//! A tool that could not keep what a platform registers.

use std::fs;

use tower_lti::{
    LtiTool, MemoryStore,
    dynamic_registration::{LtiRegistration, RegistrationAccess},
    live_registrations::LiveRegistrations,
    store::RegistrationFile,
};

use super::{
    platform::Platform,
    world::{LAUNCH, confirm, get, profile},
};
use crate::{
    connected::tool_key,
    live_registrations::watched_store::{Fault, WatchedStore},
    redis_server::folder::Folder,
};

/// Lets anybody register.
fn service(registrations: LiveRegistrations) -> LtiRegistration {
    let tool = LtiTool::builder()
        .launch_url(LAUNCH)
        .insecure_allow_loopback_http()
        .registrations(registrations.clone())
        .store(MemoryStore::default())
        .tool_keys(tool_key())
        .build()
        .unwrap();
    let access = RegistrationAccess::InsecureAnybody;
    LtiRegistration::new(tool, registrations, profile(), access).unwrap()
}

// REG-07
#[tokio::test]
async fn what_is_kept_and_may_be_lost_with_its_server_is_registered() {
    let platform = Platform::start().await;
    let store = WatchedStore::default();
    let registrations = LiveRegistrations::new(store.clone());
    let service = service(registrations.clone());
    let query = platform.query(None);
    let shown = get(&service, &query).await;

    store.set(Fault::Undurable);
    let registered = confirm(&service, &query, &shown).await;

    assert_eq!(registered.status, 200, "{}", registered.body);
    assert_eq!(registrations.list().await.unwrap().len(), 1);
}

// REG-07
#[tokio::test]
async fn nothing_is_posted_while_what_comes_back_could_not_be_kept() {
    let (folder, platform) = (Folder::new(), Platform::start().await);
    let path = folder.path().join("registrations.json");
    let file = RegistrationFile::open_or_create(&path).unwrap();
    let service = service(LiveRegistrations::new(file));
    let query = platform.query(None);
    let shown = get(&service, &query).await;
    assert_eq!(shown.status, 200, "{}", shown.body);

    fs::write(&path, "[half edited").unwrap();
    let refused = get(&service, &query).await;
    refused.assert_refused(503, "not_writable");
    let refused = confirm(&service, &query, &shown).await;
    refused.assert_refused(503, "not_writable");
    assert!(platform.posted().is_empty());

    // The page that was shown can still be confirmed.
    fs::write(&path, "[]").unwrap();
    let registered = confirm(&service, &query, &shown).await;
    assert_eq!(registered.status, 200, "{}", registered.body);
    assert_eq!(platform.posted().len(), 1);
}
