//! A key store that is down, loses its data, or is tampered with.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lti::{
    LtiTool,
    health::LtiHealth,
    keys::{KeyState::Signing, ToolKey, ToolKeys, ToolKeysError},
    testing::TestClock,
};

use super::{
    faulty_store::FaultyStore,
    rotation::{open, secret, settings, states},
    set::{get, ids, tool},
};
use crate::app::NOW;

async fn health(tool: &LtiTool) -> (StatusCode, String) {
    let request = Request::get("/health").body(()).unwrap();
    let answer = LtiHealth::new(tool.clone()).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Keys of which none signs now: the only one is revoked, and the store of the next is down.
pub(crate) async fn none_at_the_moment() -> ToolKeys {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    store.set_down(true);
    let only = states(&keys, &clock).remove(0).0;
    assert!(keys.revoke(&only).await.is_err());
    keys
}

// S19
#[tokio::test]
async fn a_store_that_is_down_at_the_start_fails_the_start() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    store.set_down(true);

    let error = settings(&store, &clock).open().await.unwrap_err();

    assert!(matches!(error, ToolKeysError::Store(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "the store of the tool's keys does not answer"
    );
}

// S19
#[tokio::test]
async fn a_store_that_goes_down_later_leaves_the_keys_as_they_are() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let tool = tool(&keys, &clock);
    let before = ids(&tool).await;
    assert_eq!(health(&tool).await, (StatusCode::OK, "ready\n".to_owned()));

    store.set_down(true);
    keys.refresh().await.unwrap_err();

    assert_eq!(ids(&tool).await, before);
    clock.advance(Duration::from_secs(90 * 86_400));
    let signing = states(&keys, &clock);
    assert_eq!(
        signing[0],
        (before[1].clone(), Signing),
        "it rotates all the same"
    );
    let said = "degraded: the tool keys cannot be read from their store\n";
    assert_eq!(health(&tool).await, (StatusCode::OK, said.to_owned()));

    store.set_down(false);
    keys.refresh().await.unwrap();
    assert_eq!(health(&tool).await.1, "ready\n");
}

// ADV-02, S19
#[tokio::test]
async fn a_forged_key_leaves_the_others_published_and_is_named_by_health() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    open(&store, &clock).await.refresh().await.unwrap();
    let rows = store.rows().await;
    let (slot, record) = &rows[1];
    let kid = record["kid"].as_str().unwrap();
    let with = |name: &str, value: Value| {
        let mut record = record.clone();
        record[name] = value;
        record.to_string()
    };
    let sealed = record["sealed"].as_str().unwrap();
    let flipped = sealed.replacen(
        &sealed[100..101],
        if &sealed[100..101] == "A" { "B" } else { "A" },
        1,
    );
    let other_key = ToolKey::generate_p256().unwrap();

    for (what, record, named) in [
        (
            "another's blob",
            with("sealed", rows[0].1["sealed"].clone()),
            kid,
        ),
        ("a flipped bit", with("sealed", flipped.into()), kid),
        ("an empty blob", with("sealed", "".into()), kid),
        ("no base64", with("sealed", "***".into()), kid),
        (
            "an open key",
            with("sealed", URL_SAFE_NO_PAD.encode(RAW).into()),
            kid,
        ),
        ("another time", with("signs_from", 0.into()), kid),
        (
            "another id",
            with("kid", other_key.id().into()),
            other_key.id(),
        ),
        (
            "no blob",
            json!({ "kid": kid, "signs_from": 1 }).to_string(),
            kid,
        ),
        ("no JSON", "{".to_owned(), slot.as_str()),
    ] {
        store.tamper(slot, &record).await;
        let keys = open(&store, &clock).await;
        let tool = tool(&keys, &clock);

        assert_eq!(
            ids(&tool).await,
            [rows[0].1["kid"].as_str().unwrap()],
            "{what}"
        );
        assert_eq!(keys.health().unreadable(), [named], "{what}");
        let (status, said) = health(&tool).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            said,
            format!("degraded: the tool key {named} cannot be opened\n"),
            "{what}"
        );
    }
}

const RAW: &str = "a private key that nobody sealed, which somebody with the store could write";

// ADV-02, S19
#[tokio::test]
async fn a_key_that_is_forged_later_goes_on_where_it_is_known() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    let tool = tool(&keys, &clock);
    let before = ids(&tool).await;
    let (slot, mut record) = store.rows().await.remove(0);
    record["sealed"] = "AAAA".into();

    store.tamper(&slot, &record.to_string()).await;
    keys.refresh().await.unwrap();

    assert_eq!(ids(&tool).await[0], before[0]);
    assert_eq!(states(&keys, &clock)[0].1, Signing);
    assert_eq!(keys.health().unreadable(), before);
    let answer = get(&tool, "/jwks").await;
    assert_eq!(answer.status(), StatusCode::OK);
}

// S19, ADV-08
#[tokio::test]
async fn a_start_with_another_secret_fails_and_changes_nothing() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    open(&store, &clock).await;
    let rows = store.rows().await;

    let other = ToolKeys::stored(store.clone(), [secret(2)]).clock(clock.clone());
    let error = other.open().await.unwrap_err();

    let ToolKeysError::Unreadable { keys } = error else {
        panic!("{error}");
    };
    assert_eq!(keys, [rows[0].1["kid"].as_str().unwrap()]);
    assert_eq!(store.rows().await, rows);
    let none = ToolKeys::stored(store.clone(), []).clock(clock.clone());
    assert!(matches!(none.open().await, Err(ToolKeysError::NoSecret)));
}

// ADV-08
#[tokio::test]
async fn a_new_secret_seals_and_the_old_one_still_opens() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let old = open(&store, &clock).await;
    let both = ToolKeys::stored(store.clone(), [secret(2), secret(1)]).clock(clock.clone());
    let both = both.open().await.unwrap();
    both.refresh().await.unwrap();
    assert_eq!(states(&both, &clock)[0], states(&old, &clock)[0]);

    let new = ToolKeys::stored(store.clone(), [secret(2)]).clock(clock.clone());
    let new = new.open().await.unwrap();

    assert_eq!(states(&new, &clock)[0].0, states(&both, &clock)[1].0);
    assert_eq!(
        new.health().unreadable(),
        [states(&old, &clock)[0].0.clone()]
    );
}

// ADV-08
#[tokio::test]
async fn the_store_sees_no_private_key() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    open(&store, &clock).await;

    let (_, record) = store.rows().await.remove(0);

    let names: Vec<_> = record
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["kid", "sealed", "signs_from"]);
    let sealed = URL_SAFE_NO_PAD
        .decode(record["sealed"].as_str().unwrap())
        .unwrap();
    // The object identifier of RSA keys stands in every PKCS #8.
    let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    assert!(!sealed.windows(rsa.len()).any(|part| part == rsa));
    assert!(sealed.len() > 1_000);
}

// S19
#[tokio::test]
async fn a_store_that_lost_its_data_gets_it_back_from_any_instance() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = open(&store, &clock).await;
    keys.refresh().await.unwrap();
    let (rows, before) = (store.rows().await, states(&keys, &clock));

    store.lose().await;
    keys.refresh().await.unwrap();

    assert_eq!(store.rows().await, rows);
    assert_eq!(states(&keys, &clock), before);
}
