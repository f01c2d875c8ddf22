//! Claims of every kind, read back through their types.

use std::sync::{Arc, Mutex};

use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    claims::{AgsEndpoint, ContextRole, ContextType, MessageType, NamesRoleService, Role, names},
    testing::{Browser, IdToken},
};

use crate::app::{App, NOW};

const LIS: &str = "http://purl.imsglobal.org/vocab/lis/v2/";

/// Launches, and returns what the handler was given.
async fn launched(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> LaunchContext {
    let seen = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<bytes::Bytes>>| {
        *keep.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Full::<
            bytes::Bytes,
        >::default(
        ))))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).accept_message_type(MessageType::DeepLinking);
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    seen.lock().unwrap().take().unwrap()
}

// CLAIM-01, CLAIM-02, CLAIM-03, CLAIM-04, CLAIM-05, CLAIM-06, CLAIM-07, CLAIM-08, CLAIM-09, CLAIM-10,
// CLAIM-11, CLAIM-12
#[tokio::test]
async fn a_person_is_read_and_every_other_claim_kept_as_it_came() {
    let more = json!({
        "azp": "tool-1",
        "nickname": "Bee", "preferred_username": "b", "profile": "https://p.test", "website": 1,
        "email_verified": true, "gender": null, "birthdate": "0000-03-14", "zoneinfo": "UTC",
        "phone_number": "+1", "phone_number_verified": false, "address": {"country": "NO"},
        "updated_at": 1_700_000_000.5, "jti": "j", "auth_time": 7, "acr": "0", "amr": ["pwd"],
        "nbf": NOW,
    });
    let app = App::new();
    let launch = launched(&app, |mut token| {
        for (name, value) in [
            ("name", "Ada B. Cee"),
            ("given_name", "Ada Bee"),
            ("family_name", "Cee"),
            ("middle_name", "B."),
            ("email", "ada@example.org"),
            ("picture", "https://img.test/a.png"),
            ("locale", "nb-NO"),
        ] {
            token = token.claim(name, value);
        }
        for (name, value) in more.as_object().unwrap() {
            token = token.claim(name, value.clone());
        }
        token
    })
    .await;
    let claims = launch.claims();
    let user = claims.user().unwrap();
    assert_eq!(user.sub(), "user-1");
    assert_eq!(user.name(), Some("Ada B. Cee"));
    assert_eq!(user.given_name(), Some("Ada Bee"));
    assert_eq!(user.family_name(), Some("Cee"));
    assert_eq!(user.middle_name(), Some("B."));
    assert_eq!(user.email(), Some("ada@example.org"));
    assert_eq!(user.picture(), Some("https://img.test/a.png"));
    assert_eq!(user.locale(), Some("nb-NO"));
    for (name, value) in more.as_object().unwrap() {
        assert_eq!(claims.claim(name), Some(value), "{name}");
    }
    assert_eq!(claims.claim("iss"), Some(&json!("https://lms.test")));
    assert_eq!(claims.claim("aud"), Some(&json!("tool-1")));
    assert_eq!(claims.claim("exp"), Some(&json!(NOW + 300)));
    assert_eq!(claims.claim("iat"), Some(&json!(NOW)));
    assert!(claims.claim("nonce").is_some());
}

