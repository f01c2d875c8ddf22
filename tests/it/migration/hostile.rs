//! Whoever wants another one's account.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tower_lti::{
    LtiLogin, LtiTool,
    claims::names,
    migration::{MigrationError, ToolConsumer},
    registration::{Registration, Registrations},
    testing::{LaunchContextBuilder, Platform},
};

use super::{launch_builder, launched_from, school, unplaced_school, verify};
use crate::app::{App, NOW, code};

/// A platform that its owner registered with the tool, and that had a consumer of its own.
fn stranger() -> ToolConsumer {
    let stranger = ToolConsumer::new("stranger-key", "the stranger's secret").unwrap();
    stranger.believed_anywhere()
}

// MIGR-04, P33
#[test]
fn a_platform_cannot_sign_with_its_own_secret_for_users_of_another() {
    // The stranger has the school's key, which is no secret, and signs with what it has.
    let posing = ToolConsumer::new("school-key", "the stranger's secret").unwrap();
    let posing = posing.believed_anywhere();
    let launch = launch_builder()
        .former_ids(&posing, json!({"user_id": "headmaster"}))
        .build();

    let refused = verify(&launch, &[stranger(), school()]).unwrap_err();

    assert_eq!(refused, MigrationError::WrongSignature);
}

// MIGR-04, P33
#[test]
fn a_platform_that_names_another_ones_users_gets_users_of_its_own() {
    let launch = launch_builder()
        .former_ids(
            &stranger(),
            json!({"user_id": "headmaster", "tool_consumer_instance_guid": "school.example"}),
        )
        .build();

    let ids = verify(&launch, &[school(), stranger()]).unwrap();

    assert_eq!(ids.user_key(), Some(("stranger-key", "headmaster")));
}

// MIGR-03, P33
#[test]
fn a_signature_is_good_for_no_other_token() {
    let signed = launch_builder()
        .former_ids(&school(), json!({"user_id": "headmaster"}))
        .build();
    let claim = Value::Object(signed.claims().unverified_lti1p1().unwrap().clone());
    let again = |issuer: &str, client_id: &str| {
        LaunchContextBuilder::new(issuer, client_id)
            .claim("exp", 300)
            .claim("nonce", "n-1")
            .claim(names::LTI1P1, claim.clone())
    };
    let ours = || again("https://lms.test", "tool-1");
    assert!(verify(&ours().build(), &[school()]).is_ok());

    for (what, launch) in [
        ("nonce", ours().claim("nonce", "n-2")),
        ("no nonce", ours().without_claim("nonce")),
        ("expiry", ours().claim("exp", 301)),
        ("expiry as text", ours().claim("exp", "300")),
        ("no expiry", ours().without_claim("exp")),
        ("deployment", ours().claim(names::DEPLOYMENT_ID, "dep-2")),
        ("issuer", again("https://evil.test", "tool-1")),
        ("client id", again("https://lms.test", "tool-2")),
    ] {
        let refused = verify(&launch.build(), &[school()]).unwrap_err();
        assert_eq!(refused, MigrationError::WrongSignature, "{what}");
    }
}

// MIGR-11
#[test]
fn parts_that_would_make_the_text_of_another_token_are_refused() {
    for (key, client_id, deployment) in [
        ("school&key", "tool-1", "dep-1"),
        ("school-key", "tool&1", "dep-1"),
        ("school-key", "tool-1", "dep&1"),
    ] {
        let consumer = ToolConsumer::new(key, "the school's secret").unwrap();
        let consumer = consumer.believed_anywhere();
        let text = format!("{key}&{deployment}&https://lms.test&{client_id}&300&n-1");
        let secret = hmac::Key::new(hmac::HMAC_SHA256, b"the school's secret");
        let tag = hmac::sign(&secret, text.as_bytes());
        let launch = LaunchContextBuilder::new("https://lms.test", client_id)
            .claim("exp", 300)
            .claim("nonce", "n-1")
            .claim(names::DEPLOYMENT_ID, deployment)
            .claim(
                names::LTI1P1,
                json!({
                    "oauth_consumer_key": key,
                    "oauth_consumer_key_sign":
                        STANDARD.encode(tag),
                }),
            )
            .build();

        assert_eq!(
            verify(&launch, &[consumer]).unwrap_err(),
            MigrationError::WrongSignature,
            "{text}"
        );
    }
}

