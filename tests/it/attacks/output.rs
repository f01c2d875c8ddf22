//! E: what is told, to whom, and in which words.

use axum::{extract::FromRequestParts, response::IntoResponse};
use http::{HeaderMap, Request, Response, header};
use serde_json::json;
use tower_lti::{
    LaunchContext, LoginSecret, LtiError, MemoryStore, RedisStore,
    claims::names,
    error::{
        ErrorCode,
        LtiErrorKind::{self, KeyUnknown, PlatformError, SignatureWrong},
    },
    testing::{IdToken, Platform, SigningKey},
};

use super::{World, fields};
use crate::{
    app::{NOW, code},
    redis_server::RedisServer,
};

// LAUNCH-110, E01: one of each failure, and the success beside it
#[tokio::test]
async fn neither_log_nor_answer_holds_a_token_a_secret_or_a_person() {
    let world = World::new().await;
    let changes: [fn(IdToken) -> IdToken; 9] = [
        |token| token.header("kid", "canary-sub"),
        |token| token.claim("iss", "https://canary@lms.test?canary-custom"),
        |token| token.claim("aud", json!(["tool-1", {"canary-sub": 1}])),
        |token| token.claim("exp", "canary-custom"),
        |token| token.claim("nonce", "canary-custom"),
        |token| token.claim(names::VERSION, "canary-custom"),
        |token| token.claim(names::DEPLOYMENT_ID, json!(["canary-custom"])),
        |token| token.claim(names::DEPLOYMENT_ID, "dep-off"),
        |token| token,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let good = world.good_launch().await;
        let token = change(good.token.clone()).sign();
        for post in [
            good.post(good.form(&token)),
            good.post(good.form(&token)),
            good.post_with(good.form(&token), ""),
            good.post(fields(&[("id_token", &token), ("state", "canary-sub")])),
            good.post(fields(&[
                ("id_token", "canary-sub"),
                ("state", good.state()),
            ])),
        ] {
            let answer = world.send(post).await;
            if answer.status() != 200 {
                world.assert_nothing_was_told(&format!("E01 {number}"), &good, &answer);
            }
        }
    }
    let logged = world.log.text();
    for spoken in [
        "token_rejected",
        "launch_invalid",
        "replay_detected",
        "launched",
    ] {
        assert!(logged.contains(spoken), "{spoken}: {logged}");
    }
}

// E02
#[tokio::test]
async fn what_others_sent_makes_no_line_of_its_own_in_the_log() {
    let forged = "k\nERROR forged\r\u{1b}[31m\u{2028}\u{202e}";
    let world = World::new().await;
    let good = world.good_launch().await;
    let token = good.token.clone().header("kid", forged).sign();
    let mut request = good.post(good.form(&token));
    let agent = "agent \u{1b}[31m".bytes().filter(|byte| *byte != 0x1b);
    let agent: Vec<u8> = agent.collect();
    let agent = header::HeaderValue::from_bytes(&agent).unwrap();
    request.headers_mut().insert(header::USER_AGENT, agent);
    let answer = world.send(request).await;
    world.assert_refused("E02 kid", &good, &answer, KeyUnknown);
    let form = fields(&[
        ("error", forged),
        ("error_description", forged),
        ("state", good.state()),
    ]);
    let answer = world.send(good.post(form)).await;
    world.assert_refused("E02 error", &good, &answer, PlatformError);
    let query = fields(&[
        ("iss", forged),
        ("client_id", forged),
        ("login_hint", "h"),
        ("target_link_uri", "https://tool.test/app"),
    ]);
    let answer = world.app.browser().get_login(&query).await;
    assert_eq!(code(&answer), "registration_unknown", "I15");
    world.assert_nothing_was_told("E02 iss", &good, &answer);
    // A string is quoted where it is logged, and so are its backslashes.
    let logged = world.log.text().replace(r"\\", r"\");
    let escaped = r"k\nERROR forged\r\u{1b}[31m\u{2028}\u{202e}";
    assert!(logged.contains(escaped), "{logged}");
    let is_forged = |line: &str| line.starts_with("ERROR") || line.contains('\u{1b}');
    assert!(!logged.lines().any(is_forged), "{logged}");
}

// E03
#[test]
fn debug_and_display_show_no_secret() {
    let secret = LoginSecret::from_bytes(*b"canary-that-nobody-must-find-anywhere").unwrap();
    let key = SigningKey::shared(0, "k1");
    let platform = Platform::new("https://lms.test", "tool-1");
    let tool = tower_lti::LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .login_secret(secret.clone())
        .store(MemoryStore::default())
        .insecure_allow_volatile_store()
        .registrations(
            tower_lti::registration::Registrations::new([platform.registration()]).unwrap(),
        );
    let shown = format!("{tool:?} {secret:?} {key:?}");
    let shown = format!("{shown} {:?}", tool.build().unwrap());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains(&format!("{:?}", b"canary")), "{shown}");
}

