//! C: the claims of every OpenID Connect token, and the JSON that they stand in.

use serde_json::{Value, json};
use tower_lti::{
    MemoryStore,
    claims::names,
    error::LtiErrorKind::{
        self, AudienceMismatch, AuthorizedPartyMismatch, ClaimInvalid, IssuerMismatch,
        NonceMismatch, PayloadMalformed, SubjectMissing, TimeMalformed, TokenExpired,
        TokenFromTheFuture, TokenNotYetValid, TokenStale,
    },
    registration::{AuthorizedPartyCheck, Registration, Registrations},
    testing::TestClock,
};

use super::{Case, TokenChange, World, let_in, refused};
use crate::app::NOW;

/// The clock skew that is allowed, and the greatest age of a token, in seconds.
const SKEW: u64 = 60;
const AGE: u64 = 3_600;

fn claim(id: &str, name: &'static str, value: Value, kind: LtiErrorKind) -> Case {
    Case::token(
        format!("{id} {name} = {value}"),
        move |token| token.claim(name, value.clone()),
        kind,
    )
}

fn missing(id: &str, name: &'static str, kind: LtiErrorKind) -> Case {
    Case::token(
        format!("{id} no {name}"),
        move |token| token.without_claim(name),
        kind,
    )
}

// LAUNCH-50, MODEL-10, MODEL-17
#[tokio::test]
async fn an_issuer_that_is_not_the_registered_one_byte_for_byte_is_refused() {
    let mut cases = vec![
        missing("C03", "iss", IssuerMismatch),
        claim("C03", "iss", json!(7), IssuerMismatch),
        claim("C03", "iss", Value::Null, IssuerMismatch),
    ];
    for iss in [
        "https://lms.test/",
        "https://LMS.test",
        "http://lms.test",
        "https://lms.test:443",
        "https://lms%2Etest",
        " https://lms.test",
        "https://other.test",
    ] {
        cases.push(claim("C01", "iss", json!(iss), IssuerMismatch));
    }
    for iss in [
        json!(["https://lms.test"]),
        json!(["https://evil.test", "https://lms.test"]),
        json!({"0": "https://lms.test"}),
    ] {
        cases.push(claim("C02", "iss", iss, IssuerMismatch));
    }
    cases.push(claim(
        "C32",
        "iss",
        json!("https://lms.test\u{0}"),
        IssuerMismatch,
    ));
    refused(cases).await;
}

// LAUNCH-51, LAUNCH-52, LAUNCH-53
#[tokio::test]
async fn an_audience_that_is_not_this_client_alone_is_refused() {
    let mut cases = vec![
        missing("C05", "aud", AudienceMismatch),
        claim("C05", "aud", Value::Null, AudienceMismatch),
        claim(
            "C07",
            "aud",
            json!(["tool-1", "https://unknown.example"]),
            AudienceMismatch,
        ),
        Case::token(
            "C07 another audience beside ours, and azp",
            |token| {
                token
                    .claim("aud", json!(["tool-1", "https://unknown.example"]))
                    .claim("azp", "tool-1")
            },
            AudienceMismatch,
        ),
        claim("C08", "azp", json!(7), AuthorizedPartyMismatch),
        claim("C08", "azp", json!(["tool-1"]), AuthorizedPartyMismatch),
    ];
    for aud in [
        json!("tool-2"),
        json!("tool-3"),
        json!(""),
        json!(7),
        json!([]),
    ] {
        cases.push(claim("C04", "aud", aud, AudienceMismatch));
    }
    for aud in [
        json!("tool-10"),
        json!("tool-1 "),
        json!("TOOL-1"),
        json!("xtool-1"),
        json!("tool-"),
        json!("tool-1,tool-2"),
        json!(["tool-1", 5]),
        json!([["tool-1"]]),
        json!({"0": "tool-1"}),
    ] {
        cases.push(claim("C10", "aud", aud, AudienceMismatch));
    }
    refused(cases).await;
}

