//! Tokens of Canvas.

use serde_json::{Value, json};
use tower_lti::claims::{ContextType, names};

use super::lms::Lms;
use crate::app::NOW;

fn lms() -> Lms {
    Lms::new("https://canvas.instructure.com", "104410000000000977")
}

/// PLAT-K1: a course navigation link, everything about the person public.
pub(crate) fn public() -> Value {
    json!({
        "iss": "https://canvas.instructure.com",
        "aud": "104410000000000977",
        "azp": "104410000000000977",
        "iat": NOW,
        "exp": NOW + 3_600,
        "sub": "c1f0a7d2-93b4-4e15-8d6c-7a2b9e0f4c31",
        "name": "Ada Example",
        "given_name": "Ada",
        "family_name": "Example",
        "email": "ada@school.test",
        "locale": "en",
        "picture": "https://img.school.test/ada.png",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "412:9d1e0c7be5a34f2897c60b1d3e5f7a90b2c4d6e8",
        names::TARGET_LINK_URI: "https://tool.test/app",
        names::ROLES: [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#User",
        ],
        names::CONTEXT: {
            "id": "77aa1c",
            "label": "CHEM2",
            "title": "Chemistry",
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            "validation_context": null,
            "errors": {"errors": {}},
        },
        names::RESOURCE_LINK: {
            "id": "77aa1c",
            "description": null,
            "title": null,
            "validation_context": null,
            "errors": {"errors": []},
        },
        names::LIS: {
            "person_sourcedid": null,
            "course_offering_sourcedid": null,
            "validation_context": null,
            "errors": {"errors": {}},
        },
        names::CUSTOM: {
            "user_id": 73120,
            "points": 7.25,
            "published": true,
            "section": null,
            "raw": "$Canvas.nothing.here",
        },
        names::LAUNCH_PRESENTATION: {
            "document_target": "iframe",
            "height": 400,
            "width": "800",
            "return_url": "https://school.instructure.test/courses/1/external_content/success",
            "locale": "en",
        },
        names::TOOL_PLATFORM: {
            "guid": "f00dZ9.canvas-lms",
            "name": "School",
            "version": "cloud",
            "product_family_code": "canvas",
        },
        names::LTI1P1: {
            "user_id": "4cf1a2e07b9d3586",
            "oauth_consumer_key_sign": "bm90IG92ZXIgb3VyIG5vbmNl",
            "validation_context": null,
            "errors": {"errors": {}},
        },
        "https://www.instructure.com/placement": "course_navigation",
        "lti11_legacy_user_id": "4cf1a2e07b9d3586",
        "errors": {"errors": {}},
    })
}

