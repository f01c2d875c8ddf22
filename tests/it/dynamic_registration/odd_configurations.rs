//! What platforms say of themselves in ways of their own, and what is made of it.

use serde_json::json;

use super::{
    platform::LTI,
    world::{World, get},
};

// REG-02
#[tokio::test]
async fn what_does_not_count_is_read_leniently() {
    let world = World::start().await;
    let query = world.platform.query(None);
    let good = world.platform.configuration();
    for (lenient, change) in [
        (
            "messages as texts",
            json!({LTI: {"messages_supported": ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]}}),
        ),
        (
            "odd messages",
            json!({LTI: {"messages_supported": [5, null, {"type": 7}], "variables": "x"}}),
        ),
        ("no part of LTI's", json!({LTI: null})),
        ("LTI's part is a text", json!({LTI: "1.3"})),
        ("no scopes", json!({"scopes_supported": null})),
        ("scopes as text", json!({"scopes_supported": "openid"})),
        ("claims as an object", json!({"claims_supported": {"a": 1}})),
        (
            "nothing said of algorithms",
            json!({"token_endpoint_auth_signing_alg_values_supported": null, "id_token_signing_alg_values_supported": [], "token_endpoint_auth_methods_supported": "private_key_jwt"}),
        ),
        (
            "a bare host",
            json!({"authorization_server": "lms.example"}),
        ),
        ("an odd server", json!({"authorization_server": {"a": 1}})),
        ("members of its own", json!({"x": [1, 2, {"y": null}]})),
    ] {
        let mut configuration = good.clone();
        for (name, value) in change.as_object().unwrap() {
            configuration[name] = value.clone();
        }
        world.platform.has(configuration);
        let page = get(&world.open(), &query).await;
        assert_eq!(page.status, 200, "{lenient}: {}", page.body);
    }
}

// REG-06: what the platform has no scope for is not asked for, and said.
#[tokio::test]
async fn scopes_that_the_platform_does_not_have_are_not_asked_for() {
    let world = World::start().await;
    let score = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    let mut configuration = world.platform.configuration();
    configuration["scopes_supported"] = json!([score]);
    world.platform.has(configuration);
    let shown = get(&world.open(), &world.platform.query(None)).await;
    assert!(
        shown.body.contains("does not offer the tool to"),
        "{}",
        shown.body
    );
    let done = world.register(&world.open(), None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(world.platform.posted()[0].json()["scope"], score);
}
