//! Login initiations.

use bytes::Bytes;
use http::header;
use tower_lti::{
    LtiLogin,
    claims::names,
    error::LtiErrorKind,
    testing::{AuthenticationRequest, Platform},
};

use super::lms::{TARGET, app_at, asked, begin, form, kind, post_login};
use crate::app::{NOW, body, code};

/// One login as a platform sends it.
struct Sample {
    id: &'static str,
    issuer: &'static str,
    client_id: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

const CANVAS_HINT: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ2IjoibG9uZyJ9.Zm9v-_";

const SAMPLES: [Sample; 5] = [
    Sample {
        id: "PLAT-L1 Canvas",
        issuer: "https://canvas.instructure.com",
        client_id: "104410000000000977",
        fields: &[
            ("iss", "https://canvas.instructure.com"),
            ("login_hint", "0f3c9b7a51d2e4860f3c9b7a51d2e4860f3c9b7a"),
            ("client_id", "104410000000000977"),
            (
                "lti_deployment_id",
                "412:9d1e0c7be5a34f2897c60b1d3e5f7a90b2c4d6e8",
            ),
            (
                "target_link_uri",
                "https://tool.test/app/open?placement=course_navigation",
            ),
            ("lti_message_hint", CANVAS_HINT),
            ("canvas_region", "us-east-1"),
            ("canvas_environment", "prod"),
            ("lti_storage_target", "post_message_forwarding"),
        ],
    },
    Sample {
        id: "PLAT-L4 Moodle",
        issuer: "https://school.test/moodle",
        client_id: "b8Kq2Zr5Tw9Lm3N",
        fields: &[
            ("iss", "https://school.test/moodle"),
            ("target_link_uri", "https://tool.test/app/a?b=c&d=e%20f"),
            ("login_hint", "2"),
            (
                "lti_message_hint",
                r#"{"cmid":"57","launchid":"ltilaunch12_1935502441"}"#,
            ),
            ("client_id", "b8Kq2Zr5Tw9Lm3N"),
            ("lti_deployment_id", "3"),
        ],
    },
    Sample {
        id: "PLAT-L6 Brightspace",
        issuer: "https://north.brightspace.test",
        client_id: "4f0d2a9e-7c31-4e58-9b6a-12d3c4e5f607",
        fields: &[
            ("iss", "https://north.brightspace.test"),
            ("target_link_uri", TARGET),
            ("login_hint", "9e8d7c6b-5a49-4382-91f0-0a1b2c3d4e5f_233"),
            ("lti_message_hint", "Kz7r+p/VdwQ5D~"),
            ("client_id", "4f0d2a9e-7c31-4e58-9b6a-12d3c4e5f607"),
            ("lti_deployment_id", "7a6b5c4d-3e2f-4a10-8b9c-0d1e2f3a4b5c"),
        ],
    },
    Sample {
        id: "PLAT-L8 Blackboard, with a short hint",
        issuer: "https://blackboard.com",
        client_id: "d3000000-1111-4222-8333-000000000044",
        fields: &[
            ("iss", "https://blackboard.com"),
            ("login_hint", "https://learn.test/webapps/hint,af03"),
            ("target_link_uri", TARGET),
            ("lti_message_hint", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"),
            ("client_id", "d3000000-1111-4222-8333-000000000044"),
            ("lti_deployment_id", "01b00000-2222-4333-8444-000000000055"),
        ],
    },
    Sample {
        id: "PLAT-L9 Open edX",
        issuer: "https://courses.test",
        client_id: "6e5d4c3b-2a19-4087-96f5-e4d3c2b1a098",
        fields: &[
            ("iss", "https://courses.test"),
            ("client_id", "6e5d4c3b-2a19-4087-96f5-e4d3c2b1a098"),
            ("lti_deployment_id", "1"),
            ("target_link_uri", TARGET),
            ("login_hint", "student"),
            ("lti_message_hint", "cache-3f9a0b2c"),
        ],
    },
];

fn field<'a>(fields: &[(&str, &'a str)], name: &str) -> &'a str {
    fields.iter().find(|(known, _)| *known == name).unwrap().1
}

/// What a platform must get back unchanged.
fn check_echo(what: &str, asked: &AuthenticationRequest, fields: &[(&str, &str)]) {
    for name in ["login_hint", "lti_message_hint"] {
        assert_eq!(asked.parameter(name), field(fields, name), "{what}");
    }
    let ours = [
        "scope",
        "response_type",
        "response_mode",
        "prompt",
        "client_id",
        "redirect_uri",
        "login_hint",
        "lti_message_hint",
        "state",
        "nonce",
    ];
    for (name, _) in asked.parameters() {
        assert!(ours.contains(&name.as_str()), "{what} is asked for {name}");
    }
}

// PLAT-L1, PLAT-L4, PLAT-L6, PLAT-L8, PLAT-L9
#[tokio::test]
async fn the_logins_of_real_platforms_end_in_launches() {
    for Sample {
        id,
        issuer,
        client_id,
        fields,
    } in SAMPLES
    {
        let app = app_at(&[Platform::new(issuer, client_id)]);
        let posted = post_login(LtiLogin::new(app.tool.clone()), "/lti/login", fields).await;
        check_echo(id, &asked(&posted, fields).unwrap(), fields);

        let mut browser = app.browser();
        let request = begin(&mut browser, fields).await.unwrap();
        check_echo(id, &request, fields);
        assert_eq!(request.parameter("client_id"), client_id, "{id}");
        let deployment = field(fields, "lti_deployment_id");
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim(names::DEPLOYMENT_ID, deployment)
            .sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200, "{id}");
        assert_eq!(body(&answer)["deployment"], deployment, "{id}");
    }
}

