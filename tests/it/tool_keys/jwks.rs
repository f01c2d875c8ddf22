//! The key set that platforms fetch.

use std::collections::BTreeSet;

use http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tower_lti::{
    key_set::KeySet,
    keys::{ToolKey, ToolKeys},
    testing::TestClock,
};

use super::{
    faulty_store::FaultyStore,
    material::RSA_JWK,
    rotation::open,
    set::{ask, get, ids, rows_at, tool},
};
use crate::app::{App, NOW};

fn names(row: &Value) -> BTreeSet<&str> {
    row.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

// KEY-01, KEY-02, KEY-03, KEY-04, KEY-05, ADV-03
#[tokio::test]
async fn each_key_is_published_with_all_that_platforms_ask_for_and_nothing_private() {
    let keys = [
        ToolKey::from_jwk(RSA_JWK).unwrap(),
        ToolKey::generate_p256().unwrap(),
    ];
    let tool = tool(&ToolKeys::fixed(keys), &TestClock::at_unix(NOW));

    let rows = rows_at(&tool, "/lti/jwks.json").await;

    assert_eq!(
        names(&rows[0]),
        BTreeSet::from(["alg", "e", "kid", "kty", "n", "use"])
    );
    let given: Value = serde_json::from_str(RSA_JWK).unwrap();
    for (name, value) in [
        ("kty", "RSA"),
        ("alg", "RS256"),
        ("use", "sig"),
        ("e", "AQAB"),
    ] {
        assert_eq!(rows[0][name], value);
    }
    assert_eq!(rows[0]["n"], given["n"]);
    assert_eq!(
        names(&rows[1]),
        BTreeSet::from(["alg", "crv", "kid", "kty", "use", "x", "y"])
    );
    assert_eq!(
        (&rows[1]["kty"], &rows[1]["alg"]),
        (&"EC".into(), &"ES256".into())
    );
    // A reader of key sets finds one that it can use.
    let set = get(&tool, "/lti/jwks.json").await;
    KeySet::parse(set.body()).unwrap();
}

// ADV-02, ADV-03
#[tokio::test]
async fn a_tool_without_keys_publishes_an_empty_array() {
    let tool = App::new().tool;

    assert_eq!(rows_at(&tool, "/lti/jwks.json").await, Vec::<Value>::new());
}

// ADV-01, ADV-03, ADV-04, KEY-09, KEY-11
#[tokio::test]
async fn the_answer_can_be_cached_and_read_from_anywhere_and_sets_no_cookie() {
    let key = ToolKey::generate_p256().unwrap();
    let tool = tool(&ToolKeys::from(key), &TestClock::at_unix(NOW));

    let answer = get(&tool, "/lti/jwks.json").await;

    let header = |name| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert_eq!(header(header::CONTENT_TYPE), Some("application/json"));
    assert_eq!(header(header::CACHE_CONTROL), Some("public, max-age=3600"));
    assert_eq!(header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
    assert_eq!(header(header::SET_COOKIE), None);
    assert_eq!(header(header::VARY), None);
    let length = answer.body().len().to_string();
    assert_eq!(header(header::CONTENT_LENGTH), Some(length.as_str()));
}

// KEY-11, ADV-03
#[tokio::test]
async fn head_is_answered_like_get_without_the_body_and_all_else_is_refused() {
    let key = ToolKey::generate_p256().unwrap();
    let tool = tool(&ToolKeys::from(key), &TestClock::at_unix(NOW));
    let asked = |method: Method| {
        Request::builder()
            .method(method)
            .uri("/jwks")
            .body(())
            .unwrap()
    };

    let get = ask(&tool, asked(Method::GET)).await;
    let head = ask(&tool, asked(Method::HEAD)).await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers(), get.headers());
    assert!(head.body().is_empty());

    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
    ] {
        let answer = ask(&tool, asked(method.clone())).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers()[header::ALLOW], "GET, HEAD");
        assert!(answer.body().is_empty());
    }
}

