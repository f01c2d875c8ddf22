//! Launches that are wrong in one thing: what they are answered with, and that nothing comes of them.

use http::{Method, Request, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_lti::{
    claims::names,
    testing::{AuthenticationRequest, IdToken, SigningKey},
};

use crate::app::{App, NOW, code};

type Wrong = Box<dyn Fn(IdToken) -> String>;

fn wrong(change: impl Fn(IdToken) -> IdToken + 'static) -> Wrong {
    Box::new(move |token| change(token).sign())
}

/// Each is posted with a good state; the unchanged token must still get in afterwards.
async fn refused(cases: Vec<(&str, Wrong, u16, &str)>) {
    for (what, change, status, slug) in cases {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let good = app.platform.id_token(&request, NOW);
        let answer = browser.launch(&request, &change(good.clone())).await;
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (status, slug),
            "{what}"
        );
        assert_eq!(app.calls(), 0, "{what}: the handler was called");
        assert_eq!(app.store.nonce_count(), 0, "{what}: a nonce was written");
        assert_eq!(
            app.store.deployment_count(),
            0,
            "{what}: a deployment was written"
        );
        let answer = browser.launch(&request, &good.sign()).await;
        assert_eq!(
            answer.status(),
            200,
            "{what}: the good launch no longer gets in"
        );
    }
}

