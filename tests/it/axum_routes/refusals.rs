//! What the routes refuse, as JSON.

use std::time::{Duration, Instant};

use http::{Request, Response};
use serde_json::{Value, json};
use tower_lti::{
    RedisStore,
    claims::names,
    deployment::{DeploymentKey, DeploymentStatus},
    registration::RegistrationId,
    store::DeploymentStore,
    testing::{Call, Fault},
};

use super::{
    selection::RESPONSE,
    tool::{Tool, Visitor, json_of},
};
use crate::redis_server::RedisServer;

const ITEMS: &str = "/lti/ags/line_items";
const SCORE: &str = "/lti/ags/score";
const RESULTS: &str = "/lti/ags/results";
const MEMBERS: &str = "/lti/nrps/members";
const ALL: [&str; 6] = [
    ITEMS,
    "/lti/ags/line_item",
    SCORE,
    RESULTS,
    MEMBERS,
    RESPONSE,
];

/// The shape of every refusal. Returns its code.
fn code(answer: &Value) -> String {
    let text = |name: &str| {
        answer[name]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: {answer}"))
    };
    let code = text("error");
    let plain = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.-".contains(letter)
    };
    assert!(
        (3..=60).contains(&code.len()) && code.chars().all(plain),
        "{code}"
    );
    for name in ["message", "remedy", "ref"] {
        assert!(!text(name).is_empty(), "{name}: {answer}");
    }
    assert!(
        answer["spec"].is_string() || answer["spec"].is_null(),
        "{answer}"
    );
    code.to_owned()
}

fn refused(answer: &Response<bytes::Bytes>) -> (u16, String) {
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), code(&json_of(answer)))
}

async fn called(visitor: &mut Visitor, path: &str, body: Value) -> (u16, String) {
    let (status, answer) = visitor.call(path, body).await;
    (status, code(&answer))
}

#[tokio::test]
async fn a_launch_of_another_browser_or_of_none_is_not_found() {
    let tool = Tool::start().await;
    let (_, foreign) = tool.launched().await;
    let (mut visitor, own) = tool.launched().await;
    for path in ALL {
        for launch_id in [&*foreign, "", "0123456789abcdef"] {
            let answer = called(&mut visitor, path, json!({"launch_id": launch_id})).await;
            assert_eq!(answer, (404, "launch_unknown".to_owned()), "{path}");
        }
    }
    let without_cookie = called(&mut tool.visitor(), ITEMS, json!({"launch_id": own})).await;
    assert_eq!(without_cookie.0, 404);
    assert!(tool.services.requests().is_empty(), "nothing went out");
}

#[tokio::test]
async fn a_call_for_a_deployment_that_was_shut_or_removed_is_forbidden() {
    let server = RedisServer::start().await;
    let tool = Tool::start_over(&server.url()).await;
    let store = RedisStore::builder(server.url()).connect().await.unwrap();
    let (mut visitor, launch_id) = tool.launched().await;
    let registration = RegistrationId::new("https://lms.test", "tool-1");
    let key = DeploymentKey::new(registration, "dep-1".into());
    let closed = (403, "deployment_closed".to_owned());
    for status in [DeploymentStatus::Disabled, DeploymentStatus::Pending] {
        store.set_status(&key, status).await.unwrap().unwrap();
        let answer = called(&mut visitor, ITEMS, json!({"launch_id": launch_id})).await;
        assert_eq!(answer, closed, "{status}");
    }
    store.remove(&key).await.unwrap();
    let answer = called(&mut visitor, ITEMS, json!({"launch_id": launch_id})).await;
    assert_eq!(answer, closed);
    assert!(tool.services.requests().is_empty(), "nothing went out");
}

#[tokio::test]
async fn a_call_from_another_site_is_forbidden() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let body = json!({"launch_id": launch_id}).to_string();
    let request = || Request::post(ITEMS).header("content-type", "application/json");
    let host = tool.base_url.strip_prefix("http://").unwrap();
    let (https, by_name) = (
        format!("https://{host}"),
        tool.base_url.replace("127.0.0.1", "localhost"),
    );
    for (name, value) in [
        ("origin", "https://evil.test"),
        ("origin", "null"),
        // The same host and port by another scheme, and the same machine by another name.
        ("origin", &https),
        ("origin", &by_name),
        ("origin", &format!("{}/", tool.base_url)),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = visitor
            .send(request().header(name, value), body.clone())
            .await;
        assert_eq!(
            refused(&answer),
            (403, "cross_site".to_owned()),
            "{name}: {value}"
        );
    }
    let two = request()
        .header("origin", &tool.base_url)
        .header("origin", "https://evil.test");
    assert_eq!(visitor.send(two, body.clone()).await.status(), 403);
    let own = request()
        .header("origin", &tool.base_url)
        .header("sec-fetch-site", "same-origin");
    assert_eq!(visitor.send(own, body).await.status(), 200);
}

