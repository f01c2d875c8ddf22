//! One handle, one response.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::json;
use tower_lti::{
    MemoryStore,
    deployment::DeploymentStatus,
    error::LtiErrorKind::{
        self, ClientIdUnknown, ContentItemRefused, DeepLinkingHandleExpired, DeepLinkingHandleUsed,
        DeploymentDisabled, DeploymentUnknown, RegistrationDisabled, RegistrationPending,
        StoreUnavailable,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::{Registration, RegistrationStatus, Registrations},
    store::{
        DeploymentStore, LaunchStore, NonceStore, ParkedLaunchStore, Persistence, StoreError,
        StoreHealth,
    },
    testing::{Platform, TestClock},
};

use super::picker::{self, Picker, app_over, item};
use crate::{
    app::{App, NOW, registration_with},
    connected::tool_key,
    onboarding::key,
    stores::over_every_store,
};

// S22, DL-15, ADV-71
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_handle_on_two_instances_one_gets_a_response() {
    over_every_store!(used_by_many);
}

async fn used_by_many<S: LaunchStore + ParkedLaunchStore + Clone>(stores: [S; 2]) {
    let apps = stores.map(app_over);
    let picker = Arc::new(Picker::open(&apps[0]).await);
    let uses = (0..50).map(|number| {
        let (tool, picker) = (apps[number % 2].tool.clone(), Arc::clone(&picker));
        tokio::spawn(async move { picker.send(&tool).await })
    });

    let sent: Vec<_> = join_all(uses)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();

    let refused: Vec<_> = sent.iter().filter_map(|sent| sent.as_ref().err()).collect();
    assert_eq!(refused, [&DeepLinkingHandleUsed; 49]);
    assert_eq!(picker.send(&apps[1].tool).await, Err(DeepLinkingHandleUsed));
}

// S22
#[tokio::test]
async fn a_use_is_remembered_for_longer_than_any_instance_takes_the_handle() {
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let here = App::over(store.clone(), |builder, _| {
        builder.clock(clock.clone()).tool_keys(tool_key())
    });
    // Its clock is a minute behind, so that the handle seems to have an hour left when it is an hour old.
    let behind = TestClock::at_unix(NOW - 60);
    let there = App::over(store, |builder, _| {
        builder.clock(behind.clone()).tool_keys(tool_key())
    });
    let picker = Picker::open(&here).await;
    picker.send(&here.tool).await.unwrap();

    for _ in 0..62 {
        clock.advance(Duration::from_secs(59));
        behind.advance(Duration::from_secs(59));
        assert_eq!(picker.send(&there.tool).await, Err(DeepLinkingHandleUsed));
    }
    clock.advance(Duration::from_secs(2));
    behind.advance(Duration::from_secs(2));
    assert_eq!(
        picker.send(&there.tool).await,
        Err(DeepLinkingHandleExpired)
    );
}

// ADV-72
#[tokio::test]
async fn a_refusal_of_items_uses_nothing_up() {
    let app = picker::app();
    let picker = Picker::open(&app).await;
    let image = json!({"type": "image", "url": "https://tool.test/1.png"});
    let image = tower_lti::deep_linking::ContentItem::from_json(image).unwrap();

    for _ in 0..2 {
        let refused = picker.opened(&app.tool).unwrap().respond();
        let refused = refused
            .item(item())
            .item(image.clone())
            .sign()
            .await
            .unwrap_err();
        assert_eq!(
            (refused.kind(), refused.status().as_u16()),
            (ContentItemRefused, 422)
        );
        let error = refused.item_error().unwrap();
        assert_eq!(
            (error.position(), error.member(), error.setting()),
            (Some(1), Some("type"), Some("accept_types"))
        );
    }

    assert!(picker.send(&app.tool).await.is_ok());
    assert_eq!(picker.send(&app.tool).await, Err(DeepLinkingHandleUsed));
}

/// A store that can be out of reach.
#[derive(Clone)]
struct Reachable {
    store: MemoryStore,
    is_up: Arc<AtomicBool>,
}

impl NonceStore for Reachable {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        if self.is_up.load(Ordering::SeqCst) {
            self.store.consume(nonce, attempt, ttl).await
        } else {
            Err(StoreError::unavailable("out of reach"))
        }
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        if self.is_up.load(Ordering::SeqCst) {
            self.store.was_consumed(nonce).await
        } else {
            Err(StoreError::unavailable("out of reach"))
        }
    }

    fn persistence(&self) -> Persistence {
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<std::time::SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

// ADV-75
#[tokio::test]
async fn a_store_that_is_out_of_reach_uses_nothing_up() {
    let (store, is_up) = (MemoryStore::default(), Arc::new(AtomicBool::new(true)));
    let nonces = Reachable {
        store: store.clone(),
        is_up: Arc::clone(&is_up),
    };
    let app = App::over((nonces, store), |builder, _| builder.tool_keys(tool_key()));
    let picker = Picker::open(&app).await;

    is_up.store(false, Ordering::SeqCst);
    let refused = picker
        .opened(&app.tool)
        .unwrap()
        .respond()
        .sign()
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind(), refused.status().as_u16()),
        (StoreUnavailable, 503)
    );
    assert!(refused.retry_after().is_some());
    // What was chosen can be sent again, and nothing has to be opened.
    assert_eq!(
        (refused.message(), refused.remedy()),
        (
            "The tool cannot send content to your course at the moment.",
            "Wait a moment, and send your choice once more."
        )
    );
    is_up.store(true, Ordering::SeqCst);

    assert!(picker.send(&app.tool).await.is_ok());
}