// CLAIM-20, CLAIM-21, CLAIM-22, CLAIM-23, CLAIM-24, CLAIM-25, CLAIM-26, CLAIM-27, CLAIM-28, CLAIM-29,
// CLAIM-30, CLAIM-31, CLAIM-32, LAUNCH-89
#[tokio::test]
async fn the_claims_of_lti_are_read_with_their_types() {
    let app = App::new();
    let dress = |token: IdToken| {
        token
            .claim(
                names::RESOURCE_LINK,
                json!({"id": "rl-1", "title": "Week 1", "description": "First"}),
            )
            .claim(
                names::CONTEXT,
                json!({"id": "c-1", "label": "BIO1", "title": "Biology",
                       "type": [format!("{LIS}course#CourseOffering"), "Group", "urn:x"]}),
            )
            .claim(
                names::TOOL_PLATFORM,
                json!({"guid": "g-1", "name": "LMS", "description": "Ours", "url": "https://lms.test",
                       "contact_email": "help@lms.test", "product_family_code": "lms", "version": "1"}),
            )
            .claim(
                names::LAUNCH_PRESENTATION,
                json!({"document_target": "iframe", "height": 320, "width": "240",
                       "return_url": "https://lms.test/back?x=1", "locale": "en_US"}),
            )
            .claim(
                names::LIS,
                json!({"person_sourcedid": "p", "course_offering_sourcedid": "o",
                       "course_section_sourcedid": "s", "outcome_service_url": "u",
                       "result_sourcedid": "r"}),
            )
            .claim(names::CUSTOM, json!({"text": "x", "none": "", "unknown": "$Not.known"}))
            .claim("https://vendor.test/claim", json!({"any": ["thing"]}))
            .claim(names::ROLE_SCOPE_MENTOR, json!(["user-2", "user-3"]))
    };
    let launch = launched(&app, |token| {
        dress(token).claim(names::ROLES, json!([format!("{LIS}membership#Mentor")]))
    })
    .await;
    let claims = launch.claims();
    assert_eq!(*claims.message_type(), MessageType::ResourceLink);
    assert_eq!(claims.claim(names::VERSION), Some(&json!("1.3.0")));
    assert_eq!(claims.deployment_id().as_str(), "dep-1");
    assert_eq!(claims.target_link_uri(), Some("https://tool.test/app"));
    let link = claims.resource_link().unwrap();
    assert_eq!(
        (link.id(), link.title(), link.description()),
        ("rl-1", Some("Week 1"), Some("First"))
    );
    assert!(claims.roles().has(ContextRole::Mentor));
    let context = claims.context().unwrap();
    assert_eq!(
        (context.id(), context.label(), context.title()),
        ("c-1", Some("BIO1"), Some("Biology"))
    );
    let types: Vec<_> = context.types().collect();
    assert_eq!(
        types,
        [
            ContextType::CourseOffering,
            ContextType::Group,
            ContextType::Other("urn:x")
        ]
    );
    let platform = claims.tool_platform().unwrap();
    assert_eq!(
        (platform.guid(), platform.name()),
        (Some("g-1"), Some("LMS"))
    );
    assert_eq!(platform.contact_email(), Some("help@lms.test"));
    assert_eq!(
        (platform.description(), platform.url()),
        (Some("Ours"), Some("https://lms.test"))
    );
    assert_eq!(
        (platform.product_family_code(), platform.version()),
        (Some("lms"), Some("1"))
    );
    let shown = claims.launch_presentation().unwrap();
    assert_eq!((shown.height(), shown.width()), (Some(320), Some(240)));
    assert_eq!(
        (shown.document_target(), shown.locale()),
        (Some("iframe"), Some("en_US"))
    );
    assert_eq!(shown.return_url(), Some("https://lms.test/back?x=1"));
    let lis = claims.lis().unwrap();
    assert_eq!(lis.person_sourcedid(), Some("p"));
    assert_eq!(lis.course_offering_sourcedid(), Some("o"));
    assert_eq!(lis.course_section_sourcedid(), Some("s"));
    assert_eq!(
        (lis.outcome_service_url(), lis.result_sourcedid()),
        (Some("u"), Some("r"))
    );
    let custom = claims.custom();
    assert_eq!(custom.text("text"), Some("x"));
    assert_eq!(custom.text("none"), Some(""));
    assert_eq!(custom.text("unknown"), Some("$Not.known"));
    assert_eq!(custom.iter().count(), 3);
    assert_eq!(
        claims.claim("https://vendor.test/claim"),
        Some(&json!({"any": ["thing"]}))
    );
    assert_eq!(claims.role_scope_mentor(), ["user-2", "user-3"]);

    let learner = launched(&app, dress).await;
    assert!(learner.claims().role_scope_mentor().is_empty(), "LAUNCH-89");
}