// LAUNCH-52, LAUNCH-54, LAUNCH-55, C07, C08
#[tokio::test]
async fn a_second_audience_needs_trust_and_a_party_that_is_us() {
    let both = json!(["tool-1", "https://trusted.example"]);
    for (strict, aud, azp, outcome) in [
        (false, both.clone(), json!("tool-1"), Ok(())),
        (
            false,
            both.clone(),
            Value::Null,
            Err(AuthorizedPartyMismatch),
        ),
        (
            false,
            both.clone(),
            json!("tool-2"),
            Err(AuthorizedPartyMismatch),
        ),
        (false, both.clone(), json!(""), Err(AuthorizedPartyMismatch)),
        (
            false,
            json!(["https://trusted.example"]),
            json!("tool-1"),
            Err(AudienceMismatch),
        ),
        (false, json!("tool-1"), json!("somebody"), Ok(())),
        (
            true,
            json!("tool-1"),
            json!("somebody"),
            Err(AuthorizedPartyMismatch),
        ),
        (true, json!("tool-1"), json!("tool-1"), Ok(())),
        (
            true,
            json!("tool-1"),
            Value::Null,
            Err(AuthorizedPartyMismatch),
        ),
    ] {
        let check = if strict {
            AuthorizedPartyCheck::Always
        } else {
            AuthorizedPartyCheck::SeveralAudiences
        };
        let world = World::with(|builder| {
            let registration = Registration::builder("https://lms.test", "tool-1")
                .authorization_endpoint("https://lms.test/auth")
                .jwks_url("https://lms.test/jwks")
                .add_trusted_audience("https://trusted.example")
                .authorized_party_check(check)
                .build()
                .unwrap();
            builder.registrations(Registrations::new([registration]).unwrap())
        })
        .await;
        let good = world.good_launch().await;
        let what = format!("C07, C08 aud {aud}, azp {azp}, strict {strict}");
        let token = good
            .token
            .clone()
            .claim("aud", aud)
            .claim("azp", azp)
            .sign();
        let answer = world.send(good.post(good.form(&token))).await;
        match outcome {
            Ok(()) => assert_eq!(answer.status(), 200, "{what}"),
            Err(kind) => world.assert_refused(&what, &good, &answer, kind),
        }
    }
}

// LAUNCH-56, LAUNCH-57, LAUNCH-58, LAUNCH-59, LAUNCH-60, LAUNCH-61, LAUNCH-62
#[tokio::test]
async fn a_token_out_of_its_time_is_refused() {
    let born = NOW - 400;
    let ended = |exp: u64| {
        Case::token(
            format!("C12 exp {} s ago", NOW - exp),
            move |token| token.claim("iat", born).claim("exp", exp),
            TokenExpired,
        )
    };
    let mut cases = vec![
        ended(NOW - SKEW - 1),
        ended(NOW - SKEW),
        missing("C13", "exp", TimeMalformed),
        missing("C16", "iat", TimeMalformed),
        claim("C16", "iat", json!("4000000000"), TimeMalformed),
        claim("C16", "iat", Value::Null, TimeMalformed),
        claim("C17", "iat", json!(NOW + SKEW + 5), TokenFromTheFuture),
        claim("C17", "iat", json!(NOW + SKEW + 1), TokenFromTheFuture),
        claim("C18", "iat", json!(NOW - AGE - SKEW - 5), TokenStale),
        claim("C18", "iat", json!(NOW - AGE - SKEW), TokenStale),
        claim("C19", "exp", json!(NOW), TokenExpired),
        claim("C19", "exp", json!(NOW - 5), TokenExpired),
        claim("C20", "nbf", json!(NOW + 6_000), TokenNotYetValid),
        claim("C20", "nbf", json!(NOW + SKEW + 1), TokenNotYetValid),
        claim("C20", "nbf", json!("soon"), TimeMalformed),
    ];
    for exp in [
        json!("1999999999"),
        json!(true),
        Value::Null,
        json!(-1),
        json!(1e300),
        json!([NOW + 300]),
        json!({}),
        json!({"$serde_json::private::Number": "4000000300"}),
        json!({"$serde_json::private::RawValue": "4000000300"}),
    ] {
        cases.push(claim("C13", "exp", exp, TimeMalformed));
    }
    refused(cases).await;
}

