//! Signatures that are right.

use serde_json::json;
use tower_lti::{
    LaunchContext, claims::names, deployment::DeploymentKey, launch::StoredLaunch,
    migration::ToolConsumer, registration::RegistrationId, testing::LaunchContextBuilder,
};

use super::{launch_builder, launched, school, unplaced_school, verify};
use crate::app::App;

// MIGR-01: the example of the specification.
#[test]
fn the_signature_of_the_specification_is_verified() {
    let launch = LaunchContextBuilder::new("https://lmsvendor.com", "PM48OJSfGDTAzAo")
        .claim("sub", "3")
        .claim("exp", 1_551_290_856)
        .claim("nonce", "172we8671fd8z")
        .claim(names::DEPLOYMENT_ID, "689302")
        .claim(
            names::LTI1P1,
            json!({
                "user_id": "34212",
                "oauth_consumer_key": "179248902",
                "oauth_consumer_key_sign": "lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps="
            }),
        )
        .build();
    let consumer = ToolConsumer::new("179248902", "my-lti11-secret").unwrap();
    let consumer = consumer.add_registration(RegistrationId::new(
        "https://lmsvendor.com",
        "PM48OJSfGDTAzAo",
    ));

    let ids = verify(&launch, &[consumer]).unwrap();

    assert_eq!(ids.user_key(), Some(("179248902", "34212")));
}

// MIGR-01, MIGR-02
#[tokio::test]
async fn a_launch_of_a_platform_that_moved_brings_its_former_ids() {
    let app = App::new();
    let ids = json!({
        "user_id": "old-user",
        "context_id": "old-course",
        "resource_link_id": "old-link",
        "tool_consumer_instance_guid": "old-guid",
    });
    let launch = launched(&app.tool, &app.platform, |token| {
        token.former_ids(&school(), ids)
    })
    .await;

    let claim = launch.migration_claim().unwrap();
    assert_eq!(claim.unverified_consumer_key(), "school-key");
    let ids = claim.verify(&[school()]).unwrap();

    assert_eq!(ids.consumer_key(), "school-key");
    assert_eq!(ids.user_key(), Some(("school-key", "old-user")));
    assert_eq!(ids.context_id(), Some("old-course"));
    assert_eq!(ids.resource_link_id(), Some("old-link"));
    assert_eq!(ids.tool_consumer_instance_guid(), Some("old-guid"));
    // What the user is known by from now on is untouched.
    assert_eq!(launch.user_key().unwrap().1, "user-1");
}

// MIGR-01: an audience may be an array; what is signed is the client id.
#[tokio::test]
async fn the_client_id_is_signed_where_the_token_has_several_audiences() {
    let app = App::new();
    let launch = launched(&app.tool, &app.platform, |token| {
        token
            .former_ids(&school(), json!({"user_id": "old-user"}))
            .claim("aud", json!(["tool-1"]))
    })
    .await;

    assert!(verify(&launch, &[school()]).is_ok());
}

// MIGR-06
#[test]
fn each_secret_under_a_consumer_key_is_tried() {
    let launch = launch_builder()
        .former_ids(&school(), json!({"user_id": "old-user"}))
        .build();
    let other = |secret| {
        let other = ToolConsumer::new("school-key", secret).unwrap();
        other.believed_anywhere()
    };

    let ids = verify(
        &launch,
        &[other("a first one"), school(), other("a last one")],
    );

    assert_eq!(ids.unwrap().user_id(), Some("old-user"));
}

// MIGR-09
#[test]
fn a_consumer_is_believed_in_the_places_it_moved_to() {
    let here = RegistrationId::new("https://lms.test", "tool-1");
    let elsewhere = RegistrationId::new("https://lms.test", "tool-2");
    for consumer in [
        unplaced_school().add_registration(here.clone()),
        unplaced_school().add_deployment(DeploymentKey::new(here.clone(), "dep-1".into())),
        school()
            .add_registration(elsewhere)
            .add_deployment(DeploymentKey::new(here, "dep-1".into())),
    ] {
        let launch = launch_builder().former_ids(&consumer, json!({})).build();

        assert!(verify(&launch, &[consumer]).is_ok());
    }
}

// MIGR-12
#[test]
fn former_ids_are_verified_of_a_launch_that_was_kept() {
    let launch = launch_builder()
        .former_ids(&school(), json!({"user_id": "old-user"}))
        .build();
    let kept = serde_json::to_string(&launch.to_stored()).unwrap();
    let kept: StoredLaunch = serde_json::from_str(&kept).unwrap();
    let launch = LaunchContext::trust_stored(kept).unwrap();

    let ids = verify(&launch, &[school()]).unwrap();

    assert_eq!(ids.user_key(), Some(("school-key", "old-user")));
}
