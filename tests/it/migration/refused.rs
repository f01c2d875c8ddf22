//! Claims that are not believed, in launches that go on.

use serde_json::{Value, json};
use tower_lti::{
    LaunchContext,
    claims::names,
    deployment::DeploymentKey,
    migration::{MigrationError, ToolConsumer, ToolConsumerError},
    registration::RegistrationId,
    testing::IdToken,
};

use super::{launch_builder, launched, school, unplaced_school, verify};
use crate::app::App;

async fn launch(change: impl FnOnce(IdToken) -> IdToken) -> LaunchContext {
    let app = App::new();
    launched(&app.tool, &app.platform, change).await
}

fn refusal(launch: &LaunchContext, consumers: &[ToolConsumer]) -> MigrationError {
    verify(launch, consumers).expect_err("it is not believed")
}

// MIGR-07, CLAIM-45
#[tokio::test]
async fn a_claim_that_is_not_there_or_lacks_a_part_is_told_by_what_lacks() {
    let key = "oauth_consumer_key";
    let sign = "oauth_consumer_key_sign";
    for (claim, why) in [
        (Value::Null, MigrationError::NoClaim),
        (json!("lti1p1"), MigrationError::NoClaim),
        (json!([]), MigrationError::NoClaim),
        (json!({}), MigrationError::NoConsumerKey),
        (json!({"user_id": "old-1"}), MigrationError::NoConsumerKey),
        (json!({sign: "c2lnbg=="}), MigrationError::NoConsumerKey),
        (
            json!({key: "", sign: "c2lnbg=="}),
            MigrationError::NoConsumerKey,
        ),
        (
            json!({key: 7, sign: "c2lnbg=="}),
            MigrationError::NoConsumerKey,
        ),
        (json!({key: "school-key"}), MigrationError::NotSigned),
        (
            json!({key: "school-key", sign: ""}),
            MigrationError::NotSigned,
        ),
        (
            json!({key: "school-key", sign: null}),
            MigrationError::NotSigned,
        ),
        (
            json!({key: "school-key", sign: true}),
            MigrationError::NotSigned,
        ),
    ] {
        let launch = launch(|token| token.claim(names::LTI1P1, claim.clone())).await;

        assert_eq!(refusal(&launch, &[school()]), why, "{claim}");
    }
    let launch = launch(|token| token).await;
    assert_eq!(refusal(&launch, &[school()]), MigrationError::NoClaim);
}

// MIGR-07
#[tokio::test]
async fn a_consumer_that_the_tool_never_had_is_told_apart_from_a_wrong_signature() {
    let launch = launch(|token| token.former_ids(&school(), json!({"user_id": "old-1"}))).await;
    let other = ToolConsumer::new("another-key", "the school's secret").unwrap();
    let renewed = ToolConsumer::new("school-key", "a secret of later").unwrap();
    let renewed = renewed.believed_anywhere();

    assert_eq!(refusal(&launch, &[]), MigrationError::UnknownConsumer);
    assert_eq!(
        refusal(&launch, std::slice::from_ref(&other)),
        MigrationError::UnknownConsumer
    );
    assert_eq!(
        refusal(&launch, &[other, renewed]),
        MigrationError::WrongSignature
    );
}

// MIGR-07: as Canvas did (canvas-lms#2287), which signed before it knew the nonce of the login.
#[tokio::test]
async fn a_signature_over_another_nonce_is_wrong_and_the_launch_goes_on() {
    let launch = launch(|token| {
        let nonce = serde_json::from_str::<Value>(&token.payload_json()).unwrap()["nonce"].clone();
        token
            .claim("nonce", "6f1ed002-ab56-4f4f-9d1c-0b7f3f2c9e11")
            .former_ids(&school(), json!({"user_id": "old-1"}))
            .claim("nonce", nonce)
    })
    .await;

    assert_eq!(
        refusal(&launch, &[school()]),
        MigrationError::WrongSignature
    );
    assert_eq!(launch.user_key().unwrap().1, "user-1");
}

// MIGR-01
#[test]
fn a_signature_in_another_spelling_is_wrong() {
    let good = launch_builder().former_ids(&school(), json!({})).build();
    let claim = good.claims().unverified_lti1p1().unwrap().clone();
    let sign = claim["oauth_consumer_key_sign"]
        .as_str()
        .unwrap()
        .to_owned();
    for other in [
        sign.trim_end_matches('=').to_owned(),
        sign[..8].to_owned(),
        format!("{sign}\n"),
        format!(" {sign}"),
        sign.to_uppercase(),
        "%%%".to_owned(),
        "A".repeat(100_000),
    ] {
        let mut claim = claim.clone();
        claim.insert("oauth_consumer_key_sign".to_owned(), other.into());
        let launch = launch_builder()
            .claim("exp", 300)
            .claim("nonce", "n-1")
            .claim(names::LTI1P1, claim)
            .build();

        assert_eq!(
            refusal(&launch, &[school()]),
            MigrationError::WrongSignature
        );
    }
}

// MIGR-09
#[test]
fn a_consumer_that_moved_elsewhere_is_not_believed_here() {
    let here = RegistrationId::new("https://lms.test", "tool-1");
    for elsewhere in [
        school().add_registration(RegistrationId::new("https://lms.test", "tool-2")),
        school().add_registration(RegistrationId::new("https://lms.test/", "tool-1")),
        school().add_registration(here.clone().with_discriminator("b")),
        school().add_deployment(DeploymentKey::new(here, "dep-2".into())),
    ] {
        let launch = launch_builder().former_ids(&school(), json!({})).build();

        assert_eq!(refusal(&launch, &[elsewhere]), MigrationError::OtherPlace);
    }
}

// MIGR-09, P33
#[test]
fn a_consumer_without_a_place_is_believed_nowhere() {
    let launch = launch_builder()
        .former_ids(&unplaced_school(), json!({}))
        .build();

    assert_eq!(
        refusal(&launch, &[unplaced_school()]),
        MigrationError::PlaceNeeded
    );
    assert!(verify(&launch, &[unplaced_school().believed_anywhere()]).is_ok());
}

// MIGR-05, P33
#[test]
fn a_secret_of_nothing_is_no_secret() {
    for nothing in ["", " ", "\t \n", "\0", "\0\0\0\0", "\u{a0}"] {
        let refused = ToolConsumer::new("school-key", nothing).unwrap_err();
        assert_eq!(refused, ToolConsumerError::NoSecret, "{nothing:?}");
    }
    let refused = ToolConsumer::new("", "a secret").unwrap_err();
    assert_eq!(refused, ToolConsumerError::NoKey);
}
