//! The certification suite's launches, by their names.

use serde_json::{Value, json};
use tower_lti::{claims::names, testing::IdToken};

use crate::app::{App, NOW, body};

async fn launch(change: impl FnOnce(IdToken) -> IdToken) -> (u16, Value) {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    let answer = browser.launch(&request, &token).await;
    (answer.status().as_u16(), body(&answer))
}

/// One known bad payload.
type Bad = (&'static str, fn(IdToken) -> IdToken);

#[tokio::test]
async fn known_bad_payloads_are_refused() {
    let bad: [Bad; 13] = [
        ("CERT-BAD-1 No KID Sent in JWT header", |token| {
            token.without_header("kid")
        }),
        ("CERT-BAD-2 Incorrect KID in JWT header", |token| {
            token.header("kid", "imsglobal")
        }),
        ("CERT-BAD-3 Wrong LTI Version", |token| {
            token.claim(names::VERSION, "11.3")
        }),
        ("CERT-BAD-4 No LTI Version", |token| {
            token.without_claim(names::VERSION)
        }),
        ("CERT-BAD-5 Invalid LTI message", |token| {
            token.raw_payload(r#"{"name":"badltilaunch"}"#)
        }),
        ("CERT-BAD-6 Missing LTI Claims", |token| {
            token
                .without_claim(names::RESOURCE_LINK)
                .without_claim(names::TARGET_LINK_URI)
        }),
        ("CERT-BAD-7 Timestamps Incorrect", |token| {
            token.claim("iat", 11).claim("exp", 22)
        }),
        ("CERT-BAD-7 Timestamps Incorrect, in the future", |token| {
            token.claim("iat", NOW + 7_200).claim("exp", NOW + 7_500)
        }),
        ("CERT-BAD-8 message_type Claim Missing", |token| {
            token.without_claim(names::MESSAGE_TYPE)
        }),
        ("CERT-BAD-9 role Claim Missing", |token| {
            token.without_claim(names::ROLES)
        }),
        ("CERT-BAD-10 deployment_id Claim Missing", |token| {
            token.without_claim(names::DEPLOYMENT_ID)
        }),
        ("CERT-BAD-11 resource_link_id Claim Missing", |token| {
            token.claim(names::RESOURCE_LINK, json!({"title": "x"}))
        }),
        ("CERT-BAD-12 user Claim Missing", |token| {
            token.without_claim("sub")
        }),
    ];
    for (name, change) in bad {
        let (status, _) = launch(change).await;
        assert!((400..500).contains(&status), "{name}: {status}");
    }
}

// CERT-INS-1, CERT-INS-2, CERT-INS-3, CERT-INS-4, CERT-INS-5, CERT-INS-6, CERT-INS-7, CERT-INS-8,
// CERT-INS-9, CERT-STU-1, CERT-STU-2, CERT-STU-3, CERT-STU-4, CERT-STU-5, CERT-STU-6, CERT-STU-7,
// CERT-STU-8, CERT-STU-9
#[tokio::test]
async fn valid_instructor_and_student_launches_are_accepted() {
    let lis = "http://purl.imsglobal.org/vocab/lis/v2/membership#";
    for (kind, role, instructor) in [("INS", "Instructor", true), ("STU", "Learner", false)] {
        let full = format!("{lis}{role}");
        for (name, roles, extra, teaches) in [
            (
                "1 Valid Launch",
                json!([full]),
                json!({"name": "A B", "email": "a@b.test"}),
                instructor,
            ),
            (
                "2 with Roles",
                json!([full, format!("{lis}Mentor")]),
                json!({}),
                instructor,
            ),
            ("3 Short Role", json!([role]), json!({}), instructor),
            (
                "4 Unknown Role",
                json!(["http://unknown.test/Role"]),
                json!({}),
                false,
            ),
            ("5 No Role", json!([]), json!({}), false),
            (
                "6 Email Only",
                json!([full]),
                json!({"email": "a@b.test"}),
                instructor,
            ),
            (
                "7 Names Only",
                json!([full]),
                json!({"given_name": "A", "family_name": "B"}),
                instructor,
            ),
            ("8 No PII", json!([full]), json!({}), instructor),
            (
                "9 Email Without Context",
                json!([full]),
                json!({"email": "a@b.test"}),
                instructor,
            ),
        ] {
            let name = format!("CERT-{kind}-{name}");
            let wanted = roles.clone();
            let (status, seen) = launch(move |mut token| {
                for (claim, value) in extra.as_object().unwrap() {
                    token = token.claim(claim, value.clone());
                }
                token.claim(names::ROLES, roles)
            })
            .await;
            assert_eq!(status, 200, "{name}");
            assert_eq!(seen["roles"], wanted, "{name}");
            assert_eq!(seen["instructor"], teaches, "{name}");
        }
    }
}

// CERT-DL-1, CERT-NRPS-1, CERT-AGS-1
#[tokio::test]
async fn launches_with_services_are_accepted() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    let (status, _) = launch(|token| {
        token
            .claim(
                names::NAMES_ROLE_SERVICE,
                json!({"context_memberships_url": "https://lms.test/m", "service_versions": ["2.0"]}),
            )
            .claim(
                names::AGS_ENDPOINT,
                json!({"scope": ["s"], "lineitems": "https://lms.test/l", "lineitem": ""}),
            )
    })
    .await;
    assert_eq!(status, 200);
}