// LAUNCH-30, LAUNCH-33, LAUNCH-35, LAUNCH-36, LAUNCH-38, LAUNCH-39, LAUNCH-42
// J01, J02, J04, J05, J06, J07, J10, J11, J13, J15, J18, J19, J20, J21, J22, J23, J25, J26
#[tokio::test]
async fn a_header_that_is_wrong_in_one_thing_is_refused() {
    let dots = ".".repeat(60_000);
    let long = "A".repeat(30_000);
    let mut cases: Vec<(&str, Wrong, u16, &str)> = vec![
        (
            "RS512",
            wrong(|token| token.header("alg", "RS512")),
            401,
            "token_rejected",
        ),
        (
            "alg missing",
            wrong(|token| token.without_header("alg")),
            400,
            "token_malformed",
        ),
        (
            "alg null",
            wrong(|token| token.header("alg", Value::Null)),
            400,
            "token_malformed",
        ),
        (
            "alg in an array",
            wrong(|token| token.header("alg", json!(["RS256"]))),
            400,
            "token_malformed",
        ),
        (
            "kid missing",
            wrong(|token| token.without_header("kid")),
            401,
            "token_rejected",
        ),
        (
            "kid empty",
            wrong(|token| token.header("kid", "")),
            401,
            "token_rejected",
        ),
        (
            "kid unknown",
            wrong(|token| token.header("kid", "k2")),
            401,
            "token_rejected",
        ),
        (
            "kid folded",
            wrong(|token| token.header("kid", "K1")),
            401,
            "token_rejected",
        ),
        (
            "kid hostile",
            wrong(|token| token.header("kid", "../../dev/null")),
            401,
            "token_rejected",
        ),
        (
            "crit",
            wrong(|token| token.header("crit", json!(["exp"]))),
            401,
            "token_rejected",
        ),
        (
            "typ",
            wrong(|token| token.header("typ", "at+jwt")),
            401,
            "token_rejected",
        ),
        (
            "alg twice",
            wrong(|token| token.raw_header(r#"{"alg":"RS256","alg":"RS256","kid":"k1"}"#)),
            400,
            "token_malformed",
        ),
        (
            "header an array",
            wrong(|token| token.raw_header("[]")),
            400,
            "token_malformed",
        ),
        (
            "header empty",
            wrong(|token| token.raw_header("{}")),
            400,
            "token_malformed",
        ),
        (
            "header and more",
            wrong(|token| token.raw_header("{\"alg\":\"RS256\"}x")),
            400,
            "token_malformed",
        ),
        (
            "header too long",
            wrong(move |token| token.header("x", long.as_str())),
            413,
            "payload_too_large",
        ),
        (
            "HS256 with the public key",
            Box::new(|token| {
                let der = SigningKey::shared(0, "k1").public_der();
                token.header("alg", "HS256").sign_with_hmac(&der)
            }),
            401,
            "token_rejected",
        ),
        (
            "a key in the header",
            wrong(|token| {
                let stranger = SigningKey::shared(1, "k1");
                token.header("jwk", stranger.jwk()).signed_by(&stranger)
            }),
            401,
            "token_rejected",
        ),
        (
            "two parts",
            Box::new(|_| "a.b".into()),
            400,
            "token_malformed",
        ),
        (
            "five parts",
            Box::new(|_| "a.b.c.d.e".into()),
            400,
            "token_malformed",
        ),
        (
            "JSON serialization",
            Box::new(|_| r#"{"payload":"x"}"#.into()),
            400,
            "token_malformed",
        ),
        (
            "dots",
            Box::new(move |_| dots.clone()),
            400,
            "token_malformed",
        ),
        (
            "a space before",
            Box::new(|token| format!(" {}", token.sign())),
            400,
            "token_malformed",
        ),
        (
            "a space behind",
            Box::new(|token| format!("{} ", token.sign())),
            400,
            "token_malformed",
        ),
        (
            "padding",
            Box::new(|token| format!("{}=", token.sign())),
            400,
            "token_malformed",
        ),
        (
            "no signature",
            Box::new(|token| token.with_signature(b"")),
            400,
            "token_malformed",
        ),
    ];
    for algorithm in ["none", "None", "nOnE", "NONE", ""] {
        let none = wrong(move |token| token.header("alg", algorithm));
        cases.push(("no algorithm", none, 401, "token_rejected"));
    }
    refused(cases).await;
}

// LAUNCH-31, LAUNCH-41, K01, K02, K03, K04
#[tokio::test]
async fn a_signature_that_is_wrong_is_refused() {
    refused(vec![
        (
            "one bit flipped",
            Box::new(|token| {
                let token = token.sign();
                let (message, signature) = token.rsplit_once('.').unwrap();
                let flipped = if signature.starts_with('A') { "B" } else { "A" };
                format!("{message}.{flipped}{}", &signature[1..])
            }),
            401,
            "token_rejected",
        ),
        (
            "another payload",
            Box::new(|token| {
                let signature = token.sign().rsplit_once('.').unwrap().1.to_owned();
                let other = token.claim(names::ROLES, json!(["Administrator"])).sign();
                format!("{}.{signature}", other.rsplit_once('.').unwrap().0)
            }),
            401,
            "token_rejected",
        ),
        (
            "all zero",
            Box::new(|token| token.with_signature(&[0; 256])),
            401,
            "token_rejected",
        ),
        (
            "too short",
            Box::new(|token| token.with_signature(&[1; 255])),
            401,
            "token_rejected",
        ),
        (
            "too long",
            Box::new(|token| token.with_signature(&[1; 257])),
            401,
            "token_rejected",
        ),
        (
            "a stranger's key under the same id",
            wrong(|token| token.signed_by(&SigningKey::shared(1, "k1"))),
            401,
            "token_rejected",
        ),
    ])
    .await;
}

// LAUNCH-50, LAUNCH-51, LAUNCH-52, LAUNCH-54 to LAUNCH-60, LAUNCH-56, LAUNCH-57, LAUNCH-65, LAUNCH-66, MODEL-10, MODEL-17
// C01 to C05, C07, C08, C10, C12, C13, C16 to C20, C22, C23, C32
#[tokio::test]
async fn a_registered_claim_that_is_wrong_is_refused() {
    let mut cases: Vec<(&str, Wrong, u16, &str)> = Vec::new();
    for (name, values) in [
        (
            "iss",
            vec![
                json!("https://lms.test/"),
                json!("https://LMS.test"),
                json!("https://lms.test:443"),
                json!("http://lms.test"),
                json!("https://lms.test\u{0}"),
                json!(["https://evil.test", "https://lms.test"]),
                json!(7),
                Value::Null,
            ],
        ),
        (
            "aud",
            vec![
                json!("tool-2"),
                json!("tool-10"),
                json!("tool-1 "),
                json!("TOOL-1"),
                json!(["tool-1", "https://unknown.example"]),
                json!([]),
                json!(["tool-1", 5]),
                json!({"0": "tool-1"}),
                Value::Null,
            ],
        ),
        (
            "exp",
            vec![
                json!(NOW - 61),
                json!(NOW - 60),
                json!("1999999999"),
                json!(true),
                json!(-1),
                json!(1e300),
                json!(NOW),
                Value::Null,
            ],
        ),
        (
            "iat",
            vec![json!(NOW + 65), json!(NOW - 3_665), json!("1"), Value::Null],
        ),
        ("nbf", vec![json!(NOW + 6_000), json!("soon")]),
        (
            "nonce",
            vec![
                json!(""),
                json!(7),
                json!(["x"]),
                json!("another"),
                Value::Null,
            ],
        ),
        ("sub", vec![json!(""), json!(7), Value::Null]),
        ("azp", vec![json!(7)]),
    ] {
        for value in values {
            let change = wrong(move |token| token.claim(name, value.clone()));
            cases.push((name, change, 401, "token_rejected"));
        }
    }
    for name in ["iss", "aud", "exp", "iat", "nonce", "sub"] {
        let change = wrong(move |token| token.without_claim(name));
        cases.push((name, change, 401, "token_rejected"));
    }
    refused(cases).await;
}

// CLAIM-53, C25, C28, C29, C30
#[tokio::test]
async fn a_payload_that_is_no_strict_json_is_refused() {
    let deep = "[".repeat(10_000);
    let mut cases: Vec<(&str, Wrong, u16, &str)> = vec![
        (
            "a member twice",
            Box::new(|token| {
                let json = token.payload_json();
                let twice = json.replacen('{', "{\"sub\":\"user-2\",", 1);
                token.raw_payload(twice).sign()
            }),
            400,
            "token_malformed",
        ),
        (
            "more after the end",
            Box::new(|token| {
                let json = token.payload_json() + "{}";
                token.raw_payload(json).sign()
            }),
            400,
            "token_malformed",
        ),
        (
            "not UTF-8",
            wrong(|token| token.raw_payload(*b"{\"a\":\"\xff\"}")),
            400,
            "token_malformed",
        ),
    ];
    for payload in ["[]", "\"x\"", "7", "null", "\u{feff}{}", deep.as_str()] {
        let payload = payload.to_owned();
        let change = wrong(move |token| token.raw_payload(payload.clone()));
        cases.push(("no object", change, 400, "token_malformed"));
    }
    refused(cases).await;
}

// LAUNCH-70, LAUNCH-71, LAUNCH-72, LAUNCH-73, LAUNCH-74, LAUNCH-75, LAUNCH-78, LAUNCH-79, LAUNCH-82, MODEL-04, MODEL-09, DL-02
// L01, L02, L03, L06, L09, L11, L15, C32
#[tokio::test]
async fn an_lti_claim_that_is_wrong_is_refused() {
    let long = "x".repeat(256);
    let mut cases: Vec<(&str, Wrong, u16, &str)> = Vec::new();
    for (name, values) in [
        (
            names::VERSION,
            vec![
                json!("1.3"),
                json!("1.1"),
                json!("1.3.0 "),
                json!("2.0"),
                json!(1.3),
            ],
        ),
        (
            names::MESSAGE_TYPE,
            vec![
                json!("LtiFutureThing"),
                json!("ltiresourcelinkrequest"),
                json!(1),
            ],
        ),
        (
            names::DEPLOYMENT_ID,
            vec![
                json!(""),
                json!(3),
                json!(["dep-1"]),
                json!({}),
                json!(long),
                json!("dep-1\u{0}"),
                json!("   "),
                json!("dép"),
            ],
        ),
        (
            names::TARGET_LINK_URI,
            vec![json!("https://tool.test/app/other"), json!(""), json!(1)],
        ),
        (
            names::RESOURCE_LINK,
            vec![
                json!({}),
                json!({"id": ""}),
                json!({"id": long}),
                json!("rl-1"),
                json!({"id": 5}),
            ],
        ),
        (
            names::ROLES,
            vec![json!("Learner"), json!([1]), Value::Null],
        ),
    ] {
        for value in values {
            let change = wrong(move |token| token.claim(name, value.clone()));
            cases.push((name, change, 400, "launch_invalid"));
        }
        let change = wrong(move |token| token.without_claim(name));
        cases.push((name, change, 400, "launch_invalid"));
    }
    for settings in [
        Value::Null,
        json!({}),
        json!({"deep_link_return_url": ""}),
        json!({"deep_link_return_url": "http://lms.test/return"}),
        json!({"deep_link_return_url": "javascript:alert(1)"}),
    ] {
        let change = wrong(move |token| {
            token
                .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
                .claim(names::DEEP_LINKING_SETTINGS, settings.clone())
        });
        cases.push(("deep linking settings", change, 400, "launch_invalid"));
    }
    refused(cases).await;
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

// LAUNCH-02, LAUNCH-04, LAUNCH-10, F01, F02, F03, F04, F07, F08, F10, F19, J28, L14
#[tokio::test]
async fn a_form_that_is_wrong_in_one_thing_is_refused() {
    let app = App::new();
    let mut browser = app.browser();
    let request: AuthenticationRequest = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let state = request.state();
    let huge = "x".repeat(512 * 1024 + 1);
    let many: String = (0..10_000).map(|n| format!("&x{n}=1")).collect();
    for (what, posted, status, slug) in [
        (
            "no token",
            form(&[("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "no state",
            form(&[("id_token", &token)]),
            400,
            "malformed_request",
        ),
        (
            "an empty token",
            form(&[("id_token", ""), ("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "two tokens",
            form(&[("id_token", &token), ("id_token", "x"), ("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "two states",
            form(&[("id_token", &token), ("state", state), ("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "another name",
            form(&[("JWT", &token), ("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "a fuzzy name",
            form(&[("ID_TOKEN", &token), ("state", state)]),
            400,
            "malformed_request",
        ),
        (
            "a broken escape",
            format!("id_token={token}&state=%zz"),
            400,
            "malformed_request",
        ),
        (
            "not UTF-8",
            format!("id_token={token}&state=%ff%fe"),
            400,
            "malformed_request",
        ),
        (
            "an error beside a token",
            form(&[("id_token", &token), ("state", state), ("error", "x")]),
            400,
            "malformed_request",
        ),
        (
            "many fields",
            format!("id_token={token}&state={state}{many}"),
            400,
            "malformed_request",
        ),
        (
            "a huge token",
            form(&[("id_token", &huge), ("state", state)]),
            413,
            "payload_too_large",
        ),
        (
            "a huge state",
            form(&[("id_token", &token), ("state", &"x".repeat(100_000))]),
            400,
            "malformed_request",
        ),
        (
            "LTI 1.1",
            form(&[
                ("lti_message_type", "basic-lti-launch-request"),
                ("oauth_consumer_key", "k"),
            ]),
            400,
            "lti11_launch",
        ),
        (
            "a huge body",
            "x".repeat(1024 * 1024 + 1),
            413,
            "payload_too_large",
        ),
    ] {
        let answer = browser.post_launch(posted).await;
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (status, slug),
            "{what}"
        );
    }
    assert_eq!(
        app.platform.fetches(),
        0,
        "keys were fetched for a form that was refused"
    );
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

// LAUNCH-06, H01, H02, H03, H04, H08, H09, H13
#[tokio::test]
async fn a_request_that_is_no_form_post_is_refused() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let posted = form(&[("id_token", &token), ("state", request.state())]);
    let plain = "application/x-www-form-urlencoded";
    for (what, method, path, headers, status) in [
        (
            "GET",
            Method::GET,
            format!("/lti/launch?{posted}"),
            vec![],
            405,
        ),
        (
            "PUT",
            Method::PUT,
            "/lti/launch".into(),
            vec![(header::CONTENT_TYPE, plain)],
            405,
        ),
        ("HEAD", Method::HEAD, "/lti/launch".into(), vec![], 405),
        ("DELETE", Method::DELETE, "/lti/launch".into(), vec![], 405),
        (
            "JSON",
            Method::POST,
            "/lti/launch".into(),
            vec![(header::CONTENT_TYPE, "application/json")],
            415,
        ),
        ("no type", Method::POST, "/lti/launch".into(), vec![], 415),
        (
            "compressed",
            Method::POST,
            "/lti/launch".into(),
            vec![
                (header::CONTENT_TYPE, plain),
                (header::CONTENT_ENCODING, "gzip"),
            ],
            415,
        ),
        (
            "announced as huge",
            Method::POST,
            "/lti/launch".into(),
            vec![
                (header::CONTENT_TYPE, plain),
                (header::CONTENT_LENGTH, "10737418240"),
            ],
            413,
        ),
    ] {
        let mut builder = Request::builder()
            .method(method)
            .uri(path)
            .header("X-HTTP-Method-Override", "POST");
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let post = builder.body(Full::from(posted.clone())).unwrap();
        let answer = browser.send_launch(post).await;
        assert_eq!(answer.status().as_u16(), status, "{what}");
        if status == 405 {
            assert_eq!(answer.headers()[header::ALLOW], "POST", "{what}");
        }
    }
    assert_eq!(
        (app.calls(), app.store.nonce_count(), app.platform.fetches()),
        (0, 0, 0)
    );
}

// LAUNCH-10 to LAUNCH-14, P1, F15, F16
#[tokio::test]
async fn an_error_of_the_platform_is_told_without_its_words() {
    for error in [
        "login_required",
        "access_denied",
        "<script>alert(1)</script>",
        "new_thing",
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let answer = browser
            .post_launch(form(&[
                ("error", error),
                ("error_description", "canary <b>\r\nSet-Cookie: a=b"),
                ("error_uri", "javascript:alert(1)"),
                ("state", request.state()),
            ]))
            .await;
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (401, "platform_error")
        );
        let text = String::from_utf8_lossy(answer.body());
        assert!(
            !text.contains("canary") && !text.contains("script"),
            "{text}"
        );
        assert!(browser.cookies().is_empty(), "the login is over");
    }
}