// S20, KEY-09
#[tokio::test]
async fn a_key_set_that_is_known_already_is_not_sent_again() {
    let key = ToolKey::generate_p256().unwrap();
    let one = tool(&ToolKeys::from(key), &TestClock::at_unix(NOW));
    let answer = get(&one, "/jwks").await;
    let tag = answer.headers()[header::ETAG].to_str().unwrap();
    assert!(
        tag.starts_with('"') && tag.ends_with('"') && tag.len() > 40,
        "{tag}"
    );

    for (known, status) in [
        (tag.to_owned(), StatusCode::NOT_MODIFIED),
        (format!("W/{tag}"), StatusCode::NOT_MODIFIED),
        (format!("\"other\", {tag}"), StatusCode::NOT_MODIFIED),
        ("*".to_owned(), StatusCode::NOT_MODIFIED),
        ("\"other\"".to_owned(), StatusCode::OK),
        (tag.trim_matches('"').to_owned(), StatusCode::OK),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder()
                .method(method)
                .uri("/jwks")
                .header(header::IF_NONE_MATCH, &known);
            let answer = ask(&one, request.body(()).unwrap()).await;
            assert_eq!(answer.status(), status, "{known}");
            assert_eq!(answer.headers()[header::ETAG], tag);
            assert!(status == StatusCode::OK || answer.body().is_empty());
        }
    }

    let other = tool(
        &ToolKeys::from(ToolKey::generate_p256().unwrap()),
        &TestClock::at_unix(NOW),
    );
    assert_ne!(get(&other, "/jwks").await.headers()[header::ETAG], tag);
}

// S20, ADV-01
#[tokio::test]
async fn a_flood_of_requests_asks_no_store_and_takes_no_memory() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let tool = tool(&open(&store, &clock).await, &clock);
    let body = get(&tool, "/lti/jwks.json").await.into_body();
    let calls = store.calls();

    for _ in 0..100_000 {
        let answer = get(&tool, "/lti/jwks.json").await;
        // One body for all: nothing is made for a request.
        assert_eq!(answer.body().as_ptr(), body.as_ptr());
    }

    assert_eq!(store.calls(), calls);
}

// KEY-10, ADV-07
#[tokio::test]
async fn a_registration_may_have_keys_and_a_url_of_its_own() {
    let (shared, own) = (
        ToolKey::generate_p256().unwrap(),
        ToolKey::generate_p256().unwrap(),
    );
    let (shared_id, own_id) = (shared.id().to_owned(), own.id().to_owned());
    let keys = ToolKeys::fixed([shared]).with_own_keys_for("school-a", [own]);
    let tool = tool(&keys, &TestClock::at_unix(NOW));

    for (path, id) in [
        ("/lti/jwks.json", &shared_id),
        ("/lti/jwks/school-a", &own_id),
        ("/lti/jwks/school-a?x=/other", &own_id),
        ("/lti/jwks/school-b", &shared_id),
        ("/school-a/jwks", &shared_id),
        ("/", &shared_id),
    ] {
        let rows = rows_at(&tool, path).await;
        let ids: Vec<_> = rows
            .iter()
            .map(|row| row["kid"].as_str().unwrap())
            .collect();
        assert_eq!(ids, [id], "{path}");
    }
}

// KEY-07
#[tokio::test]
async fn keys_in_code_are_all_published_in_their_order_and_each_once() {
    let pems: Vec<_> = (0..3)
        .map(|_| ToolKey::generate_p256().unwrap().to_pem().unwrap())
        .collect();
    let file: String = [0, 1, 0, 2].map(|key: usize| pems[key].as_str()).concat();
    let expected: Vec<String> = pems
        .iter()
        .map(|pem| ToolKey::from_pem(pem.as_str()).unwrap().id().to_owned())
        .collect();

    let tool = tool(
        &ToolKeys::from_pem(&file).unwrap(),
        &TestClock::at_unix(NOW),
    );

    assert_eq!(ids(&tool).await, expected);
}
