//! What a token endpoint is sent.

use std::collections::HashSet;

use serde_json::json;
use tower_lti::{
    keys::{ToolKey, ToolKeys},
    registration::ToolKeyAlgorithm,
    testing::Call,
};

use super::world::{LINE_ITEMS, NOW, SCORE, World, send};
use crate::connected::tool_key;

// OAUTH-01, OAUTH-02, OAUTH-03, OAUTH-04, OAUTH-06, OAUTH-07, OAUTH-08, OAUTH-09, ADV-11, ADV-14
#[tokio::test]
async fn an_assertion_says_who_the_tool_is_and_no_more() {
    let world = World::start().await;

    assert_eq!(world.list().await.unwrap().status(), 200);

    let [assertion] = &world.services.assertions()[..] else {
        panic!("one assertion");
    };
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": tool_key().id()});
    assert_eq!(*assertion.header(), header);
    let mut claims = assertion.claims().clone();
    let id = claims["jti"].take();
    assert!(id.as_str().unwrap().len() >= 22, "128 bits: {id}");
    let expected = json!({
        "iss": "tool-1",
        "sub": "tool-1",
        "aud": world.services.token_url(),
        "iat": NOW - 10,
        "exp": NOW + 290,
        "jti": null,
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "dep-1",
    });
    assert_eq!(claims, expected);
}

// OAUTH-04, OAUTH-05, OAUTH-09, ADV-11, ADV-12
#[tokio::test]
async fn audience_and_deployment_are_as_the_registration_has_them() {
    for (as_array, names_deployment, audience) in [
        (
            false,
            true,
            "https://Auth.Brightspace.test:443/core/connect/token/",
        ),
        (true, false, "urn:lms:a b"),
    ] {
        let world = World::with_registration(|registration| {
            registration
                .token_audience(audience)
                .token_audience_as_array(as_array)
                .assertion_names_deployment(names_deployment)
        })
        .await;
        world.services.expect_audience(audience);

        world.list().await.unwrap();

        let assertions = world.services.assertions();
        let claims = assertions[0].claims();
        let expected = if as_array {
            json!([audience])
        } else {
            json!(audience)
        };
        assert_eq!(claims["aud"], expected);
        let deployment = &claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"];
        assert_eq!(*deployment == "dep-1", names_deployment);
        assert_eq!(deployment.is_null(), !names_deployment);
    }
}

// OAUTH-01
#[tokio::test]
async fn a_platform_that_asks_for_it_gets_an_elliptic_signature() {
    let curve = ToolKey::generate_p256().unwrap();
    let (id, jwk) = (curve.id().to_owned(), curve.public_jwk().clone());
    let world = World::with(
        |registration| registration.tool_key_algorithm(ToolKeyAlgorithm::Es256),
        |tool| tool.tool_keys(ToolKeys::fixed([tool_key(), curve])),
    )
    .await;
    let jwks = json!({"keys": [jwk]}).to_string();
    world.services.use_tool_keys(move || jwks.clone());

    world.list().await.unwrap();

    let assertions = world.services.assertions();
    assert_eq!(assertions[0].header()["alg"], "ES256");
    assert_eq!(assertions[0].header()["kid"], id);
}

// OAUTH-20, OAUTH-21, OAUTH-22, OAUTH-31, OAUTH-33
#[tokio::test]
async fn a_token_is_asked_for_with_one_form_and_no_other_credentials() {
    let world = World::start().await;
    let url = world.services.line_items_url();
    let services = world.tool.services();
    let client = services.client(&world.launch(), &url, [SCORE, LINE_ITEMS]);

    send(client.unwrap(), world.request()).await.unwrap();

    let [request] = &world.services.requests_for(Call::Token)[..] else {
        panic!("one request");
    };
    assert_eq!((request.method(), request.query()), ("POST", None));
    assert_eq!(
        request.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(request.header("accept"), "application/json");
    assert!(request.header("user-agent").starts_with("tower-lti/"));
    assert!(!request.headers().contains_key("authorization"));
    assert!(!request.headers().contains_key("cookie"));
    let fields: Vec<_> = form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "grant_type",
            "client_assertion_type",
            "client_assertion",
            "scope"
        ]
    );
    assert_eq!(fields[0].1, "client_credentials");
    assert_eq!(
        fields[1].1,
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert_eq!(fields[3].1, format!("{LINE_ITEMS} {SCORE}"));
}

// OAUTH-08, ADV-15
#[tokio::test]
async fn no_assertion_is_sent_twice() {
    let world = World::start().await;
    for _ in 0..20 {
        world.services.revoke_tokens();
        world.list().await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(11));
    }

    let bodies: Vec<_> = world.services.requests_for(Call::Token);
    let assertions: HashSet<_> = bodies
        .iter()
        .map(|request| request.body().clone())
        .collect();
    let ids: HashSet<_> = world
        .services
        .assertions()
        .iter()
        .map(|assertion| assertion.claims()["jti"].to_string())
        .collect();
    assert_eq!(bodies.len(), 20);
    assert_eq!((assertions.len(), ids.len()), (20, 20));
}

// KEY-01
#[tokio::test]
async fn a_tool_without_a_key_sends_nothing() {
    let registration = |platform: &tower_lti::testing::PlatformServices| {
        tower_lti::registration::Registrations::new([platform.registration()]).unwrap()
    };
    let world = World::start().await;
    let tool = tower_lti::LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(registration(&world.services))
        .store(world.store.clone())
        .build()
        .unwrap();
    let url = world.services.line_items_url();
    let client = tool.services().client(&world.launch(), &url, [LINE_ITEMS]);

    let error = send(client.unwrap(), world.request()).await.unwrap_err();

    assert_eq!(error.code(), "signing_key_missing");
    assert!(world.services.requests().is_empty());
}