// MIGR-09, P33: two schools' platforms have the same issuer and client id. A user of the one hands it the nonce of a
// login at the other, and puts what it signs into a token of the other's. Either one of the two may have no discriminator.
#[tokio::test]
async fn a_signature_does_not_travel_between_platforms_of_one_issuer_and_client_id() {
    for (ours, theirs) in [
        (Some("school"), Some("stranger")),
        (Some("school"), None),
        (None, Some("stranger")),
    ] {
        a_signature_does_not_travel(ours, theirs).await;
    }
}

async fn a_signature_does_not_travel(our_name: Option<&str>, their_name: Option<&str>) {
    let platform = Platform::new("https://lms.test", "tool-1");
    let registration = |discriminator: Option<&str>| {
        let name = discriminator.unwrap_or("plain");
        let builder = Registration::builder("https://lms.test", "tool-1")
            .login_name(name)
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url(format!("https://{name}.lms.test/jwks"));
        let builder = match discriminator {
            Some(discriminator) => builder.discriminator(discriminator),
            None => builder,
        };
        builder.build().unwrap()
    };
    let (ours, theirs) = (registration(our_name), registration(their_name));
    let App { clock, store, .. } = App::new();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .allow_target("https://tool.test/app")
        .registrations(Registrations::new([ours.clone(), theirs]).unwrap())
        .key_sets(platform.clone())
        .clock(clock)
        .store(store)
        .build()
        .unwrap();
    let login = LtiLogin::new(tool.clone()).registration_from_path();
    let path = format!("/lti/login/{}", their_name.unwrap_or("plain"));
    let launch = launched_from(login, &path, &tool, &platform, |token| {
        token.former_ids(&school(), json!({"user_id": "headmaster"}))
    })
    .await;
    assert_eq!(launch.registration_id().discriminator(), their_name);

    let loose = verify(&launch, &[unplaced_school()]).unwrap_err();
    let bound = verify(&launch, &[school().add_registration(ours.id().clone())]).unwrap_err();

    let launch_of_the_other = launch.registration_id().clone();
    assert_eq!(loose, MigrationError::PlaceNeeded);
    assert_eq!(bound, MigrationError::OtherPlace);
    // The school itself is let in.
    let builder = LaunchContextBuilder::new("https://lms.test", "tool-1");
    let builder = match our_name {
        Some(discriminator) => builder.discriminator(discriminator),
        None => builder,
    };
    let launch = builder
        .former_ids(&school(), json!({"user_id": "headmaster"}))
        .build();
    let bound = unplaced_school().add_registration(ours.id().clone());
    assert!(verify(&launch, &[bound]).is_ok());
    let sibling = unplaced_school().add_registration(launch_of_the_other);
    assert_eq!(
        verify(&launch, &[sibling]).unwrap_err(),
        MigrationError::OtherPlace
    );
    assert_eq!(
        verify(&launch, &[unplaced_school()]).unwrap_err(),
        MigrationError::PlaceNeeded
    );
}

// MIGR-13, MIGR-10, P33
#[tokio::test]
async fn a_replayed_token_with_former_ids_reaches_no_handler() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&request, NOW)
        .former_ids(&school(), json!({"user_id": "canary-user"}))
        .sign();
    let cookies = browser.cookies().clone();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);

    *browser.cookies() = cookies;
    let again = browser.launch(&request, &token).await;

    assert_eq!(code(&again), "replay_detected");
    assert_eq!(app.calls(), 1);
    // Nor does a login for another nonce take it.
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let other = browser.launch(&request, &token).await;
    assert_eq!(code(&other), "token_rejected");
}
