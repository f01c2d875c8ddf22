//! Tokens of platforms other than Canvas.

use std::time::Duration;

use serde_json::{Value, json};
use tower_lti::{
    claims::{ContextRole, Role, names},
    error::LtiErrorKind,
    testing::Platform,
};

use super::lms::Lms;
use crate::app::NOW;

pub(crate) fn moodle() -> Value {
    json!({
        "iss": "https://school.test/moodle",
        "aud": "b8Kq2Zr5Tw9Lm3N",
        "iat": NOW,
        "exp": NOW + 60,
        "sub": "2",
        "given_name": "Max",
        "family_name": "",
        "email": "",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "3",
        names::TARGET_LINK_URI: "https://tool.test/app/a?b=c&d=e",
        names::ROLES: [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
        ],
        names::CONTEXT: {"id": "2", "label": "2", "title": "2", "type": ["CourseSection"]},
        names::RESOURCE_LINK: {"id": "3", "title": "Quiz", "description": ""},
        names::LIS: {"person_sourcedid": "", "course_section_sourcedid": ""},
        names::LAUNCH_PRESENTATION: {"locale": "en", "document_target": "iframe"},
        "https://purl.imsglobal.org/spec/lti/claim/ext": {"user_username": "mmax", "lms": "moodle-2"},
        names::BASIC_OUTCOME: {
            "lis_result_sourcedid": "{\"data\":{\"instanceid\":\"12\"}}",
            "lis_outcome_service_url": "https://school.test/mod/lti/service.php",
        },
        names::AGS_ENDPOINT: {
            "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
            "lineitems": "https://school.test/mod/lti/services.php/2/lineitems?type_id=3",
            "lineitem": "https://school.test/mod/lti/services.php/2/lineitems/8/lineitem?type_id=3",
        },
    })
}

fn at_moodle() -> Lms {
    Lms::new("https://school.test/moodle", "b8Kq2Zr5Tw9Lm3N")
        .following("https://tool.test/app/a?b=c&d=e")
}

// PLAT-M1
#[tokio::test]
async fn a_token_of_moodle_is_readable_and_empty_texts_say_nothing() {
    let launch = at_moodle().launch(&moodle()).await.unwrap();
    let claims = launch.claims();
    let user = claims.user().unwrap();
    assert_eq!((user.sub(), user.given_name()), ("2", Some("Max")));
    assert_eq!((user.family_name(), user.email()), (None, None));
    assert_eq!(claims.deployment_id().as_str(), "3");
    assert_eq!(
        claims.target_link_uri(),
        Some("https://tool.test/app/a?b=c&d=e")
    );
    let lis = claims.lis().unwrap();
    assert_eq!(
        (lis.person_sourcedid(), lis.course_section_sourcedid()),
        (None, None)
    );
    let context = claims.context().unwrap();
    assert_eq!(
        (context.id(), context.label(), context.title()),
        ("2", Some("2"), Some("2"))
    );
    let grades = claims.ags_endpoint().unwrap();
    assert_eq!(
        grades.lineitem(),
        Some("https://school.test/mod/lti/services.php/2/lineitems/8/lineitem?type_id=3")
    );
    assert_eq!(
        grades.lineitems(),
        Some("https://school.test/mod/lti/services.php/2/lineitems?type_id=3")
    );
    assert_eq!(grades.scope().len(), 1);
    assert!(claims.roles().is_instructor());
    // An administrator of the school does not run the course.
    assert!(!claims.roles().is_context_administrator());
    assert_eq!(
        claims.claim(names::BASIC_OUTCOME).unwrap()["lis_result_sourcedid"],
        r#"{"data":{"instanceid":"12"}}"#
    );
}

// PLAT-M1: sixty seconds of life, on a machine whose clock is behind or before ours
#[tokio::test]
async fn a_token_that_lives_a_minute_gets_in_with_clocks_that_differ() {
    for (later, verdict) in [
        (0, Ok(())),
        (119, Ok(())),
        (120, Err(LtiErrorKind::TokenExpired)),
    ] {
        let lms = at_moodle();
        lms.app.clock.advance(Duration::from_secs(later));
        assert_eq!(lms.launch(&moodle()).await.map(drop), verdict, "{later} s");
    }
}