// CLAIM-40, CLAIM-41, CLAIM-43, CLAIM-44, CLAIM-45, CLAIM-46, CLAIM-50
#[tokio::test]
async fn services_are_there_where_they_are_named_and_nowhere_else() {
    let app = App::new();
    let bare = launched(&app, |token| token).await;
    assert!(bare.claims().ags_endpoint().is_none());
    assert!(bare.claims().names_role_service().is_none());
    assert!(bare.claims().deep_linking_settings().is_none());

    let groups = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice";
    let raw = [
        (names::BASIC_OUTCOME, json!({"lis_result_sourcedid": "r"})),
        (names::FOR_USER, json!({"user_id": "user-2"})),
        (names::LTI1P1, json!({"user_id": "old-1"})),
        (groups, json!({"context_groups_url": "https://lms.test/g"})),
    ];
    let launch = launched(&app, |mut token| {
        for (name, value) in raw.clone() {
            token = token.claim(name, value);
        }
        token
            .claim(
                names::AGS_ENDPOINT,
                json!({"scope": ["s1", "s2"], "lineitems": "https://lms.test/l?t=1", "lineitem": ""}),
            )
            .claim(
                names::NAMES_ROLE_SERVICE,
                json!({"context_memberships_url": "https://lms.test/m", "service_versions": ["2.0"]}),
            )
    })
    .await;
    let claims = launch.claims();
    let grades = claims.ags_endpoint().unwrap();
    assert_eq!(grades.scope(), ["s1", "s2"]);
    assert_eq!(grades.lineitems(), Some("https://lms.test/l?t=1"));
    assert_eq!(grades.lineitem(), None, "blank is absent");
    let members = claims.names_role_service().unwrap();
    assert_eq!(
        members.context_memberships_url(),
        Some("https://lms.test/m")
    );
    assert_eq!(members.service_versions(), ["2.0"]);
    for (name, value) in &raw {
        assert_eq!(claims.claim(name), Some(value), "{name}");
    }
    assert_eq!(claims.unverified_lti1p1().unwrap()["user_id"], "old-1");
}

// CLAIM-51, MODEL-12: and a session keeps it so
#[tokio::test]
async fn a_service_that_is_not_https_is_no_service() {
    let app = App::new();
    for url in [
        "http://lms.test/x",
        "http://127.0.0.1/x",
        "javascript:alert(1)",
        "/x",
        "https:",
        "https:lms.test/back",
        "https:\\\\lms.test/back",
        " https://lms.test/back",
        "https://lms.test/back\r\nSet-Cookie: a=b",
        "https://lms.test/ba\u{0}ck",
    ] {
        let launch = launched(&app, |token| {
            token
                .claim(
                    names::AGS_ENDPOINT,
                    json!({"lineitems": url, "lineitem": url}),
                )
                .claim(
                    names::NAMES_ROLE_SERVICE,
                    json!({"context_memberships_url": url}),
                )
                .claim(names::LAUNCH_PRESENTATION, json!({"return_url": url}))
        })
        .await;
        let session = serde_json::to_string(&launch.to_stored()).unwrap();
        let again = LaunchContext::trust_stored(serde_json::from_str(&session).unwrap()).unwrap();
        for launch in [launch, again] {
            let claims = launch.claims();
            let grades = claims.ags_endpoint().unwrap();
            assert_eq!(
                (grades.lineitems(), grades.lineitem()),
                (None, None),
                "{url}"
            );
            let members = claims.names_role_service().unwrap();
            assert_eq!(members.context_memberships_url(), None, "{url}");
            let shown = serde_json::to_value(claims.launch_presentation()).unwrap();
            assert_eq!(shown["return_url"], Value::Null, "{url}");
        }
    }
}

#[tokio::test]
async fn the_endpoints_of_services_can_be_stored_and_restored() {
    let app = App::new();
    let scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    let launch = launched(&app, |token| {
        token
            .claim(
                names::AGS_ENDPOINT,
                json!({"scope": [scope], "lineitem": "https://lms.test/lineitems/4?type=3"}),
            )
            .claim(
                names::NAMES_ROLE_SERVICE,
                json!({"context_memberships_url": "https://lms.test/m", "service_versions": ["2.0"]}),
            )
    })
    .await;
    let grades = launch.claims().ags_endpoint().unwrap();
    let members = launch.claims().names_role_service().unwrap();

    let stored = json!([grades, members]).to_string();
    let (grades_again, members_again): (AgsEndpoint, NamesRoleService) =
        serde_json::from_str(&stored).unwrap();

    assert!(grades_again == *grades && members_again == *members);
    let built = AgsEndpoint::from_parts([scope], None, Some("https://lms.test/lineitems/4?type=3"));
    assert!(built == *grades);
    let built = NamesRoleService::from_parts(Some("https://lms.test/m"), ["2.0"]);
    assert!(built == *members);
    for bad in ["http://lms.test/l", "/l", "", "https://lms.test@evil.test/"] {
        let built = AgsEndpoint::from_parts([scope], Some(bad), None);
        let read: AgsEndpoint = serde_json::from_value(json!({"lineitems": bad})).unwrap();
        assert_eq!((built.lineitems(), read.lineitems()), (None, None), "{bad}");
    }
}

