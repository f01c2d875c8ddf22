//! L: the claims of LTI itself.

use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, OnMissingDeployment,
    claims::{MessageType, names},
    error::LtiErrorKind::{
        ClaimInvalid, DeploymentHintMismatch, DeploymentUnknown, MessageTypeNotAccepted,
        TargetMismatch, TargetNotAllowed,
    },
    testing::{Browser, IdToken},
};

use super::{Case, TokenChange, World, deployment, fields, let_in, refused};
use crate::app::{body, code};

fn claim(id: &str, name: &'static str, value: Value) -> Case {
    Case::token(
        format!("{id} {name} = {value}"),
        move |token| token.claim(name, value.clone()),
        ClaimInvalid,
    )
}

// LAUNCH-70, LAUNCH-72, LAUNCH-73, LAUNCH-75, LAUNCH-78, LAUNCH-79, MODEL-04, MODEL-09
#[tokio::test]
async fn a_required_claim_that_is_missing_or_of_another_type_is_refused() {
    let long = "x".repeat(256);
    let mut cases = Vec::new();
    for (id, name) in [
        ("L01", names::VERSION),
        ("L02", names::MESSAGE_TYPE),
        ("L03", names::ROLES),
        ("L06", names::DEPLOYMENT_ID),
        ("L09", names::RESOURCE_LINK),
        ("L11", names::TARGET_LINK_URI),
    ] {
        cases.push(Case::token(
            format!("{id} no {name}"),
            move |token| token.without_claim(name),
            ClaimInvalid,
        ));
        for value in [Value::Null, json!(1.3), json!(true)] {
            cases.push(claim(id, name, value));
        }
    }
    for version in ["1.3", "1.1", "1.3.0 ", "1.3.0.1", "2.0", "LTI-1p3", ""] {
        cases.push(claim("L01", names::VERSION, json!(version)));
    }
    cases.push(claim("L01", names::VERSION, json!(["1.3.0"])));
    for roles in [json!("Learner"), json!([1]), json!([null]), json!({})] {
        cases.push(claim("L03", names::ROLES, roles));
    }
    for id in [
        json!(""),
        json!("   "),
        json!(3),
        json!(["dep-1"]),
        json!({}),
        json!(long),
        json!("d\u{e9}p"),
        json!("dep-1\n"),
    ] {
        cases.push(claim("L06", names::DEPLOYMENT_ID, id));
    }
    for link in [
        json!({}),
        json!({"id": ""}),
        json!({"id": long}),
        json!({"id": 5}),
        json!({"id": null}),
        json!("rl-1"),
        json!([{"id": "rl-1"}]),
    ] {
        cases.push(claim("L09", names::RESOURCE_LINK, link));
    }
    cases.push(claim("L11", names::TARGET_LINK_URI, json!("")));
    refused(cases).await;
}

// LAUNCH-70, LAUNCH-71, LAUNCH-76, LAUNCH-77
#[tokio::test]
async fn a_message_or_a_target_that_nobody_asked_for_is_refused() {
    let mut cases = Vec::new();
    for kind in [
        "LtiFutureThing",
        "ltiresourcelinkrequest",
        "LtiResourceLinkRequest ",
    ] {
        cases.push(Case::token(
            format!("L02 {kind:?}"),
            move |token| token.claim(names::MESSAGE_TYPE, kind),
            MessageTypeNotAccepted,
        ));
    }
    for target in [
        "https://tool.test/app/",
        "https://tool.test/app?x",
        "https://TOOL.test/app",
        "https://evil.example/",
    ] {
        cases.push(Case::token(
            format!("L11, L12 {target}"),
            move |token| token.claim(names::TARGET_LINK_URI, target),
            TargetMismatch,
        ));
    }
    refused(cases).await;
}

const TRICKS: [&str; 14] = [
    "https://evil.example/",
    "https://tool.test@evil.example/app",
    "https://tool.test:444/app",
    "http://tool.test/app",
    "//evil.example",
    "https:\\\\evil.example",
    "https://tool.test\\@evil.example/app",
    "https://tool.test.evil.example/app",
    "https://tool.test/app/../admin",
    "https://tool.test/app/%2e%2e/admin",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://tool.test/app",
    "https://tool.test/app\n",
];