// E05, LAUNCH-53
#[tokio::test]
async fn a_refusal_is_a_page_unless_json_is_asked_for() {
    for (accept, json) in [
        (Some("application/json"), true),
        (Some("application/json; q=0.9, */*"), true),
        (Some("text/html,application/json"), false),
        (Some("text/html"), false),
        (Some("*/*"), false),
        (Some("g@rbage;;"), false),
        (None, false),
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        let token = good.token.clone().signed_by(&SigningKey::shared(3, "k1"));
        let mut request = good.post(good.form(&token.sign()));
        request.headers_mut().remove(header::ACCEPT);
        if let Some(accept) = accept {
            let accept = accept.parse().unwrap();
            request.headers_mut().insert(header::ACCEPT, accept);
        }
        let answer = world.send(request).await;
        assert_eq!(answer.status(), 401, "{accept:?}");
        let headers = answer.headers();
        let media_type = if json {
            "application/json"
        } else {
            "text/html; charset=utf-8"
        };
        for (name, value) in [
            (header::CONTENT_TYPE, media_type),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::WWW_AUTHENTICATE, "LTI"),
        ] {
            assert_eq!(headers[&name], value, "{accept:?}");
        }
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!headers.contains_key(header::X_FRAME_OPTIONS), "LAUNCH-111");
        assert!(!policy.contains("frame-ancestors"), "LAUNCH-111");
    }
}

// X65
#[tokio::test]
async fn the_operator_is_told_by_how_much_a_clock_is_off_and_the_person_is_not() {
    for (claim, second, told) in [
        (
            "iat",
            NOW + 65,
            "iat is 65.0 s ahead of this machine's clock",
        ),
        ("exp", NOW - 90, "exp is 90.0 s behind this machine's clock"),
        (
            "nbf",
            NOW + 3_600,
            "nbf is 3600.0 s ahead of this machine's clock",
        ),
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        let token = good
            .token
            .clone()
            .claim("iat", NOW - 400)
            .claim(claim, second);
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        assert_eq!(answer.status(), 401);
        assert!(world.log.text().contains(told), "{}", world.log.text());
        let page = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(!page.contains("clock"), "{page}");
    }
    let world = World::new().await;
    let good = world.good_launch().await;
    world.app.clock.set_wall_unix(NOW - 120);
    world.send(good.launch()).await;
    let told = "the state is 120.0 s ahead of this machine's clock";
    assert!(world.log.text().contains(told), "{}", world.log.text());
}

// E06
#[tokio::test]
async fn an_answer_of_ones_own_never_lets_a_launch_in() {
    let world = World::with(|builder| {
        builder.error_response(|_: &LtiError, _: &HeaderMap| Response::new("all is well".into()))
    })
    .await;
    let good = world.good_launch().await;
    let token = good.token.clone().signed_by(&SigningKey::shared(3, "k1"));
    let answer = world.send(good.post(good.form(&token.sign()))).await;
    assert_eq!(
        (answer.status().as_u16(), answer.body().as_ref()),
        (200, &b"all is well"[..])
    );
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let kind = answer.extensions().get::<LtiError>().map(LtiError::kind);
    assert_eq!(kind, Some(SignatureWrong));
    world.assert_nothing_came_of_it("E06");

    let world = World::with(|builder| {
        builder.error_response(|_: &LtiError, _: &HeaderMap| panic!("a hook that panics"))
    })
    .await;
    let good = world.good_launch().await;
    let token = good
        .token
        .clone()
        .signed_by(&SigningKey::shared(3, "k1"))
        .sign();
    let post = good.post(good.form(&token));
    let mut browser = world.app.browser();
    let launch = tokio::spawn(async move { browser.send_raw_launch(post).await });
    assert!(launch.await.unwrap_err().is_panic());
    world.assert_nothing_came_of_it("E06");
}