// PLAT-K1
#[tokio::test]
async fn a_whole_token_of_canvas_is_readable_with_every_type_it_came_in() {
    let launch = lms().launch(&public()).await.unwrap();
    let claims = launch.claims();

    let user = claims.user().unwrap();
    assert_eq!(user.sub(), "c1f0a7d2-93b4-4e15-8d6c-7a2b9e0f4c31");
    assert_eq!(user.name(), Some("Ada Example"));
    assert_eq!(user.given_name(), Some("Ada"));
    assert_eq!(user.family_name(), Some("Example"));
    assert_eq!(user.email(), Some("ada@school.test"));
    assert_eq!(user.picture(), Some("https://img.school.test/ada.png"));
    assert_eq!(user.locale(), Some("en"));
    assert!(claims.roles().is_instructor() && !claims.roles().is_learner());

    let context = claims.context().unwrap();
    assert_eq!((context.id(), context.label()), ("77aa1c", Some("CHEM2")));
    assert_eq!(context.title(), Some("Chemistry"));
    assert!(context.types().eq([ContextType::CourseOffering]));
    let link = claims.resource_link().unwrap();
    assert_eq!(
        (link.id(), link.title(), link.description()),
        ("77aa1c", None, None)
    );
    let lis = claims.lis().unwrap();
    assert_eq!(
        (lis.person_sourcedid(), lis.course_offering_sourcedid()),
        (None, None)
    );

    let custom = claims.custom();
    assert_eq!(custom.get("user_id"), Some(&json!(73120)));
    assert_eq!(custom.get("points"), Some(&json!(7.25)));
    assert_eq!(custom.get("published"), Some(&json!(true)));
    assert_eq!(custom.get("section"), Some(&Value::Null));
    assert_eq!(custom.text("raw"), Some("$Canvas.nothing.here"));
    assert_eq!(custom.text("user_id"), None);
    assert_eq!(custom.iter().count(), 5);

    let shown = claims.launch_presentation().unwrap();
    assert_eq!((shown.height(), shown.width()), (Some(400), Some(800)));
    assert_eq!(shown.document_target(), Some("iframe"));
    assert_eq!(
        shown.return_url(),
        Some("https://school.instructure.test/courses/1/external_content/success")
    );
    let platform = claims.tool_platform().unwrap();
    assert_eq!(platform.product_family_code(), Some("canvas"));
    assert_eq!(platform.version(), Some("cloud"));

    let before = claims.unverified_lti1p1().unwrap();
    assert_eq!(before["user_id"], "4cf1a2e07b9d3586");
    let placement = claims.claim("https://www.instructure.com/placement");
    assert_eq!(placement, Some(&json!("course_navigation")));
    assert_eq!(claims.claim("errors"), Some(&json!({"errors": {}})));
}

// PLAT-K1: whoever re-encodes JSON with PHP makes arrays of empty objects
#[tokio::test]
async fn errors_are_data_in_whatever_shape() {
    for errors in [json!([]), json!({"errors": []}), Value::Null] {
        let mut token = public();
        token["errors"] = errors.clone();
        token[names::CONTEXT]["errors"] = errors.clone();
        token[names::CUSTOM] = errors.clone();
        token[names::LIS] = errors;
        let launch = lms().launch(&token).await.unwrap();
        assert_eq!(launch.claims().context().unwrap().id(), "77aa1c");
        assert_eq!(launch.claims().custom().text("raw"), None);
    }
}

// PLAT-K2
#[tokio::test]
async fn a_link_of_an_account_or_a_person_has_another_context_or_none() {
    let mut token = public();
    token[names::CONTEXT] = json!({"id": "ab90", "title": "Whole school", "type": ["Account"]});
    let launch = lms().launch(&token).await.unwrap();
    let context = launch.claims().context().unwrap();
    assert!(context.types().eq([ContextType::Other("Account")]));
    assert_eq!(
        (context.title(), context.label()),
        (Some("Whole school"), None)
    );

    token.as_object_mut().unwrap().remove(names::CONTEXT);
    let launch = lms().launch(&token).await.unwrap();
    assert!(launch.claims().context().is_none());
}

// PLAT-K3
#[tokio::test]
async fn a_person_may_stay_without_a_name() {
    let mut token = public();
    for name in ["name", "given_name", "family_name", "email", "picture"] {
        token.as_object_mut().unwrap().remove(name);
    }
    let launch = lms().launch(&token).await.unwrap();
    let user = launch.claims().user().unwrap();
    assert_eq!(user.sub(), "c1f0a7d2-93b4-4e15-8d6c-7a2b9e0f4c31");
    assert_eq!(
        (user.name(), user.email(), user.picture()),
        (None, None, None)
    );
    assert!(launch.user_key().is_some());
}

// PLAT-K4
#[tokio::test]
async fn a_test_student_is_a_learner_and_known_as_a_preview() {
    let mut token = public();
    token[names::ROLES] = json!([
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
    ]);
    let launch = lms().launch(&token).await.unwrap();
    let roles = launch.claims().roles();
    assert!(roles.is_test_user() && roles.is_learner() && !roles.is_instructor());
}