#[tokio::test]
async fn debug_shows_no_token_that_a_platform_put_into_an_address() {
    let app = App::new();
    let back = "https://lms.test/back?sesskey=canary";
    let launch = launched(&app, |token| {
        let settings = json!({"deep_link_return_url": back, "data": "canary"});
        token
            .claim(names::LAUNCH_PRESENTATION, json!({"return_url": back}))
            .claim(names::DEEP_LINKING_SETTINGS, settings)
    })
    .await;

    let claims = launch.claims();
    let (shown, settings) = (claims.launch_presentation(), claims.deep_linking_settings());

    assert_eq!(shown.unwrap().return_url(), Some(back));
    assert_eq!(settings.unwrap().data(), Some("canary"));
    assert!(!format!("{shown:?} {settings:?}").contains("canary"));
}

// What serde_json names for itself are names like any other to a platform.
#[tokio::test]
async fn a_launch_comes_back_from_a_session_as_it_was() {
    let app = App::new();
    for name in ["Number", "RawValue", "Other"] {
        for text in ["5", "{\"b\":1}", "{"] {
            let odd = json!({ (format!("$serde_json::private::{name}")): text });
            let custom = json!({"odd": odd, "deep": [odd], "1.5": 1.5});
            let launch = launched(&app, |token| {
                token
                    .claim(names::CUSTOM, custom.clone())
                    .claim("https://lms.test/own", odd.clone())
            })
            .await;

            let session = serde_json::to_string(&launch.to_stored()).unwrap();
            let again =
                LaunchContext::trust_stored(serde_json::from_str(&session).unwrap()).unwrap();

            assert_eq!(launch.claims().custom().get("odd"), Some(&odd));
            assert_eq!(again.claims().all(), launch.claims().all());
        }
    }
}

#[tokio::test]
async fn custom_parameters_are_found_in_whatever_order_they_come() {
    let app = App::new();
    let launch = launched(&app, |token| {
        let token = token.claim(names::CUSTOM, "here");
        let json = token.payload_json();
        let custom = r#"{"m":1,"z":"last","a":"first","":"nameless","é":true,"Z":null}"#;
        token.raw_payload(json.replace("\"here\"", custom))
    })
    .await;
    let session = serde_json::to_string(&launch.to_stored()).unwrap();
    let again = LaunchContext::trust_stored(serde_json::from_str(&session).unwrap()).unwrap();

    let custom = launch.claims().custom();
    assert_eq!(custom.text("a"), Some("first"));
    assert_eq!(custom.text("z"), Some("last"));
    assert_eq!(custom.text(""), Some("nameless"));
    assert_eq!(custom.text("m"), None);
    for (name, value) in custom.iter() {
        assert_eq!(custom.get(name), Some(value), "{name}");
    }
    let in_order: Vec<_> = custom.iter().map(|(name, _)| name).collect();
    assert_eq!(in_order, ["", "Z", "a", "m", "z", "é"]);
    assert!(custom == again.claims().custom());
    assert_eq!(
        serde_json::to_value(custom).unwrap(),
        launch.claims().all()[names::CUSTOM]
    );
}

// CLAIM-52
#[tokio::test]
async fn a_size_is_a_whole_number_in_any_spelling() {
    let app = App::new();
    for (height, read) in [
        (json!(320), Some(320)),
        (json!(320.0), Some(320)),
        (json!("320"), Some(320)),
        (json!(320.5), None),
        (json!(-1), None),
        (json!(1e12), None),
        (json!("tall"), None),
        (json!(null), None),
    ] {
        let launch = launched(&app, |token| {
            token.claim(names::LAUNCH_PRESENTATION, json!({ "height": height }))
        })
        .await;
        let shown = launch.claims().launch_presentation().unwrap();
        assert_eq!(shown.height(), read, "{height}");
    }
}