// E08
#[tokio::test]
async fn redis_is_told_hashes_and_no_name() {
    let redis = RedisServer::start().await;
    redis
        .ask::<()>("CONFIG SET slowlog-log-slower-than 0")
        .await;
    redis.ask::<()>("CONFIG SET slowlog-max-len 10000").await;
    let store = RedisStore::connect(&redis.url()).await.unwrap();
    let world = World::with(|builder| {
        let secret = LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
        builder.store(store).login_secret(secret)
    })
    .await;
    let mut secrets = Vec::new();
    for _ in 0..3 {
        let good = world.good_launch().await;
        assert_eq!(world.send(good.launch()).await.status(), 200);
        assert_eq!(world.send(good.launch()).await.status(), 409);
        secrets.extend(good.secrets());
    }
    let slow: redis::Value = redis.ask("SLOWLOG GET -1").await;
    let keys: Vec<String> = redis.ask("KEYS *").await;
    let mut values = String::new();
    for key in &keys {
        let values_of: Vec<String> = if key.starts_with("lti:v1:i:") {
            redis.ask(&format!("ZRANGE {key} 0 -1")).await
        } else {
            redis.ask(&format!("MGET {key}")).await
        };
        values += &values_of.concat();
    }
    let seen = format!("{slow:?} {keys:?} {values}");
    assert!(seen.contains("lti:v1:n:"), "{seen}");
    secrets.extend(["lms.test", "tool-1"].map(str::to_owned));
    for secret in secrets {
        assert!(!seen.contains(&secret), "{secret} in {seen}");
    }
    let names = [
        "lti:v1:n:",
        "lti:v1:d:",
        "lti:v1:i:",
        "lti:v1:m",
        "lti:v1:check",
    ];
    let known = |key: &String| names.iter().any(|name| key.starts_with(name));
    assert!(keys.iter().all(known), "{keys:?}");
}

// The table of codes and statuses: what monitoring and tests of others build upon.
#[test]
fn every_code_answers_with_its_status() {
    let table = [
        (
            400,
            "malformed_request token_malformed registration_unknown target_not_allowed launch_invalid lti11_launch content_not_offered deep_linking_handle_invalid",
        ),
        (
            401,
            "cookie_missing state_invalid state_expired token_rejected platform_error launch_required ticket_invalid ticket_expired deep_linking_handle_expired session_over session_invalid session_foreign",
        ),
        (
            403,
            "deployment_rejected onboarding_unfinished registration_disabled registration_pending deep_linking_handle_foreign signing_key_missing cross_site_request",
        ),
        (
            409,
            "replay_detected ticket_used launch_again deep_linking_handle_used session_ambiguous",
        ),
        (405, "method_not_allowed"),
        (408, "request_timeout"),
        (413, "payload_too_large"),
        (415, "unsupported_media_type"),
        (422, "content_item_refused"),
        (502, "jwks_invalid"),
        (
            503,
            "store_unavailable jwks_unavailable overloaded signing_key_unavailable",
        ),
    ];
    let known: usize = table
        .iter()
        .map(|(_, codes)| codes.split(' ').count())
        .sum();
    assert_eq!(known, ErrorCode::ALL.len());
    for (status, codes) in table {
        for code in codes.split(' ') {
            let found = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
            assert_eq!(found.unwrap().status(), status, "{code}");
        }
    }
}

// LAUNCH-53: whoever probes learns nothing from the answer
#[test]
fn all_answers_to_a_rejected_token_are_alike() {
    let rejected = LtiErrorKind::ALL
        .iter()
        .filter(|kind| kind.code() == ErrorCode::TokenRejected);
    let pages = rejected.map(|kind| {
        let error = LtiError::from(*kind);
        let answer: Response<bytes::Bytes> = error.to_response(&HeaderMap::new());
        let page = String::from_utf8(answer.body().to_vec()).unwrap();
        page.replace(error.reference(), "")
    });
    let mut pages: Vec<String> = pages.collect();
    pages.dedup();
    assert_eq!(pages.len(), 1);
}

// E03, H17
#[tokio::test]
async fn a_rejection_shows_no_header_and_its_reference_is_logged() {
    let world = World::new().await;
    let request = Request::get("/")
        .header(header::COOKIE, "__Host-lti-s-1=canary-cookie")
        .header(header::AUTHORIZATION, "Bearer canary-token")
        .header(header::ACCEPT, "text/plain")
        .header(header::ACCEPT, "application/json")
        .body(())
        .unwrap();
    let (mut parts, ()) = request.into_parts();

    let rejection = LaunchContext::from_request_parts(&mut parts, &()).await;

    let rejection = rejection.unwrap_err();
    assert!(!format!("{rejection:?}").contains("canary"));
    let answer = rejection.into_response();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let error = answer.extensions().get::<LtiError>().unwrap();
    assert!(world.log.text().contains(error.reference()));
}
