//! What the members of a verified claim say.

use serde_json::{Value, json};
use tower_lti::{claims::names, migration::FormerIds};

use super::{launch_builder, school, verify};

/// The former ids of a launch that has a course, a link and a platform of its own.
fn former_ids(claim: Value) -> FormerIds {
    let launch = launch_builder()
        .claim(names::CONTEXT, json!({"id": "course-1"}))
        .claim(names::RESOURCE_LINK, json!({"id": "link-1"}))
        .claim(names::TOOL_PLATFORM, json!({"guid": "guid-1"}))
        .former_ids(&school(), claim)
        .build();
    verify(&launch, &[school()]).unwrap()
}

// MIGR-08
#[test]
fn what_the_claim_leaves_out_is_what_it_is_now() {
    let ids = former_ids(json!({}));

    assert_eq!(ids.user_id(), Some("user-1"));
    assert_eq!(ids.context_id(), Some("course-1"));
    assert_eq!(ids.resource_link_id(), Some("link-1"));
    assert_eq!(ids.tool_consumer_instance_guid(), Some("guid-1"));
}

// MIGR-08: another user may have had under LTI 1.1 what is this one's `sub` now.
#[test]
fn what_the_claim_has_in_another_form_is_nothing() {
    for odd in [
        Value::Null,
        json!(""),
        json!(7),
        json!(["old"]),
        json!({"id": "old"}),
        json!(true),
    ] {
        let ids = former_ids(json!({
            "user_id": odd.clone(),
            "context_id": odd.clone(),
            "resource_link_id": odd.clone(),
            "tool_consumer_instance_guid": odd.clone(),
        }));

        assert_eq!(ids.user_id(), None, "{odd}");
        assert_eq!(ids.user_key(), None, "{odd}");
        assert_eq!(ids.context_id(), None, "{odd}");
        assert_eq!(ids.resource_link_id(), None, "{odd}");
        assert_eq!(ids.tool_consumer_instance_guid(), None, "{odd}");
    }
}

// MIGR-08
#[test]
fn an_anonymous_launch_names_no_former_user() {
    let launch = launch_builder()
        .without_claim("sub")
        .former_ids(&school(), json!({}))
        .build();
    let ids = verify(&launch, &[school()]).unwrap();

    assert_eq!(ids.user_key(), None);
}

// MIGR-10, P33
#[test]
fn nothing_of_a_migration_is_shown() {
    let launch = launch_builder()
        .claim("nonce", "canary-nonce")
        .former_ids(&school(), json!({"user_id": "canary-user"}))
        .build();
    let claim = launch.migration_claim().unwrap();
    let ids = claim.verify(&[school()]).unwrap();
    let shown = format!(
        "{launch:?} {claim:?} {ids:?} {:?} {:#?}",
        school(),
        school()
    );

    for secret in ["canary", "school", "secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