pub(crate) fn blackboard() -> Value {
    json!({
        "iss": "https://blackboard.com",
        "aud": "d3000000-1111-4222-8333-000000000044",
        "azp": "97300000-5555-4666-8777-00000000000e",
        "iat": NOW,
        "exp": NOW + 3_600,
        "sub": "_3911_1",
        "locale": "en-US",
        "given_name": "Bea",
        "middle_name": "Q",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "01b00000-2222-4333-8444-000000000055",
        names::TARGET_LINK_URI: "https://tool.test/app",
        names::RESOURCE_LINK: {"id": "_88_1"},
        names::ROLES: [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor",
        ],
        names::ROLE_SCOPE_MENTOR: [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
        ],
    })
}

// PLAT-B1
#[tokio::test]
async fn blackboards_other_party_is_let_by_unless_the_registration_is_strict() {
    let platform = Platform::new(
        "https://blackboard.com",
        "d3000000-1111-4222-8333-000000000044",
    );
    let lms = Lms::with(platform.registration(), |builder| builder);
    let launch = lms.launch(&blackboard()).await.unwrap();
    let claims = launch.claims();
    let user = claims.user().unwrap();
    assert_eq!(
        (user.sub(), user.middle_name(), user.locale()),
        ("_3911_1", Some("Q"), Some("en-US"))
    );
    assert!(claims.roles().has(ContextRole::Mentor));
    assert_eq!(
        claims.role_scope_mentor(),
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]
    );

    let strict =
        tower_lti::registration::Registration::builder(platform.issuer(), platform.client_id())
            .authorization_endpoint("https://blackboard.test/auth")
            .jwks_url("https://blackboard.test/jwks")
            .authorized_party_check(tower_lti::registration::AuthorizedPartyCheck::Always)
            .build()
            .unwrap();
    let refused = Lms::with(strict, |builder| builder)
        .launch(&blackboard())
        .await;
    assert_eq!(refused.unwrap_err(), LtiErrorKind::AuthorizedPartyMismatch);
}

fn brightspace() -> Value {
    json!({
        "iss": "https://north.brightspace.test",
        "aud": "4f0d2a9e-7c31-4e58-9b6a-12d3c4e5f607",
        "sub": "9e8d7c6b-5a49-4382-91f0-0a1b2c3d4e5f_233",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 1_800,
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "7a6b5c4d-3e2f-4a10-8b9c-0d1e2f3a4b5c",
        names::TARGET_LINK_URI: "https://tool.test/app",
        names::RESOURCE_LINK: {"id": "north_4411"},
        names::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        "http://www.brightspace.com": {
            "tenant_id": "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b",
            "org_defined_id": "N00417",
            "user_id": 512,
            "username": "b.student",
            "Context.id.history": "",
            "ResourceLink.id.history": "",
            "link_id": 414243,
        },
    })
}

// PLAT-D1: the platform's clock is ahead
#[tokio::test]
async fn a_token_of_brightspace_may_begin_a_little_later() {
    for (ahead, verdict) in [
        (0, Ok(())),
        (20, Ok(())),
        (60, Ok(())),
        (61, Err(LtiErrorKind::TokenFromTheFuture)),
    ] {
        let mut token = brightspace();
        for (name, at) in [("iat", 0), ("nbf", 0), ("exp", 1_800)] {
            token[name] = json!(NOW + ahead + at);
        }
        let lms = Lms::new(
            "https://north.brightspace.test",
            "4f0d2a9e-7c31-4e58-9b6a-12d3c4e5f607",
        );
        let launch = lms.launch(&token).await;
        if let Ok(launch) = &launch {
            let theirs = launch.claims().claim("http://www.brightspace.com").unwrap();
            assert_eq!(theirs["user_id"], 512);
            assert_eq!(theirs["Context.id.history"], "");
        }
        assert_eq!(launch.map(drop), verdict, "{ahead} s");
    }
}