// LAUNCH-59, LAUNCH-60, LAUNCH-62
#[tokio::test]
async fn a_token_at_the_edge_of_its_time_is_let_in() {
    let set = |name: &'static str, value: Value| -> TokenChange {
        Box::new(move |token| token.claim(name, value.clone()))
    };
    let raw = |name: &'static str, number: &'static str| -> TokenChange {
        Box::new(move |token| {
            let json = token.clone().claim(name, "here").payload_json();
            token.raw_payload(json.replace("\"here\"", number))
        })
    };
    let_in(vec![
        (
            "C12 exp a second before it is too late",
            Box::new(|token| token.claim("iat", NOW - 400).claim("exp", NOW - SKEW + 1)),
        ),
        ("C14 exp in another age", set("exp", json!(i64::MAX))),
        ("C14 exp = 1e18", raw("exp", "1e18")),
        ("C15 exp with a fraction", raw("exp", "4000000300.5")),
        ("C15 exp with an exponent", raw("exp", "4.0000003e9")),
        ("C15 iat with a fraction", raw("iat", "3999999999.5")),
        ("C15 iat with an exponent", raw("iat", "4.0E+9")),
        (
            "C17 iat as far ahead as it may be",
            set("iat", json!(NOW + SKEW)),
        ),
        (
            "C18 iat as old as it may be",
            set("iat", json!(NOW - AGE - SKEW + 1)),
        ),
        (
            "C20 nbf as far ahead as it may be",
            set("nbf", json!(NOW + SKEW)),
        ),
        ("C20 nbf null", set("nbf", Value::Null)),
    ])
    .await;
}

// C14: what is far away is cut off, and remembered no longer than it must be
#[tokio::test]
async fn an_expiry_in_another_age_does_not_keep_a_token_alive() {
    let clock = TestClock::at_unix(NOW);
    let of_one = MemoryStore::default()
        .with_clock(clock.clone())
        .with_capacity(1);
    let world = World::with(|builder| builder.store(of_one).clock(clock.clone())).await;
    let good = world.good_launch().await;
    let token = good.token.clone().claim("exp", i64::MAX).sign();
    let post = || good.post(good.form(&token));
    assert_eq!(world.send(post()).await.status(), 200);
    assert_eq!(world.send(post()).await.status(), 409);
    clock.advance(std::time::Duration::from_secs(700));
    assert_eq!(world.send(post()).await.status(), 401);
    let next = world.good_launch().await;
    let token = next
        .token
        .clone()
        .claim("iat", NOW + 700)
        .claim("exp", i64::MAX);
    let answer = world.send(next.post(next.form(&token.sign()))).await;
    assert_eq!(answer.status(), 200, "the first was forgotten");
}

// LAUNCH-65, LAUNCH-66, LAUNCH-82
#[tokio::test]
async fn a_nonce_or_a_user_that_is_not_the_one_is_refused() {
    let mut cases = vec![
        missing("C22", "nonce", NonceMismatch),
        Case::token(
            "C32 a nonce and a zero byte",
            |token| {
                let payload: Value = serde_json::from_str(&token.payload_json()).unwrap();
                let nonce = payload["nonce"].as_str().unwrap().to_owned();
                token.claim("nonce", nonce + "\u{0}")
            },
            NonceMismatch,
        ),
        missing("C23", "sub", SubjectMissing),
    ];
    for nonce in [
        json!(""),
        json!(7),
        json!(["x"]),
        Value::Null,
        json!("another"),
    ] {
        cases.push(claim("C22", "nonce", nonce, NonceMismatch));
    }
    cases.push(claim("C23", "sub", Value::Null, SubjectMissing));
    for sub in [
        json!(""),
        json!(" "),
        json!(7),
        json!(["user-1"]),
        json!("x".repeat(256)),
        json!("us\u{e9}r"),
        json!("user-1\u{0}"),
    ] {
        cases.push(claim("C23", "sub", sub, ClaimInvalid));
    }
    refused(cases).await;
}

