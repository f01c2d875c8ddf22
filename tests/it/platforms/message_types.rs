//! Messages beside the launch of a resource link.

use serde_json::{Value, json};
use tower_lti::{
    claims::{MessageType, names},
    error::LtiErrorKind,
};

use super::lms::{Lms, TARGET};
use crate::app::NOW;

/// A message with these claims beside what all have in common.
fn message(message_type: &str, more: Value) -> Value {
    let mut token = json!({
        "iss": "https://lms.test",
        "aud": "tool-1",
        "iat": NOW,
        "exp": NOW + 300,
        "sub": "u-9",
        names::MESSAGE_TYPE: message_type,
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "1",
        names::TARGET_LINK_URI: TARGET,
        names::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
    });
    let claims = token.as_object_mut().unwrap();
    claims.extend(more.as_object().unwrap().clone());
    token
}

fn messages() -> [(&'static str, Value); 6] {
    let link = json!({names::RESOURCE_LINK: {"id": "rl-9"}});
    [
        (
            "LtiSubmissionReviewRequest",
            json!({
                names::RESOURCE_LINK: {"id": "rl-9"},
                names::FOR_USER: {
                    "user_id": "u-10",
                    "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
                },
                names::AGS_ENDPOINT: {"lineitem": "https://lms.test/lineitems/4?type=3"},
            }),
        ),
        (
            "DataPrivacyLaunchRequest",
            json!({names::FOR_USER: {"user_id": "u-9"}}),
        ),
        ("LtiStartProctoring", link.clone()),
        ("LtiEulaRequest", json!({})),
        ("LtiAssetProcessorSettingsRequest", json!({})),
        ("LtiFutureThing", link),
    ]
}

// PLAT-A11
#[tokio::test]
async fn other_messages_are_let_in_where_the_layer_says_so_and_nowhere_else() {
    for (name, more) in messages() {
        let token = message(name, more);
        let lms = Lms::new("https://lms.test", "tool-1");
        let refused = lms.launch(&token).await.unwrap_err();
        assert_eq!(refused, LtiErrorKind::MessageTypeNotAccepted, "{name}");

        let accepted = accepting(MessageType::new(name));
        let launch = accepted.launch(&token).await.unwrap();
        let message_type = launch.claims().message_type();
        assert_eq!(message_type.as_str(), name);
        assert_eq!(
            *message_type == MessageType::Other(name.into()),
            name != "LtiSubmissionReviewRequest"
        );
    }
}

fn accepting(message_type: MessageType) -> Lms {
    let mut lms = Lms::new("https://lms.test", "tool-1");
    lms.layer = lms.layer.accept_message_type(message_type);
    lms
}

// PLAT-A11
#[tokio::test]
async fn a_review_names_the_submission_and_a_privacy_launch_needs_no_course() {
    let [(review, submission), (privacy, person), ..] = messages();
    let lms = accepting(MessageType::SubmissionReview);
    let launch = lms.launch(&message(review, submission)).await.unwrap();
    let claims = launch.claims();
    let lineitem = claims.ags_endpoint().unwrap().lineitem();
    assert_eq!(lineitem, Some("https://lms.test/lineitems/4?type=3"));
    assert_eq!(claims.claim(names::FOR_USER).unwrap()["user_id"], "u-10");
    let nothing = lms.launch(&message(review, json!({}))).await.unwrap_err();
    assert_eq!(nothing, LtiErrorKind::ClaimInvalid);

    let lms = accepting(MessageType::new(privacy));
    let launch = lms.launch(&message(privacy, person)).await.unwrap();
    assert!(launch.claims().context().is_none());
    assert!(launch.claims().resource_link().is_none());
}

// PLAT-A11, N41
#[tokio::test]
async fn links_are_let_in_from_the_start_and_deep_linking_where_the_layer_says_so() {
    let link = message(
        "LtiResourceLinkRequest",
        json!({names::RESOURCE_LINK: {"id": "rl-9"}}),
    );
    let choosing = message(
        "LtiDeepLinkingRequest",
        json!({
            names::DEEP_LINKING_SETTINGS: {
                "deep_link_return_url": "https://lms.test/return",
                "accept_types": ["link"],
                "accept_presentation_document_targets": ["window"],
            },
        }),
    );
    let links_alone = Lms::new("https://lms.test", "tool-1");
    assert!(links_alone.launch(&link).await.is_ok());
    let refused = links_alone.launch(&choosing).await.unwrap_err();
    assert_eq!(refused, LtiErrorKind::DeepLinkingNotOffered);

    let both = accepting(MessageType::DeepLinking);
    for (message, deep) in [(&link, false), (&choosing, true)] {
        let launch = both.launch(message).await.unwrap();
        let message_type = launch.claims().message_type();
        assert_eq!(*message_type == MessageType::DeepLinking, deep);
    }
}