// PLAT-E1
#[tokio::test]
async fn a_token_of_open_edx_is_readable_whatever_its_ids_hold() {
    let block = "block-v1:Uni+CS7+2027+type@lti_consumer+block@0a1b2c3d";
    let token = json!({
        "iss": "https://courses.test",
        "aud": "6e5d4c3b-2a19-4087-96f5-e4d3c2b1a098",
        "azp": "6e5d4c3b-2a19-4087-96f5-e4d3c2b1a098",
        "iat": NOW,
        "exp": NOW + 3_600,
        "sub": "7b8c9d0e",
        "preferred_username": "ed",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "1",
        names::TARGET_LINK_URI: "https://tool.test/app",
        names::CONTEXT: {"id": "course-v1:Uni+CS7+2027", "type": ["CourseOffering"]},
        names::RESOURCE_LINK: {"id": block},
        names::ROLES: [
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#None",
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#None",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
        ],
    });
    let lms = Lms::new(
        "https://courses.test",
        "6e5d4c3b-2a19-4087-96f5-e4d3c2b1a098",
    );
    let launch = lms.launch(&token).await.unwrap();
    let claims = launch.claims();
    assert_eq!(claims.resource_link().unwrap().id(), block);
    assert_eq!(claims.context().unwrap().id(), "course-v1:Uni+CS7+2027");
    assert!(claims.roles().iter().eq([
        Role::System("None"),
        Role::Institution("None"),
        Role::Context {
            principal: ContextRole::Learner,
            sub_role: None
        },
    ]));
    let user = claims.user().unwrap();
    assert_eq!((user.name(), user.email()), (None, None));
    assert_eq!(claims.claim("preferred_username"), Some(&json!("ed")));
    // What a key or an address is made of.
    let text = launch.deployment().key().to_text();
    assert!(
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
}

/// A plain launch from a platform whose token differs from it in one thing.
async fn launch_with(name: &str, value: Value) -> Result<tower_lti::LaunchContext, LtiErrorKind> {
    let mut token = moodle();
    token[name] = value;
    at_moodle().launch(&token).await
}

// PLAT-K5: some versions of Sakai append to the issuer of the token, and not to that of the login
#[tokio::test]
async fn an_issuer_that_grew_between_login_and_token_is_another_issuer() {
    for issuer in [
        "https://school.test/moodle/deployment/1/client/b8Kq",
        "https://school.test/moodle/",
        "https://school.test",
    ] {
        let refused = launch_with("iss", json!(issuer)).await;
        assert_eq!(
            refused.unwrap_err(),
            LtiErrorKind::IssuerMismatch,
            "{issuer}"
        );
    }
}

// PLAT-TAO: old versions of TAO make up a nonce of their own
#[tokio::test]
async fn a_nonce_of_the_platforms_own_is_refused_and_says_so() {
    let refused = launch_with("nonce", json!("tao-made-this-0001"))
        .await
        .unwrap_err();
    assert_eq!(refused, LtiErrorKind::NonceMismatch);
    assert!(refused.reason().contains("nonce"));
}

// PLAT-R1
#[tokio::test]
async fn roles_in_old_and_foreign_spellings_are_told_apart() {
    let assistant =
        "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant";
    let vendors = "https://vendor.test/roles#NotInstructor";
    let sent = json!([
        "Instructor",
        "urn:lti:role:ims/lis/Learner",
        "urn:lti:sysrole:ims/lis/SysAdmin",
        assistant,
        vendors,
        "",
    ]);
    let launch = launch_with(names::ROLES, sent).await.unwrap();
    let context = |principal, sub_role| Role::Context {
        principal,
        sub_role,
    };
    assert!(launch.claims().roles().iter().eq([
        context(ContextRole::Instructor, None),
        context(ContextRole::Learner, None),
        Role::System("SysAdmin"),
        context(ContextRole::Instructor, Some("TeachingAssistant")),
        Role::Other(vendors),
        Role::Other(""),
    ]));

    let launch = launch_with(names::ROLES, json!([assistant])).await.unwrap();
    let roles = launch.claims().roles();
    assert!(!roles.is_instructor() && roles.has_or_implies(ContextRole::Instructor));
}