// CLAIM-42, DL-01, DL-02, DL-03, DL-04, DL-06, LAUNCH-90
#[tokio::test]
async fn a_deep_linking_request_brings_its_settings_and_needs_no_person() {
    let app = App::new();
    for sparse in [false, true] {
        let mut settings = json!({
            "deep_link_return_url": "https://lms.test/return",
            "accept_types": ["link", "ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"],
            "accept_media_types": "text/html,image/*",
            "accept_multiple": true, "accept_lineitem": false, "auto_create": true,
            "title": "T", "text": "X", "data": "", "validation_context": null,
        });
        if sparse {
            settings = json!({"deep_link_return_url": "https://lms.test/return"});
        }
        let launch = launched(&app, |token| {
            token
                .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
                .claim(names::DEEP_LINKING_SETTINGS, settings)
                .without_claim(names::ROLES)
                .without_claim("sub")
                .without_claim(names::TARGET_LINK_URI)
        })
        .await;
        let claims = launch.claims();
        assert_eq!((claims.sub(), claims.resource_link()), (None, None));
        let settings = claims.deep_linking_settings().unwrap();
        assert_eq!(settings.deep_link_return_url(), "https://lms.test/return");
        if sparse {
            assert!(settings.accept_types().is_empty() && settings.data().is_none());
            continue;
        }
        assert_eq!(settings.accept_types(), ["link", "ltiResourceLink"]);
        assert_eq!(settings.accept_presentation_document_targets(), ["iframe"]);
        assert_eq!(settings.accept_media_types(), Some("text/html,image/*"));
        assert_eq!(settings.accept_multiple(), Some(true));
        assert_eq!(settings.accept_lineitem(), Some(false));
        assert_eq!(settings.auto_create(), Some(true));
        assert_eq!((settings.title(), settings.text()), (Some("T"), Some("X")));
        assert_eq!(
            settings.data(),
            Some(""),
            "an empty string counts as present"
        );
    }
}

// ROLE-02, ROLE-06, ROLE-07, ROLE-08, ROLE-11, ROLE-12, LAUNCH-81
#[tokio::test]
async fn a_role_counts_where_it_was_given_and_as_far_as_it_goes() {
    let app = App::new();
    for (role, instructor, implied, test_user) in [
        ("Instructor".to_owned(), true, true, false),
        (format!("{LIS}membership#Instructor"), true, true, false),
        (
            format!("{LIS}membership/Instructor#TeachingAssistant"),
            false,
            true,
            false,
        ),
        (
            format!("{LIS}membership/Learner#Instructor"),
            false,
            false,
            false,
        ),
        (
            format!("{LIS}institution/person#Instructor"),
            false,
            false,
            false,
        ),
        (format!("{LIS}person#Instructor"), false, false, false),
        (
            "https://vendor.test/roles#Instructor".to_owned(),
            false,
            false,
            false,
        ),
        (String::new(), false, false, false),
        (
            "http://purl.imsglobal.org/vocab/lti/system/person#TestUser".to_owned(),
            false,
            false,
            true,
        ),
    ] {
        let roles = json!([role, "Learner", "Learner"]);
        let launch = launched(&app, |token| token.claim(names::ROLES, roles.clone())).await;
        let seen = launch.claims().roles();
        assert_eq!(json!(seen.as_slice()), roles, "kept as they came");
        assert_eq!(seen.is_instructor(), instructor, "{role}");
        assert_eq!(
            seen.has_or_implies(ContextRole::Instructor),
            implied,
            "{role}"
        );
        assert_eq!(seen.is_test_user(), test_user, "{role}");
        assert!(seen.is_learner());
    }
    let next = launched(&app, |token| token.claim(names::ROLES, json!([]))).await;
    assert!(
        next.claims().roles().is_empty(),
        "roles are those of this launch"
    );
    assert_eq!(
        Role::new("urn:lti:sysrole:ims/lis/SysAdmin"),
        Role::System("SysAdmin")
    );
}
