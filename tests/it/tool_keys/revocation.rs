//! Keys that are not to be trusted any more.

use std::time::Duration;

use serde_json::json;
use tower_lti::{
    keys::{
        KeyState::{Published, Signing},
        ToolKey, ToolKeys, ToolKeysError,
    },
    testing::TestClock,
};

use super::{
    faulty_store::FaultyStore,
    rotation::{open, secret, states},
    set::{ids, tool},
};
use crate::app::NOW;

// ADV-05
#[tokio::test]
async fn a_revoked_key_is_gone_at_once_and_the_next_published_one_signs() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let (one, two) = (open(&store, &clock).await, open(&store, &clock).await);
    one.refresh().await.unwrap();
    two.refresh().await.unwrap();
    let tool = tool(&one, &clock);
    let before = ids(&tool).await;
    clock.advance(Duration::from_secs(3_600));

    one.revoke(&before[0]).await.unwrap();

    let after = states(&one, &clock);
    assert_eq!(after[0], (before[1].clone(), Signing));
    assert!(after.len() == 2 && after[1].1 == Published, "{after:?}");
    assert!(!ids(&tool).await.contains(&before[0]));
    // The other instance knows after its next look into the store, and so does one that starts now.
    two.refresh().await.unwrap();
    assert_eq!(states(&two, &clock), after);
    let three = open(&store, &clock).await;
    assert_eq!(states(&three, &clock), after);
}

// ADV-05
#[tokio::test]
async fn an_instance_whose_clock_is_behind_signs_with_the_same_next_key_and_makes_no_other() {
    let store = FaultyStore::default();
    let (ahead, behind) = (TestClock::at_unix(NOW), TestClock::at_unix(NOW - 3));
    let (one, two) = (open(&store, &ahead).await, open(&store, &behind).await);
    one.refresh().await.unwrap();
    two.refresh().await.unwrap();
    let mut unused = states(&one, &ahead).remove(1).0;
    for revocations in 1..=3 {
        let signing = states(&one, &ahead).remove(0).0;

        one.revoke(&signing).await.unwrap();
        two.refresh().await.unwrap();

        let after = states(&two, &behind);
        assert_eq!(after[0], (unused.clone(), Signing));
        assert_eq!(after, states(&one, &ahead));
        assert!(after.len() == 2 && after[1].1 == Published, "{after:?}");
        assert_eq!(store.rows().await.len(), revocations + 2);
        unused = after[1].0.clone();
    }

    // What an instance that is behind has revoked is revoked for all.
    let signing = states(&two, &behind).remove(0).0;
    two.revoke(&signing).await.unwrap();
    one.refresh().await.unwrap();
    assert_eq!(states(&one, &ahead)[0], (unused, Signing));
    assert_eq!(states(&one, &ahead), states(&two, &behind));
}

// ADV-05
#[tokio::test]
async fn the_key_after_a_revoked_one_signs_for_as_long_as_any_other() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let first = states(&keys, &clock).remove(0).0;
    keys.revoke(&first).await.unwrap();
    let after = states(&keys, &clock);

    clock.advance(Duration::from_secs(90 * 86_400 - 1));
    assert_eq!(states(&keys, &clock)[0], after[0]);
    clock.advance(Duration::from_secs(1));
    assert_eq!(states(&keys, &clock)[0], (after[1].0.clone(), Signing));
}

// ADV-02, ADV-05
#[tokio::test]
async fn a_revocation_that_this_tool_has_not_sealed_revokes_nothing() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let before = states(&keys, &clock);
    let (first, second) = (&before[0].0, &before[1].0);
    let slots: Vec<String> = store
        .rows()
        .await
        .into_iter()
        .map(|(slot, _)| slot)
        .collect();
    let forged = |kid: &str| json!({"kid": kid, "signs_from": 0, "revoked_at": 1}).to_string();

    // In the place of another key, and in one of its own.
    store.tamper(&slots[1], &forged(first)).await;
    store.tamper("RS256/7", &forged(first)).await;
    keys.refresh().await.unwrap();
    assert_eq!(states(&keys, &clock)[..2], before[..]);
    let other = open(&store, &clock).await;
    assert_eq!(states(&other, &clock)[0], before[0]);
    assert_eq!(other.health().unreadable(), [first.clone(), first.clone()]);

    // One of ours for another key proves nothing either.
    other.revoke(first).await.unwrap();
    let (_, mut proven) = store.rows().await.remove(0);
    proven["kid"] = second.as_str().into();
    store.tamper(&slots[1], &proven.to_string()).await;
    keys.refresh().await.unwrap();
    let ids: Vec<String> = states(&keys, &clock)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert!(ids.contains(second) && !ids.contains(first), "{ids:?}");
}

