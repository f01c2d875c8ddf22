//! Claims at the edge of their types.

use serde_json::{Value, json};
use tower_lti::claims::names;

use crate::app::App;

use super::*;

#[tokio::test]
async fn ids_are_1_to_255_printable_characters() {
    let long = "x".repeat(255);
    let too_long = "x".repeat(256);
    for (id, good) in [
        ("x", true),
        (" x", true),
        (long.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        (" ", false),
        ("\u{e9}", false),
        ("x\n", false),
        ("\u{7f}", false),
    ] {
        let (sub, _) = launch(&App::new(), |token| token.claim("sub", id)).await;
        assert_eq!(sub, if good { 200 } else { 400 }, "sub {id:?}");
        let deployment = launch(&App::new(), |token| token.claim(names::DEPLOYMENT_ID, id)).await;
        let link = launch(&App::new(), |token| {
            token.claim(names::RESOURCE_LINK, json!({"id": id}))
        })
        .await;
        for (given, _) in [deployment, link] {
            assert_eq!(given, if good { 200 } else { 400 }, "{id:?}");
        }
    }
}

#[tokio::test]
async fn claims_of_another_type_are_refused() {
    for (what, name, value) in [
        ("no target", names::TARGET_LINK_URI, Value::Null),
        ("an empty target", names::TARGET_LINK_URI, json!("")),
        ("a target list", names::TARGET_LINK_URI, json!([])),
        ("no roles", names::ROLES, Value::Null),
        ("roles as text", names::ROLES, json!("Learner")),
        (
            "a role that is a number",
            names::ROLES,
            json!(["Learner", 1]),
        ),
        ("no link", names::RESOURCE_LINK, Value::Null),
        ("another version", names::VERSION, json!("1.3")),
        ("no version", names::VERSION, Value::Null),
    ] {
        let answer = launch(&App::new(), |token| token.claim(name, value)).await;
        assert_eq!(answer, (400, "launch_invalid".to_owned()), "{what}");
    }
    for (what, name, value, status) in [
        ("no target", names::TARGET_LINK_URI, Value::Null, 200),
        ("a target list", names::TARGET_LINK_URI, json!([]), 400),
        ("no roles", names::ROLES, Value::Null, 200),
        ("roles as text", names::ROLES, json!("Learner"), 400),
        ("sub null", "sub", Value::Null, 401),
        ("sub a number", "sub", json!(1), 400),
        (
            "no settings",
            names::DEEP_LINKING_SETTINGS,
            Value::Null,
            400,
        ),
    ] {
        let (given, slug) = deep_link(&App::new(), |token| token.claim(name, value)).await;
        assert_eq!(given, status, "deep linking, {what}: {slug}");
    }
}

#[tokio::test]
async fn nobody_has_no_name() {
    for name in [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "email",
        "picture",
        "preferred_username",
    ] {
        for (value, status) in [
            (json!("x"), 401),
            (json!(1), 401),
            (json!(""), 200),
            (Value::Null, 200),
        ] {
            let (given, _) = deep_link(&App::new(), |token| {
                token.without_claim("sub").claim(name, value.clone())
            })
            .await;
            assert_eq!(given, status, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn an_anonymous_launch_is_let_in_where_that_is_allowed() {
    for (allow, status) in [(true, 200), (false, 401)] {
        let app = App::with(|builder| {
            if allow {
                builder.allow_anonymous()
            } else {
                builder
            }
        });
        let (given, _) = launch(&app, |token| token.without_claim("sub")).await;
        assert_eq!(given, status);
    }
    let app = App::with(|builder| builder.allow_anonymous());
    assert_eq!(
        launch(&app, |token| token.claim("sub", Value::Null))
            .await
            .0,
        401
    );
}

#[tokio::test]
async fn a_return_address_is_https_or_plain_http_on_a_loopback_that_is_allowed() {
    for (address, in_production, in_development) in [
        ("https://lms.test/return", 200, 200),
        ("http://localhost/return", 400, 200),
        ("http://127.0.0.1:8080/return", 400, 200),
        ("http://lms.test/return", 400, 400),
        ("ftp://localhost/return", 400, 400),
        ("javascript:alert(1)", 400, 400),
        ("/return", 400, 400),
        ("", 400, 400),
    ] {
        for (plain_http, status) in [(false, in_production), (true, in_development)] {
            let settings = json!({"deep_link_return_url": address});
            let (given, _) = deep_link(&local_app(plain_http), |token| {
                token.claim(names::DEEP_LINKING_SETTINGS, settings)
            })
            .await;
            assert_eq!(given, status, "{address}, plain http allowed: {plain_http}");
        }
    }
}