// CLAIM-53
#[tokio::test]
async fn a_payload_that_is_no_strict_json_object_is_refused() {
    let twice = |name: &'static str, again: &'static str| {
        Case::token(
            format!("C25 {name} twice"),
            move |token| {
                let more = format!("{{{again},");
                let json = token.payload_json().replacen('{', &more, 1);
                token.raw_payload(json)
            },
            PayloadMalformed,
        )
    };
    let inside = |what: &'static str, from: &'static str, to: &'static str| {
        Case::token(
            what,
            move |token| {
                let json = token.clone().claim("here", json!({"a": 1})).payload_json();
                token.raw_payload(json.replace(from, to))
            },
            PayloadMalformed,
        )
    };
    let deep = "[".repeat(10_000);
    let very_deep = format!("{{\"a\":{deep}");
    let mut cases = vec![
        twice("nonce", r#""nonce":"x""#),
        twice("sub", r#""sub":"user-2""#),
        twice("sub, once escaped", r#""\u0073ub":"user-2""#),
        twice(
            "deployment_id",
            r#""https://purl.imsglobal.org/spec/lti/claim/deployment_id":"dep-2""#,
        ),
        twice("a claim that nobody reads", r#""other":1,"other":1"#),
        inside(
            "C25 a member twice, deeper",
            r#"{"a":1}"#,
            r#"[{"b":{"a":1,"a":2}}]"#,
        ),
        inside("C29 a lone surrogate", r#"{"a":1}"#, r#""\ud800""#),
        inside("C29 a control character", r#"{"a":1}"#, "\"\u{1}\""),
        inside("C29 a number that is none", r#"{"a":1}"#, "01"),
        inside("C13 a number beyond doubles", r#"{"a":1}"#, "1e400"),
        inside("C29 a comment", r#"{"a":1}"#, "1/**/"),
        inside("C30 sixty-five levels", r#"{"a":1}"#, &SIXTY_FIVE),
        Case::token(
            "C29 not UTF-8",
            |token| token.raw_payload(*b"{\"a\":\"\xff\"}"),
            PayloadMalformed,
        ),
    ];
    for behind in ["{}", "x", ",", "\u{0}"] {
        cases.push(Case::token(
            format!("C29 {behind:?} behind it"),
            move |token| {
                let json = token.payload_json() + behind;
                token.raw_payload(json)
            },
            PayloadMalformed,
        ));
    }
    for payload in ["[]", "\"x\"", "7", "null", " ", &deep, &very_deep] {
        let payload = payload.to_owned();
        cases.push(Case::token(
            format!("C28, C30 {:.9}", payload),
            move |token| token.raw_payload(payload.clone()),
            PayloadMalformed,
        ));
    }
    cases.push(Case::token(
        "C29 a mark before it",
        |token| {
            let json = format!("\u{feff}{}", token.payload_json());
            token.raw_payload(json)
        },
        PayloadMalformed,
    ));
    cases.push(Case::compact(
        "C28 empty",
        |token| token.raw_payload("").sign(),
        LtiErrorKind::TokenMalformed,
    ));
    refused(cases).await;
}

static SIXTY_FIVE: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{}1{}", "[".repeat(65), "]".repeat(65)));

// C30: on a thread with a small stack
#[test]
fn a_deep_payload_needs_no_deep_stack() {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let good = world.good_launch().await;
            let deep = format!("{{\"a\":{}", "[{\"a\":".repeat(10_000));
            let token = good.token.clone().raw_payload(deep).sign();
            let answer = world.send(good.post(good.form(&token))).await;
            world.assert_refused("C30", &good, &answer, PayloadMalformed);
        });
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

// LAUNCH-86, C33
#[tokio::test]
async fn what_is_not_known_is_passed_through_as_data() {
    let html = "<b>".repeat(30_000);
    let_in(vec![
        (
            "C33 an unknown claim",
            Box::new(|token| token.claim("urn:x", json!([1, {"a": null}]))),
        ),
        ("C33 at_hash", Box::new(|token| token.claim("at_hash", "x"))),
        (
            "C33 long custom values",
            Box::new(move |token| token.claim(names::CUSTOM, json!({ "html": html.as_str() }))),
        ),
    ])
    .await;
}

// C32
#[tokio::test]
async fn a_zero_byte_behind_a_deployment_id_is_no_end() {
    refused(vec![claim(
        "C32",
        names::DEPLOYMENT_ID,
        json!("dep-1\u{0}"),
        ClaimInvalid,
    )])
    .await;
}
