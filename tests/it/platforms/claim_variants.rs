//! Single claims, as platforms vary them.

use serde_json::{Map, Value, json};
use tower_lti::{
    LaunchContext,
    claims::{MessageType, names},
    error::LtiErrorKind,
    registration::{Registration, RegistrationBuilder, TargetLinkUriCheck},
};

use super::lms::{Lms, TARGET};
use crate::app::NOW;

type Outcome = Result<LaunchContext, LtiErrorKind>;

fn token() -> Value {
    json!({
        "iss": "https://lms.test",
        "aud": "tool-1",
        "iat": NOW,
        "exp": NOW + 300,
        "sub": "u-9",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "1",
        names::TARGET_LINK_URI: TARGET,
        names::RESOURCE_LINK: {"id": "rl-9"},
        names::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    })
}

/// The token with these claims instead; a claim that is given as `None` is left out.
fn with(changes: &[(&str, Option<Value>)]) -> Value {
    let mut token = token();
    let claims: &mut Map<String, Value> = token.as_object_mut().unwrap();
    for (name, value) in changes {
        match value {
            Some(value) => claims.insert((*name).to_owned(), value.clone()),
            None => claims.remove(*name),
        };
    }
    token
}

fn lms() -> Lms {
    Lms::new("https://lms.test", "tool-1")
}

fn lms_with(change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder) -> Lms {
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks");
    Lms::with(change(registration).build().unwrap(), |builder| builder)
}

async fn launch(changes: &[(&str, Option<Value>)]) -> Outcome {
    lms().launch(&with(changes)).await
}

// PLAT-A1, PLAT-A2: only an absent `sub` means nobody, and only where that may be
#[tokio::test]
async fn nobody_is_an_absent_sub_and_not_an_empty_one() {
    let plain = lms_with(|registration| registration);
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .build()
        .unwrap();
    let open = Lms::with(registration, |builder| builder.allow_anonymous());
    let absent = with(&[("sub", None)]);
    let launch = open.launch(&absent).await.unwrap();
    assert!(launch.claims().user().is_none() && launch.user_key().is_none());
    let missing = LtiErrorKind::SubjectMissing;
    assert_eq!(plain.launch(&absent).await.unwrap_err(), missing);
    for lms in [plain, open] {
        let empty = lms.launch(&with(&[("sub", Some(json!("")))])).await;
        assert_eq!(empty.unwrap_err(), LtiErrorKind::ClaimInvalid);
    }
}

// PLAT-A3
#[tokio::test]
async fn roles_may_be_none_but_not_absent() {
    let launched = launch(&[(names::ROLES, Some(json!([])))]).await.unwrap();
    assert!(launched.claims().roles().is_empty());
    let refused = launch(&[(names::ROLES, None)]).await.unwrap_err();
    assert_eq!(refused, LtiErrorKind::ClaimInvalid);
}

// PLAT-A4
#[tokio::test]
async fn an_audience_is_the_client_id_in_text_or_in_an_array() {
    let mismatch = Err(LtiErrorKind::AudienceMismatch);
    for (audience, verdict) in [
        (json!("tool-1"), Ok(())),
        (json!(["tool-1"]), Ok(())),
        (json!(["other", "tool-1"]), mismatch),
        (json!([]), mismatch),
        (json!(5), mismatch),
        (Value::Null, mismatch),
        (json!({"0": "tool-1"}), mismatch),
    ] {
        let outcome = launch(&[("aud", Some(audience.clone()))]).await;
        assert_eq!(outcome.map(drop), verdict, "{audience}");
    }
}

// PLAT-A4: beside another audience that is trusted, `azp` has to say whose the token is
#[tokio::test]
async fn a_second_audience_must_be_trusted_and_the_party_named() {
    let unclear = Err(LtiErrorKind::AuthorizedPartyMismatch);
    for (party, verdict) in [
        (Some("tool-1"), Ok(())),
        (Some("other"), unclear),
        (None, unclear),
    ] {
        let lms = lms_with(|registration| registration.add_trusted_audience("other"));
        let token = with(&[
            ("aud", Some(json!(["other", "tool-1"]))),
            ("azp", party.map(Value::from)),
        ]);
        assert_eq!(lms.launch(&token).await.map(drop), verdict, "{party:?}");
    }
}

// PLAT-A5
#[tokio::test]
async fn a_deployment_id_is_text_of_1_to_255_characters() {
    let invalid = Err(LtiErrorKind::ClaimInvalid);
    for (id, verdict) in [
        (Some(json!("d".repeat(255))), Ok(())),
        (Some(json!("d".repeat(256))), invalid),
        (Some(json!(3)), invalid),
        (Some(json!("")), invalid),
        (Some(Value::Null), invalid),
        (None, invalid),
        (Some(json!("a\u{0}b")), invalid),
    ] {
        let outcome = launch(&[(names::DEPLOYMENT_ID, id.clone())]).await;
        assert_eq!(outcome.map(drop), verdict, "{id:?}");
    }
}

// PLAT-A5
#[tokio::test]
async fn deployment_ids_are_compared_byte_for_byte() {
    let lms = lms();
    for created in [true, false] {
        for id in ["1", "01", "1 "] {
            let token = with(&[(names::DEPLOYMENT_ID, Some(json!(id)))]);
            let launch = lms.launch(&token).await.unwrap();
            assert_eq!(launch.deployment().id().as_str(), id);
            assert_eq!(launch.deployment_created(), created, "{id:?}");
        }
    }
    assert_eq!(lms.app.store.deployment_count(), 3);
}

