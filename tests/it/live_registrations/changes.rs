//! Changes: they count at once here, and are made once.

use futures_util::future::join_all;
use tower_lti::{
    MemoryStore,
    live_registrations::{LiveRegistrations, RegistrationChangeError as ChangeError},
    registration::{RegistrationError, RegistrationStatus},
    store::{RegistrationStore, StoreErrorKind},
};

use super::{
    records::{named, record, record_with},
    watched_store::{Fault, WatchedStore},
};

fn two_instances() -> [LiveRegistrations; 2] {
    let store = MemoryStore::default();
    [store.clone(), store].map(LiveRegistrations::new)
}

// N45
#[tokio::test(start_paused = true)]
async fn a_change_counts_at_once_where_it_is_made() {
    let [live, _] = two_instances();
    let new = record_with("1", r#", "notes": {"since":  2026}"#);
    let (issuer, client_id) = (new.id().issuer(), new.id().client_id());
    let found = async || live.find(issuer, client_id, None).await.unwrap();
    assert!(found().await.is_none());

    live.add(new.clone()).await.unwrap();
    let added = found().await.unwrap();
    assert_eq!(added.status(), RegistrationStatus::Active);

    for status in [
        RegistrationStatus::Disabled,
        RegistrationStatus::Pending,
        RegistrationStatus::Active,
    ] {
        let changed = live.set_status(new.id(), status).await.unwrap();
        assert_eq!(changed.registration().status(), status);
        assert_eq!(found().await.unwrap().status(), status);
    }
    let changed = live.change(new.id(), |record| {
        record.with_members([("jwks_url", Some(r#""https://lms.test/new""#))])
    });
    let changed = changed.await.unwrap();
    let kept = live.get(new.id()).await.unwrap().unwrap();
    assert_eq!(kept.json(), changed.json());
    assert!(kept.json().contains(r#""notes": {"since":  2026}"#));

    live.remove(new.id()).await.unwrap();
    assert!(found().await.is_none());
    assert!(live.get(new.id()).await.unwrap().is_none());
}

// N45, ADV-86
#[tokio::test(start_paused = true)]
async fn of_two_with_one_id_or_one_login_name_the_second_is_refused() {
    let [one, two] = two_instances();
    let kept = named("1", "school");
    one.add(kept.clone()).await.unwrap();

    for taken in [record("1"), named("2", "school")] {
        let refused = two.add(taken).await;
        assert!(matches!(refused, Err(ChangeError::AlreadyExists)));
    }
    two.add(record("3")).await.unwrap();
    let renamed = two
        .change(record("3").id(), |record| {
            record.with_members([("login_name", Some(r#""school""#))])
        })
        .await;

    assert!(matches!(renamed, Err(ChangeError::AlreadyExists)));
    let found = one.get(kept.id()).await.unwrap().unwrap();
    assert_eq!(found.json(), kept.json());
}

// N45
#[tokio::test(start_paused = true)]
async fn what_is_not_there_cannot_be_changed_or_removed() {
    let [live, _] = two_instances();
    let stranger = record("1");

    let changed = live
        .set_status(stranger.id(), RegistrationStatus::Active)
        .await;
    assert!(matches!(changed, Err(ChangeError::Unknown)));
    let removed = live.remove(stranger.id()).await;
    assert!(matches!(removed, Err(ChangeError::Unknown)));
}

// N45
#[tokio::test(start_paused = true)]
async fn a_change_to_another_identity_or_beyond_bounds_is_refused() {
    let [live, _] = two_instances();
    let kept = record("1");
    live.add(kept.clone()).await.unwrap();

    let changed = live.change(kept.id(), |_| Ok(record("2"))).await;
    let identity = |error: &ChangeError| {
        matches!(
            error,
            ChangeError::Invalid(RegistrationError::IdentityChanged { .. })
        )
    };
    assert!(identity(&changed.unwrap_err()));
    let long = || record_with("1", &format!(r#", "notes": "{}""#, "x".repeat(65_536)));
    let changed = live.change(kept.id(), |_| Ok(long())).await;
    assert!(matches!(changed, Err(ChangeError::TooLarge)));
    let other = record_with("2", &format!(r#", "notes": "{}""#, "x".repeat(65_536)));
    assert!(matches!(live.add(other).await, Err(ChangeError::TooLarge)));

    let found = live.get(kept.id()).await.unwrap().unwrap();
    assert_eq!(found.json(), kept.json());
}

// N45
#[tokio::test]
async fn of_changes_that_race_none_is_lost() {
    let [one, two] = two_instances();
    let kept = record_with("1", r#", "notes": 0"#);
    one.add(kept.clone()).await.unwrap();

    let counting = async |live: &LiveRegistrations| {
        live.change(kept.id(), |record| {
            let (_, count) = record.json().rsplit_once(' ').unwrap();
            let count: u32 = count.trim_end_matches('}').parse().unwrap();
            let more = (count + 1).to_string();
            record.with_members([("notes", Some(&*more))])
        })
        .await
    };
    let racing = (0..4).flat_map(|_| [&one, &two]).map(counting);
    for raced in join_all(racing).await {
        raced.unwrap();
    }

    let counted = one.get(kept.id()).await.unwrap().unwrap();
    assert!(
        counted.json().ends_with(r#""notes": 8}"#),
        "{}",
        counted.json()
    );
}

// N45
#[tokio::test(start_paused = true)]
async fn a_change_that_others_defeat_again_and_again_is_given_up() {
    let store = WatchedStore::default();
    let live = LiveRegistrations::new(store.clone());
    let kept = record("1");
    live.add(kept.clone()).await.unwrap();
    store.set(Fault::Contended);

    let changed = live
        .set_status(kept.id(), RegistrationStatus::Disabled)
        .await;

    assert!(matches!(changed, Err(ChangeError::Conflict)));
}

// N45
#[tokio::test(start_paused = true)]
async fn a_change_that_may_be_lost_counts_and_is_made_again() {
    let store = WatchedStore::default();
    let live = LiveRegistrations::new(store.clone());
    let kept = record("1");
    live.add(kept.clone()).await.unwrap();
    store.set(Fault::Undurable);
    let disable = async || {
        live.set_status(kept.id(), RegistrationStatus::Disabled)
            .await
    };

    let Err(ChangeError::Store(error)) = disable().await else {
        panic!("not durable");
    };

    assert_eq!(error.kind(), StoreErrorKind::NotDurable);
    let (issuer, client_id) = (kept.id().issuer(), kept.id().client_id());
    let found = live.find(issuer, client_id, None).await.unwrap().unwrap();
    assert!(found.is_disabled());
    store.set(Fault::None);
    disable().await.unwrap();
}

// N45
#[tokio::test(start_paused = true)]
async fn what_was_added_is_added_again_with_success() {
    let [one, two] = two_instances();
    let kept = named("1", "school");
    one.add(kept.clone()).await.unwrap();

    two.add(kept.clone()).await.unwrap();
    one.add(kept.clone()).await.unwrap();

    assert_eq!(one.list().await.unwrap().len(), 1);
    one.set_status(kept.id(), RegistrationStatus::Disabled)
        .await
        .unwrap();
    let again = two.add(kept.clone()).await;
    assert!(matches!(again, Err(ChangeError::AlreadyExists)));
}

// N45
#[tokio::test(start_paused = true)]
async fn what_was_added_and_may_be_lost_counts_and_is_added_again() {
    let store = WatchedStore::default();
    let live = LiveRegistrations::new(store.clone());
    let kept = record("1");
    store.set(Fault::Undurable);

    let Err(ChangeError::Store(error)) = live.add(kept.clone()).await else {
        panic!("not durable");
    };

    assert_eq!(error.kind(), StoreErrorKind::NotDurable);
    assert_eq!(live.list().await.unwrap().len(), 1);
    store.set(Fault::None);
    live.add(kept).await.unwrap();
}

// N45
#[tokio::test(start_paused = true)]
async fn what_was_done_although_the_reply_was_lost_is_not_told_as_a_failure() {
    let store = WatchedStore::default();
    let live = LiveRegistrations::new(store.clone());
    let (kept, other) = (record("1"), record("2"));

    store.set(Fault::ReplyLost);
    live.add(kept.clone()).await.unwrap();
    live.add(other.clone()).await.unwrap();
    store.set(Fault::ReplyLost);
    let Err(ChangeError::Store(error)) = live.remove(kept.id()).await else {
        panic!("nobody knows whether it lasts");
    };
    assert_eq!(error.kind(), StoreErrorKind::NotDurable);

    let listed = live.list().await.unwrap();
    let listed: Vec<_> = listed.iter().map(|record| record.json()).collect();
    assert_eq!(listed, [other.json()]);
}

// N45
#[tokio::test(start_paused = true)]
async fn while_the_store_is_down_nothing_is_changed() {
    let store = WatchedStore::default();
    let live = LiveRegistrations::new(store.clone());
    let kept = record("1");
    live.add(kept.clone()).await.unwrap();
    for fault in [Fault::Down, Fault::Hanging] {
        store.set(fault);
        let id = kept.id();
        assert!(matches!(
            live.add(record("2")).await,
            Err(ChangeError::Store(_))
        ));
        assert!(matches!(live.remove(id).await, Err(ChangeError::Store(_))));
        let changed = live.set_status(id, RegistrationStatus::Disabled).await;
        assert!(matches!(changed, Err(ChangeError::Store(_))));
        live.get(id).await.unwrap_err();
        live.list().await.unwrap_err();
        live.refresh().await.unwrap_err();
    }

    store.set(Fault::None);
    let listed = live.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].json(), kept.json());
}