// LAUNCH-109, L12, L13, I05
#[tokio::test]
async fn a_target_outside_the_tool_is_refused_when_the_login_begins() {
    for target in TRICKS {
        let world = World::new().await;
        let query = fields(&[
            ("iss", "https://lms.test"),
            ("client_id", "tool-1"),
            ("login_hint", "h"),
            ("target_link_uri", target),
        ]);
        let answer = world.app.browser().get_login(&query).await;
        assert_eq!(answer.status(), 400, "{target}");
        assert_eq!(code(&answer), "target_not_allowed", "{target}");
        assert!(!answer.headers().contains_key("set-cookie"), "{target}");
        assert!(!format!("{answer:?}").contains("evil"), "{target}");
    }
}

// LAUNCH-77, L11, L13: where a mismatch is only warned of, the signed target must be allowed too
#[tokio::test]
async fn a_signed_target_outside_the_tool_is_refused_whatever_the_login_named() {
    use tower_lti::registration::{Registration, Registrations, TargetLinkUriCheck};
    for target in TRICKS {
        let world = World::with(|builder| {
            let registration = Registration::builder("https://lms.test", "tool-1")
                .authorization_endpoint("https://lms.test/auth")
                .jwks_url("https://lms.test/jwks")
                .target_link_uri_check(TargetLinkUriCheck::InsecureWarn)
                .build()
                .unwrap();
            builder.registrations(Registrations::new([registration]).unwrap())
        })
        .await;
        let good = world.good_launch().await;
        let token = good.token.clone().claim(names::TARGET_LINK_URI, target);
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        world.assert_refused(target, &good, &answer, TargetNotAllowed);
        let inside = "https://tool.test/app/other";
        let token = good.token.clone().claim(names::TARGET_LINK_URI, inside);
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        assert_eq!(answer.status(), 200);
        assert!(world.log.text().contains("the signed one is used"));
    }
}

// LAUNCH-74, LOGIN-11, LOGIN-19
#[tokio::test]
async fn a_deployment_other_than_the_one_that_the_login_named_is_refused() {
    for (hint, status) in [("dep-1", 200), ("Dep-1", 400), ("dep-2", 400)] {
        let world = World::new().await;
        let mut browser = world
            .app
            .browser()
            .with_login_parameter("lti_deployment_id", hint);
        let good = world
            .good_launch_of(&mut browser, &world.app.platform)
            .await;
        let answer = world.send(good.launch()).await;
        assert_eq!(answer.status(), status, "{hint}");
        if status == 400 {
            world.assert_refused(hint, &good, &answer, DeploymentHintMismatch);
        }
    }
}

// DL-02
#[tokio::test]
async fn a_deep_linking_request_without_a_safe_way_back_is_refused() {
    let mut cases = Vec::new();
    for settings in [
        Value::Null,
        json!({}),
        json!([]),
        json!({"deep_link_return_url": null}),
        json!({"deep_link_return_url": ""}),
        json!({"deep_link_return_url": 1}),
        json!({"deep_link_return_url": "/return"}),
        json!({"deep_link_return_url": "http://lms.test/return"}),
        json!({"deep_link_return_url": "http://127.0.0.1/return"}),
        json!({"deep_link_return_url": "javascript:alert(1)"}),
        json!({"deep_link_return_url": "https:"}),
    ] {
        cases.push(Case::token(
            format!("L15 {settings}"),
            move |token| {
                token
                    .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
                    .claim(names::DEEP_LINKING_SETTINGS, settings.clone())
            },
            ClaimInvalid,
        ));
    }
    refused(cases).await;
}

// LAUNCH-80, LAUNCH-81, LAUNCH-87, LAUNCH-88
#[tokio::test]
async fn what_is_optional_may_be_null_or_empty_or_odd() {
    let set = |name: &'static str, value: Value| -> TokenChange {
        Box::new(move |token| token.claim(name, value.clone()))
    };
    let mut changes = vec![
        ("L03 no roles", set(names::ROLES, json!([]))),
        ("L03 unknown roles", set(names::ROLES, json!(["urn:x", ""]))),
        (
            "L18 the old identity",
            set(names::LTI1P1, json!({"user_id": "admin"})),
        ),
    ];
    for name in [
        "azp",
        "email",
        "name",
        "locale",
        names::CONTEXT,
        names::LAUNCH_PRESENTATION,
        names::LIS,
        names::CUSTOM,
        names::TOOL_PLATFORM,
        names::ROLE_SCOPE_MENTOR,
        names::NAMES_ROLE_SERVICE,
        names::AGS_ENDPOINT,
        names::DEEP_LINKING_SETTINGS,
    ] {
        changes.push(("L19 null", set(name, Value::Null)));
        changes.push(("L19 empty", set(name, json!(""))));
        if name != "azp" {
            changes.push(("LAUNCH-88 a number", set(name, json!(7))));
        }
    }
    let_in(changes).await;
}