#[tokio::test]
async fn what_is_no_json_or_not_what_was_asked_for_is_refused_as_json() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    for path in ALL {
        let good = json!({"launch_id": launch_id}).to_string();
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            let request = Request::post(path).header("content-type", content_type);
            let answer = visitor.send(request, good.clone()).await;
            assert_eq!(refused(&answer), (415, "not_json".to_owned()), "{path}");
        }
        assert_eq!(
            refused(&visitor.send(Request::post(path), good.clone()).await).0,
            415
        );
        for body in [
            "",
            "{",
            "[]",
            "\"x\"",
            "null",
            "{\"launch_id\": 1}",
            "{}",
            "\u{fffe}",
        ] {
            let request =
                Request::post(path).header("content-type", "application/json; charset=utf-8");
            assert_eq!(
                refused(&visitor.send(request, body).await).0,
                422,
                "{path} {body}"
            );
        }
        let deep = format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000));
        let request = Request::post(path).header("content-type", "application/json");
        assert_eq!(refused(&visitor.send(request, deep).await).0, 422, "{path}");
        let length = if path == RESPONSE { 1_100_000 } else { 66_000 };
        let large = format!("{{\"launch_id\": \"{}\"}}", "x".repeat(length));
        let request = Request::post(path).header("content-type", "application/json");
        assert_eq!(
            refused(&visitor.send(request, large).await).0,
            413,
            "{path}"
        );
        for request in [
            Request::get(path),
            Request::put(path),
            Request::delete(path),
        ] {
            let answer = visitor.send(request, "").await;
            assert_eq!(refused(&answer).0, 405);
            assert_eq!(answer.headers()["allow"], "POST");
        }
    }
}

// AGS-21, ADV-34
#[tokio::test]
async fn bad_values_are_refused_before_anything_goes_out() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let good = json!({
        "launch_id": launch_id, "user_id": "user-1", "score_given": 1, "score_maximum": 1,
    });
    for (name, value) in [
        ("user_id", json!("")),
        ("user_id", json!(7)),
        ("user_id", Value::Null),
        ("score_given", json!(-1)),
        ("score_given", json!("1")),
        ("score_maximum", json!(0)),
        ("score_maximum", Value::Null),
        ("activity_progress", json!("Done")),
        ("grading_progress", json!("fullygraded")),
        ("line_item", json!("no URL")),
        ("line_item", json!("http://127.0.0.1:1/other")),
        ("line_item", json!("https://evil.test/lti")),
    ] {
        let mut score = good.clone();
        score[name] = value.clone();
        let (status, _) = called(&mut visitor, SCORE, score).await;
        assert_eq!(status, 422, "{name} {value}");
    }
    for (path, body) in [
        (ITEMS, json!({"launch_id": launch_id, "limit": 0})),
        (ITEMS, json!({"launch_id": launch_id, "limit": "10"})),
        (RESULTS, json!({"launch_id": launch_id, "limit": -1})),
        (
            MEMBERS,
            json!({"launch_id": launch_id, "resource_link": "yes"}),
        ),
        (
            "/lti/ags/line_item",
            json!({"launch_id": launch_id, "label": " ", "score_maximum": 1}),
        ),
        (
            "/lti/ags/line_item",
            json!({"launch_id": launch_id, "label": "x", "score_maximum": 0}),
        ),
    ] {
        assert_eq!(called(&mut visitor, path, body).await.0, 422, "{path}");
    }
    assert!(tool.services.requests().is_empty(), "nothing went out");
}

// ADV-18, ADV-68, ADV-43
#[tokio::test]
async fn what_the_platform_does_not_offer_is_forbidden_before_anything_goes_out() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool
        .launched_with(|token| {
            token
                .without_claim(names::AGS_ENDPOINT)
                .without_claim(names::NAMES_ROLE_SERVICE)
        })
        .await;
    for path in [ITEMS, RESULTS, MEMBERS] {
        let answer = called(&mut visitor, path, json!({"launch_id": launch_id})).await;
        assert_eq!(answer, (403, "service_not_offered".to_owned()), "{path}");
    }
    tool.services
        .grant_scopes(["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"]);
    let (mut visitor, launch_id) = tool.launched().await;
    let item = json!({"launch_id": launch_id, "label": "x", "score_maximum": 1});
    let answer = called(&mut visitor, "/lti/ags/line_item", item).await;
    assert_eq!(answer, (403, "scope_not_granted".to_owned()));
    assert!(tool.services.requests().is_empty(), "nothing went out");
    tool.services.uncouple();
    let (mut visitor, launch_id) = tool.launched().await;
    assert_eq!(
        called(&mut visitor, RESULTS, json!({"launch_id": launch_id}))
            .await
            .0,
        422
    );
}