// PLAT-L8: a message hint of several thousand characters
#[tokio::test]
async fn a_long_hint_is_posted_back_and_the_launch_goes_on() {
    let app = app_at(&[Platform::new("https://blackboard.com", "d3000000")]);
    let hint = format!("eyJhbGciOiJSUzI1NiJ9.{}.\"<c&g>", "eyJ4Ijo3".repeat(600));
    let fields = [
        ("iss", "https://blackboard.com"),
        ("client_id", "d3000000"),
        ("login_hint", "af03"),
        ("target_link_uri", TARGET),
        ("lti_message_hint", &hint),
    ];
    let mut browser = app.browser();
    let answer = browser.get_login(&form(&fields)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().count();
    assert_eq!(cookies, 1);

    let request = AuthenticationRequest::from_query(&posted_back(answer.body()), TARGET);
    check_echo("PLAT-L8", &request, &fields);
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

/// The hidden fields of a page as the query that a browser would make of them.
fn posted_back(page: &Bytes) -> String {
    let page = std::str::from_utf8(page).unwrap();
    let fields: Vec<(&str, String)> = page
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            let (value, _) = rest.split_once('"').unwrap();
            (name, html_escape::decode_html_entities(value).into_owned())
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    form(&fields)
}

#[tokio::test]
async fn the_longest_client_id_goes_through_login_and_launch() {
    let client_id = "c%&\"<".repeat(205)[..1_024].to_owned();
    let app = app_at(&[Platform::new("https://lms.test", &client_id)]);
    let fields = [
        ("iss", "https://lms.test"),
        ("client_id", &client_id),
        ("login_hint", "2"),
        ("target_link_uri", TARGET),
    ];
    for created in [true, false] {
        let mut browser = app.browser();
        let answer = browser.get_login(&form(&fields)).await;
        assert_eq!(answer.status(), 200, "a form, as the URL is too long");
        for (_, value) in answer.headers() {
            assert!(value.len() < 1_024, "no header grows");
        }
        let request = AuthenticationRequest::from_query(&posted_back(answer.body()), TARGET);
        assert_eq!(request.parameter("client_id"), client_id);
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(body(&answer)["created"], created);
    }
}

// PLAT-L12
#[tokio::test]
async fn a_login_that_says_two_things_is_refused() {
    let app = app_at(&[Platform::new("https://lms.test", "tool-1")]);
    let fields = [
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "2"),
        ("target_link_uri", TARGET),
    ];
    for again in ["tool-1", "tool-2"] {
        let twice = [&fields[..], &[("client_id", again)]].concat();
        let refused = begin(&mut app.browser(), &twice).await;
        assert_eq!(refused.unwrap_err(), LtiErrorKind::FieldRepeated);
    }
    for (query, verdict) in [
        (
            "iss=https%3A%2F%2Fother.test",
            Err(LtiErrorKind::FieldRepeated),
        ),
        ("iss=https%3A%2F%2Flms.test", Ok("tool-1")),
    ] {
        let path = format!("/lti/login?{query}");
        let answer = post_login(LtiLogin::new(app.tool.clone()), &path, &fields).await;
        let outcome = asked(&answer, &fields);
        let seen = outcome.as_ref().map(|asked| asked.parameter("client_id"));
        assert_eq!(seen, verdict.as_ref().copied(), "{query}");
    }
}

// PLAT-L13
#[tokio::test]
async fn a_target_elsewhere_is_refused_and_led_to_by_nothing() {
    let app = app_at(&[Platform::new("https://lms.test", "tool-1")]);
    for target in [
        "javascript:alert(1)",
        "//evil.test",
        "https://evil.test/app",
        "https://tool.test.evil.test/app",
        "https://tool.test@evil.test/app",
    ] {
        let fields = [
            ("iss", "https://lms.test"),
            ("client_id", "tool-1"),
            ("login_hint", "2"),
            ("target_link_uri", target),
        ];
        let answer = app.browser().get_login(&form(&fields)).await;
        assert_eq!(
            (answer.status().as_u16(), kind(&answer)),
            (400, Some(LtiErrorKind::TargetNotAllowed))
        );
        let page = format!("{:?}{:?}", answer.headers(), answer.body());
        assert!(!page.contains("evil") && !page.contains("alert"), "{page}");
        asked(&answer, &fields).unwrap_err();
    }
}

// PLAT-L14: an OpenOlat whose administrator chose LTI 1.1
#[tokio::test]
async fn a_launch_of_lti_1_1_is_told_apart_wherever_it_arrives() {
    let app = app_at(&[Platform::new("https://olat.test", "tool-1")]);
    let fields = [
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("oauth_consumer_key", "key-19"),
        ("oauth_signature", "c2lnbmVk"),
        ("resource_link_id", "88"),
    ];
    let at_login = post_login(LtiLogin::new(app.tool.clone()), "/lti/login", &fields).await;
    let at_launch = app.browser().post_launch(form(&fields)).await;
    for answer in [at_login, at_launch] {
        assert_eq!(answer.status(), 400);
        assert_eq!(code(&answer), "lti11_launch");
        assert_eq!(kind(&answer), Some(LtiErrorKind::Lti11Launch));
        let remedy = body(&answer)["remedy"].to_string();
        assert!(remedy.contains("1.3"), "{remedy}");
    }
    assert_eq!(app.calls(), 0);
}