/// Launches once, and returns what the handler was given.
async fn context_of(world: &World, change: impl Fn(IdToken) -> IdToken) -> LaunchContext {
    let (keep, mut kept) = tokio::sync::mpsc::unbounded_channel();
    let handler = tower::service_fn(move |request: Request<Full<bytes::Bytes>>| {
        let launch = request.extensions().get::<LaunchContext>().cloned();
        keep.send(launch.unwrap()).unwrap();
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Full::<
            bytes::Bytes,
        >::default(
        ))))
    });
    let tool = world.app.tool.clone();
    let launch = LtiLaunchLayer::new(tool.clone())
        .accept_message_type(MessageType::DeepLinking)
        .layer(handler);
    let mut browser = Browser::new(LtiLogin::new(tool), launch);
    let request = browser.log_in(&world.app.platform).await.unwrap();
    let token = change(world.app.platform.id_token(&request, crate::app::NOW));
    browser.launch(&request, &token.sign()).await;
    kept.recv().await.unwrap()
}

// LAUNCH-112, L17, L18, L19
#[tokio::test]
async fn what_a_platform_says_without_proof_comes_through_checked_or_marked() {
    let world = World::new().await;
    for url in ["javascript:alert(1)", "http://lms.test/", "/back", ""] {
        let launch = context_of(&world, |token| {
            token.claim(names::LAUNCH_PRESENTATION, json!({ "return_url": url }))
        });
        let launch = launch.await;
        let presentation = launch.claims().launch_presentation().unwrap();
        assert_eq!(presentation.return_url(), None, "L17 {url}");
    }
    let launch = context_of(&world, |token| {
        token
            .claim(names::LTI1P1, json!({"user_id": "admin"}))
            .claim("email", "")
            .claim("name", Value::Null)
            .claim(
                names::CONTEXT,
                json!({"id": "c", "title": null, "label": ""}),
            )
    })
    .await;
    assert_eq!(launch.user_key().unwrap().1, "user-1", "L18");
    assert!(launch.claims().unverified_lti1p1().is_some(), "L18");
    let user = launch.claims().user().unwrap();
    assert_eq!((user.email(), user.name()), (None, None), "L19");
    let context = launch.claims().context().unwrap();
    assert_eq!((context.title(), context.label()), (None, None), "L19");
}

// LAUNCH-99, MODEL-03, MODEL-17, L08
#[tokio::test]
async fn deployments_differ_by_every_byte() {
    for id in ["Dep-1", "dep-1 ", " dep-1", "dep-01", "DEP-OFF"] {
        let world = World::new().await;
        let mut browser = world
            .app
            .browser_with(|layer| layer.on_missing_deployment(OnMissingDeployment::Reject));
        let good = world
            .good_launch_of(&mut browser, &world.app.platform)
            .await;
        let token = good.token.clone().claim(names::DEPLOYMENT_ID, id).sign();
        let answer = browser.send_raw_launch(good.post(good.form(&token))).await;
        let refusal = answer.extensions().get::<tower_lti::LtiError>();
        assert_eq!(
            refusal.map(tower_lti::LtiError::kind),
            Some(DeploymentUnknown),
            "{id}"
        );
    }
    let world = World::new().await;
    for id in ["Dep-1", "dep-1 ", "01", "1"] {
        let good = world.good_launch().await;
        let token = good.token.clone().claim(names::DEPLOYMENT_ID, id).sign();
        let answer = world.send(good.post(good.form(&token))).await;
        assert_eq!(body(&answer)["created"], true, "{id:?}");
    }
    assert_eq!(world.app.store.deployment_count(), 6);
}

// MODEL-01, MODEL-06, MODEL-07, L20, D04: one `sub` at two clients of one issuer is two people
#[tokio::test]
async fn a_person_and_a_deployment_are_known_by_the_registration_too() {
    let world = World::new().await;
    for platform in [&world.app.platform, &world.second, &world.third] {
        let mut browser = world.app.browser();
        let good = world.good_launch_of(&mut browser, platform).await;
        let token = good.token.clone().claim("sub", "user-1").sign();
        let answer = world.send(good.post(good.form(&token))).await;
        let registration = json!({"issuer": platform.issuer(), "client_id": platform.client_id()});
        assert_eq!(body(&answer)["user_key"], json!([registration, "user-1"]));
        use tower_lti::store::DeploymentStore;
        let found = world.app.store.find(&deployment(platform, "dep-1")).await;
        assert!(found.unwrap().is_some());
    }
    assert_eq!(world.app.store.deployment_count(), 4);
}