// PLAT-A6
#[tokio::test]
async fn the_version_is_the_text_1_3_0() {
    let invalid = Err(LtiErrorKind::ClaimInvalid);
    for (version, verdict) in [
        (Some(json!("1.3.0")), Ok(())),
        (Some(json!("LTI-1p3")), invalid),
        (Some(json!(1.3)), invalid),
        (None, invalid),
    ] {
        let outcome = launch(&[(names::VERSION, version.clone())]).await;
        assert_eq!(outcome.map(drop), verdict, "{version:?}");
    }
}

// PLAT-A7
#[tokio::test]
async fn a_locale_is_text_as_the_platform_spells_it() {
    for (locale, seen) in [
        ("en_US", Some("en_US")),
        ("pt-br", Some("pt-br")),
        ("", None),
    ] {
        let launch = launch(&[
            ("locale", Some(json!(locale))),
            (names::LAUNCH_PRESENTATION, Some(json!({"locale": locale}))),
        ])
        .await
        .unwrap();
        let claims = launch.claims();
        assert_eq!(claims.user().unwrap().locale(), seen);
        assert_eq!(claims.launch_presentation().unwrap().locale(), seen);
    }
}

// PLAT-A8
#[tokio::test]
async fn times_are_bounded_whatever_the_token_says() {
    for (what, issued, expires, verdict) in [
        (
            "good for a day, two hours old",
            json!(NOW - 7_200),
            json!(NOW + 79_200),
            Err(LtiErrorKind::TokenStale),
        ),
        (
            "good for a day, fresh",
            json!(NOW),
            json!(NOW + 86_400),
            Ok(()),
        ),
        (
            "90 s ahead",
            json!(NOW + 90),
            json!(NOW + 390),
            Err(LtiErrorKind::TokenFromTheFuture),
        ),
        (
            "in fractions",
            json!(NOW as f64 - 0.25),
            json!(NOW as f64 + 299.75),
            Ok(()),
        ),
    ] {
        let outcome = launch(&[("iat", Some(issued)), ("exp", Some(expires))]).await;
        assert_eq!(outcome.map(drop), verdict, "{what}");
    }
}

// PLAT-A10
#[tokio::test]
async fn a_claim_that_is_there_twice_is_refused_even_where_both_agree() {
    for (name, first) in [
        ("exp", json!(NOW + 9_999)),
        ("exp", json!(NOW + 300)),
        (names::DEPLOYMENT_ID, json!("2")),
        (names::DEPLOYMENT_ID, json!("1")),
    ] {
        let outcome = lms()
            .launch_as(|nonce| {
                let once = with(&[("nonce", Some(json!(nonce)))]).to_string();
                once.replacen('{', &format!("{{{}:{first},", json!(name)), 1)
            })
            .await;
        assert_eq!(
            outcome.unwrap_err(),
            LtiErrorKind::PayloadMalformed,
            "{name} {first}"
        );
    }
}

// PLAT-A12: the login names one spelling, the token another
#[tokio::test]
async fn targets_are_compared_byte_for_byte_unless_the_registration_says_otherwise() {
    let at_login = "https://tool.test/app/a%2fb?x=1&y=2";
    for signed in [
        "https://tool.test/app/a%2fb/?x=1&y=2",
        "https://tool.test/app/a%2Fb?x=1&y=2",
        "https://tool.test/app/a%2fb?y=2&x=1",
    ] {
        let token = with(&[(names::TARGET_LINK_URI, Some(json!(signed)))]);
        let exact = lms().following(at_login).launch(&token).await;
        assert_eq!(exact.unwrap_err(), LtiErrorKind::TargetMismatch, "{signed}");

        let warn = lms_with(|r| r.target_link_uri_check(TargetLinkUriCheck::InsecureWarn));
        let launch = warn.following(at_login).launch(&token).await.unwrap();
        assert_eq!(launch.claims().target_link_uri(), Some(signed));
    }
    let elsewhere = with(&[(names::TARGET_LINK_URI, Some(json!("https://evil.test/app")))]);
    let warn = lms_with(|r| r.target_link_uri_check(TargetLinkUriCheck::InsecureWarn));
    let refused = warn
        .following(at_login)
        .launch(&elsewhere)
        .await
        .unwrap_err();
    assert_eq!(refused, LtiErrorKind::TargetNotAllowed);
}

// PLAT-A12: deep linking of Open edX, whose login names the ordinary launch URL
#[tokio::test]
async fn a_deep_linking_request_of_open_edx_needs_the_switch() {
    let token = with(&[
        (names::MESSAGE_TYPE, Some(json!("LtiDeepLinkingRequest"))),
        (
            names::TARGET_LINK_URI,
            Some(json!("https://tool.test/app/choose")),
        ),
        (names::RESOURCE_LINK, None),
        (
            names::DEEP_LINKING_SETTINGS,
            Some(json!({
                "deep_link_return_url": "https://courses.test/return/4",
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe"],
            })),
        ),
    ]);
    let choosing = |mut lms: Lms| {
        lms.layer = lms.layer.accept_message_type(MessageType::DeepLinking);
        lms
    };
    let refused = choosing(lms()).launch(&token).await.unwrap_err();
    assert_eq!(refused, LtiErrorKind::TargetMismatch);

    let warn = lms_with(|r| r.target_link_uri_check(TargetLinkUriCheck::InsecureWarn));
    let launch = choosing(warn).launch(&token).await.unwrap();
    let claims = launch.claims();
    assert_eq!(
        claims.target_link_uri(),
        Some("https://tool.test/app/choose")
    );
    let settings = claims.deep_linking_settings().unwrap();
    assert_eq!(
        settings.deep_link_return_url(),
        "https://courses.test/return/4"
    );
}
