//! The contract of [`KeyStore`].

use tokio::task::JoinSet;

use super::fixtures::{RACERS, answered, attempt};
use crate::store::{KeyStore, StoredKey};

/// What is in a slot.
async fn record<S: KeyStore>(store: &S, slot: &str) -> Option<String> {
    let mut rows = answered(store.tool_keys().await, "tool_keys").into_iter();
    let row = rows.find(|row| row.slot() == slot)?;
    let twice = rows.any(|row| row.slot() == slot);
    assert!(!twice, "a slot must be listed once");
    Some(row.record().to_owned())
}

/// A slot that is new to every store.
fn slot() -> String {
    format!("contract-{}/RS256/1", attempt().as_str())
}

/// Checks that of many keys which are added to one slot at once exactly one gets in, and all find it there.
pub(super) async fn one_of_many_takes_a_slot<S: KeyStore + Clone>(store: &S) {
    let slot = slot();
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let (store, slot) = (store.clone(), slot.clone());
        racers.spawn(async move {
            let key = StoredKey::new(slot.clone(), format!("record {racer}"));
            let is_first = answered(store.add_tool_key(&key).await, "add_tool_key");
            let found = record(&store, &slot).await;
            (is_first.then(|| key.record().to_owned()), found)
        });
    }

    let answers = racers.join_all().await;

    let firsts: Vec<&String> = answers
        .iter()
        .filter_map(|(first, _)| first.as_ref())
        .collect();
    assert_eq!(
        firsts.len(),
        1,
        "of {RACERS} concurrent keys for one slot, exactly one must be added"
    );
    let all_alike = answers
        .iter()
        .all(|(_, found)| found.as_ref() == Some(firsts[0]));
    assert!(all_alike, "every one must find the key that was added");
    answered(store.remove_tool_key(&slot).await, "remove_tool_key");
}

/// Checks that a key is kept unchanged until it is replaced or removed, and leaves other slots alone.
pub(super) async fn a_key_is_kept_until_it_is_replaced_or_removed<S: KeyStore>(store: &S) {
    let (one, other) = (slot(), slot());
    // About as long as a sealed key of 4096 bits.
    let long = "{\"sealed\":\"\u{fc}\"}".repeat(256);
    let key = |slot: &str, record: &str| StoredKey::new(slot, record);

    assert_eq!(record(store, &one).await, None, "a new slot must be free");
    for (slot, text) in [(&one, long.as_str()), (&other, "other")] {
        let added = answered(store.add_tool_key(&key(slot, text)).await, "add_tool_key");
        assert!(added, "a free slot must take a key");
    }
    assert_eq!(
        record(store, &one).await.as_deref(),
        Some(long.as_str()),
        "a record must be returned unchanged"
    );
    let again = answered(store.add_tool_key(&key(&one, "2")).await, "add_tool_key");
    assert!(!again, "a taken slot must take no other key");
    for text in ["3", "4"] {
        answered(
            store.replace_tool_key(&key(&one, text)).await,
            "replace_tool_key",
        );
        let found = record(store, &one).await;
        assert_eq!(found.as_deref(), Some(text), "a key must be replaced");
    }
    for _ in 0..2 {
        answered(store.remove_tool_key(&one).await, "remove_tool_key");
        assert_eq!(
            record(store, &one).await,
            None,
            "a removed key must be gone"
        );
    }
    let left = record(store, &other).await;
    assert_eq!(
        left.as_deref(),
        Some("other"),
        "removal must leave the others"
    );
    answered(
        store.replace_tool_key(&key(&one, "5")).await,
        "replace_tool_key",
    );
    let found = record(store, &one).await;
    assert_eq!(
        found.as_deref(),
        Some("5"),
        "a free slot must take what is put there"
    );
    for slot in [&one, &other] {
        answered(store.remove_tool_key(slot).await, "remove_tool_key");
    }
}