// S22
#[tokio::test]
async fn a_store_that_forgot_what_was_used_takes_no_handle_from_before() {
    let before = app_over(MemoryStore::default());
    let picker = Picker::open(&before).await;
    picker.send(&before.tool).await.unwrap();
    let restarted = app_over(MemoryStore::default());

    assert_eq!(
        picker.send(&restarted.tool).await,
        Err(DeepLinkingHandleExpired)
    );
}

// DL-20
#[tokio::test]
async fn a_deployment_that_was_shut_or_removed_meanwhile_gets_no_response() {
    let statuses = [
        (Some(DeploymentStatus::Disabled), DeploymentDisabled),
        (None, DeploymentUnknown),
    ];
    for (status, expected) in statuses {
        let app = picker::app();
        let picker = Picker::open(&app).await;
        match status {
            Some(status) => app.store.set_status(&key("dep-1"), status).await.map(drop),
            None => app.store.remove(&key("dep-1")).await.map(drop),
        }
        .unwrap();
        assert_eq!(picker.send(&app.tool).await, Err(expected));
    }
}

// S22, DL-20
#[tokio::test]
async fn what_a_handle_is_worth_after_a_deployment_was_shut_is_said_as_it_is() {
    let app = picker::app();
    let picker = Picker::open(&app).await;
    let set = async |status| app.store.set_status(&key("dep-1"), status).await.unwrap();
    set(DeploymentStatus::Disabled).await;
    assert_eq!(picker.send(&app.tool).await, Err(DeploymentDisabled));
    set(DeploymentStatus::Active).await;

    let opened = picker.opened(&app.tool).unwrap();
    let refused = opened.respond().item(item()).sign().await.unwrap_err();

    assert_eq!(refused.kind(), DeepLinkingHandleUsed);
    assert_eq!(
        refused.message(),
        "This choice of content was answered, or refused, before."
    );
}

// DL-08
#[tokio::test]
async fn a_registration_that_was_shut_or_taken_back_meanwhile_gets_no_response() {
    let other = Platform::new("https://lms.test", "tool-2").registration();
    let cases: [(Registration, LtiErrorKind); 3] = [
        (
            registration_with(RegistrationStatus::Disabled),
            RegistrationDisabled,
        ),
        (
            registration_with(RegistrationStatus::Pending),
            RegistrationPending,
        ),
        (other, ClientIdUnknown),
    ];
    for (later, expected) in cases {
        let store = MemoryStore::default();
        let app = app_over(store.clone());
        let picker = Picker::open(&app).await;
        let changed = App::over(store, |builder, _| {
            builder
                .registrations(Registrations::new([later]).unwrap())
                .tool_keys(tool_key())
        });
        assert_eq!(picker.send(&changed.tool).await, Err(expected));
        assert!(picker.send(&app.tool).await.is_ok(), "nothing was used up");
    }
}