// ADV-42, AGS-23
#[tokio::test]
async fn refusals_of_the_platform_say_what_it_is_and_nothing_that_it_said() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let score = |user: &str| json!({"launch_id": launch_id, "user_id": user, "score_given": 1, "score_maximum": 1});
    let teacher = called(&mut visitor, SCORE, score("teacher-1")).await;
    assert_eq!(teacher, (422, "not_gradable".to_owned()));

    let secret = "the platform's own words";
    for (call, path, body, fault, expected) in [
        (
            Call::Score,
            SCORE,
            score("user-1"),
            Fault::status(409).with_body(secret),
            409,
        ),
        (
            Call::LineItems,
            ITEMS,
            json!({"launch_id": launch_id}),
            Fault::body(secret),
            502,
        ),
        (
            Call::LineItems,
            ITEMS,
            json!({"launch_id": launch_id}),
            Fault::status(500).with_body(secret),
            502,
        ),
        (
            Call::Roster,
            MEMBERS,
            json!({"launch_id": launch_id}),
            Fault::body("[]"),
            502,
        ),
        (
            Call::Roster,
            MEMBERS,
            json!({"launch_id": launch_id}),
            Fault::redirect(302, "https://evil.test/"),
            502,
        ),
        (
            Call::Roster,
            MEMBERS,
            json!({"launch_id": launch_id}),
            Fault::next_page_at("https://evil.test/"),
            502,
        ),
    ] {
        tool.services.fail_always(call, fault);
        let (status, answer) = visitor.call(path, body).await;
        code(&answer);
        assert!(
            status == expected || (expected == 502 && status == 503),
            "{call:?} {expected}: {status} {answer}"
        );
        assert!(!answer.to_string().contains(secret), "{answer}");
        tool.services.heal();
    }
}

// ADV-26, ADV-40
#[tokio::test]
async fn a_platform_that_is_down_or_asks_to_wait_is_unavailable() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    tool.services.fail_always(
        Call::LineItems,
        Fault::status(429).with_header("retry-after", "120"),
    );
    let request = Request::post(ITEMS).header("content-type", "application/json");
    let body = json!({"launch_id": launch_id}).to_string();
    let started = Instant::now();
    let answer = visitor.send(request, body.clone()).await;
    assert_eq!(refused(&answer).0, 503);
    assert!(answer.headers().contains_key("retry-after"));
    assert!(started.elapsed() < Duration::from_secs(36));
    tool.services.heal();

    tool.services.fail_always(Call::Roster, Fault::close());
    let request = Request::post(MEMBERS).header("content-type", "application/json");
    let answer = visitor.send(request, body).await;
    assert_eq!(refused(&answer).0, 503);
    assert!(answer.headers().contains_key("retry-after"));
}

// ADV-26
#[tokio::test]
async fn a_token_that_is_refused_or_makes_no_sense_is_a_bad_gateway() {
    for fault in [
        Fault::status(400)
            .with_header("content-type", "text/html")
            .with_body("{\n \"error\" : \"\"kid\" invalid\"\n}"),
        Fault::token_answer("<html>"),
        Fault::token_answer("{\"access_token\":\"a\\r\\nb\",\"token_type\":\"Bearer\"}"),
    ] {
        let tool = Tool::start().await;
        let (mut visitor, launch_id) = tool.launched().await;
        tool.services.fail_always(Call::Token, fault);
        let (status, answer) = visitor.call(ITEMS, json!({"launch_id": launch_id})).await;
        code(&answer);
        assert_eq!(status, 502, "{answer}");
        assert_eq!(tool.services.count(Call::LineItems), 0);
    }
}

// ADV-23
#[tokio::test]
async fn a_platform_that_never_answers_is_given_up_in_time() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    tool.services.fail_always(Call::LineItems, Fault::hang());
    let started = Instant::now();
    let answer = called(&mut visitor, ITEMS, json!({"launch_id": launch_id})).await;
    assert_eq!(answer.0, 504);
    assert!(
        started.elapsed() < Duration::from_secs(21),
        "{:?}",
        started.elapsed()
    );
}