// ADV-05, ADV-08
#[tokio::test]
async fn a_revocation_is_sealed_anew_with_a_new_secret() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    let first = states(&keys, &clock).remove(0).0;
    keys.revoke(&first).await.unwrap();
    let both = ToolKeys::stored(store.clone(), [secret(2), secret(1)]).clock(clock.clone());
    let both = both.open().await.unwrap();
    clock.advance(Duration::from_secs(91 * 86_400));
    both.refresh().await.unwrap();
    clock.advance(Duration::from_secs(91 * 86_400));
    both.refresh().await.unwrap();

    let new = ToolKeys::stored(store.clone(), [secret(2)]).clock(clock.clone());
    let new = new.open().await.unwrap();

    assert!(new.health().is_good(), "{:?}", new.health());
    assert_eq!(store.rows().await[0].1["kid"], first);
}

// ADV-05
#[tokio::test]
async fn without_a_next_key_a_new_one_is_made_and_signs_at_once() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    let first = states(&keys, &clock).remove(0).0;

    keys.revoke(&first).await.unwrap();

    let after = states(&keys, &clock);
    assert_eq!(after[0].1, Signing);
    assert!(after.iter().all(|(id, _)| *id != first));
}

// ADV-05
#[tokio::test]
async fn a_key_that_is_revoked_before_its_turn_leaves_the_signing_one_in_place() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let before = states(&keys, &clock);

    keys.revoke(&before[1].0).await.unwrap();

    let after = states(&keys, &clock);
    assert_eq!(after[0], before[0]);
    assert!(after[1].1 == Published && after[1].0 != before[1].0);
}

// ADV-05, ADV-08
#[tokio::test]
async fn a_revoked_key_is_kept_nowhere_and_does_not_come_back() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    let first = states(&keys, &clock).remove(0).0;
    let (slot, stolen) = store.rows().await.remove(0);

    keys.revoke(&first).await.unwrap();
    assert!(store.rows().await[0].1.get("sealed").is_none());

    store.tamper(&slot, &stolen.to_string()).await;
    keys.refresh().await.unwrap();
    assert!(states(&keys, &clock).iter().all(|(id, _)| *id != first));
    assert!(store.rows().await[0].1.get("sealed").is_none());
}

// ADV-05, S19
#[tokio::test]
async fn a_revocation_takes_effect_here_though_the_store_is_down_and_reaches_it_later() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let before = states(&keys, &clock);
    store.set_down(true);

    let error = keys.revoke(&before[0].0).await.unwrap_err();

    assert!(matches!(error, ToolKeysError::Store(_)));
    assert_eq!(states(&keys, &clock), [(before[1].0.clone(), Signing)]);

    store.set_down(false);
    keys.revoke(&before[0].0).await.unwrap();
    let other = open(&store, &clock).await;
    assert_eq!(states(&other, &clock)[0], (before[1].0.clone(), Signing));
}

// ADV-05
#[tokio::test]
async fn the_retired_key_does_not_sign_again_when_the_one_after_it_is_revoked() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let before = states(&keys, &clock);
    clock.advance(Duration::from_secs(90 * 86_400));
    keys.refresh().await.unwrap();
    let third = states(&keys, &clock)
        .into_iter()
        .find(|(_, state)| *state == Published)
        .unwrap()
        .0;

    keys.revoke(&before[1].0).await.unwrap();

    assert_eq!(states(&keys, &clock)[0], (third, Signing));
}

// ADV-05
#[tokio::test]
async fn a_key_in_code_can_be_revoked_and_an_unknown_one_cannot() {
    let clock = TestClock::at_unix(NOW);
    let keys = [
        ToolKey::generate_p256().unwrap(),
        ToolKey::generate_p256().unwrap(),
    ];
    let [first, second] = [keys[0].id().to_owned(), keys[1].id().to_owned()];
    let keys = ToolKeys::fixed(keys);

    let error = keys.revoke("unknown").await.unwrap_err();
    assert!(matches!(error, ToolKeysError::UnknownKey));
    keys.revoke(&first).await.unwrap();

    assert_eq!(states(&keys, &clock), [(second.clone(), Signing)]);
    assert_eq!(ids(&tool(&keys, &clock)).await, [second]);
}

// ADV-05
#[tokio::test]
async fn a_key_that_another_instance_made_a_moment_ago_can_be_revoked() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let (one, two) = (open(&store, &clock).await, open(&store, &clock).await);
    two.refresh().await.unwrap();
    let next = states(&two, &clock).remove(1).0;
    assert_eq!(
        states(&one, &clock).len(),
        1,
        "it does not know the next one"
    );

    one.revoke(&next).await.unwrap();

    assert!(states(&one, &clock).iter().all(|(id, _)| *id != next));
}
