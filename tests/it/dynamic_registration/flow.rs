//! The whole flow, as it should go.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Notify;
use tower_lti::{
    deployment::DeploymentKey,
    registration::RegistrationStatus,
    store::{DeploymentStore, RegistrationStore},
};

use super::{
    platform::TOOL,
    world::{CLOSE, JWKS, LAUNCH, LOGIN, World, confirm, get},
};

// REG-01, REG-02, REG-04, REG-05, REG-06, REG-07, REG-09, ADV-79, ADV-81
#[tokio::test]
async fn a_platform_registers_the_tool_in_two_steps() {
    let world = World::start().await;
    let service = world.open();
    let query = format!("tenant=7&{}", world.platform.query(Some("token-1")));

    let shown = get(&service, &query).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains(&world.platform.url));
    assert!(shown.body.contains("Puzzles &amp; more"));
    assert!(shown.body.contains("moodle 4.5"));
    assert!(shown.body.contains("write grades"));
    assert!(shown.body.contains("the e-mail address"));
    assert!(!shown.body.contains("token-1"));
    assert!(!shown.body.contains("<script"));
    assert!(world.records().await.is_empty());
    assert!(world.platform.posted().is_empty());

    let done = confirm(&service, &query, &shown).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body.contains(CLOSE));
    assert!(!done.body.contains("token-1"));

    let heard = world.platform.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].path, "/configuration");
    assert_eq!(heard[0].accept, "application/json");
    assert_eq!(heard[1].path, "/register");
    assert_eq!(heard[1].content_type, "application/json");
    for request in &heard {
        assert_eq!(request.authorization.as_deref(), Some("Bearer token-1"));
    }
    let scope = "https://purl.imsglobal.org/spec/lti-ags/scope/";
    let scopes = ["lineitem", "lineitem.readonly", "result.readonly", "score"];
    assert_eq!(
        heard[1].json(),
        json!({
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": LOGIN,
            "redirect_uris": [LAUNCH],
            "client_name": "Puzzles & more",
            "jwks_uri": JWKS,
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": scopes.map(|name| format!("{scope}{name}")).join(" "),
            TOOL: {
                "domain": "127.0.0.1:3000",
                "target_link_uri": LAUNCH,
                "description": "Puzzles for every course",
                "claims": ["iss", "sub", "name", "email"],
                "custom_parameters": {"who": "$User.id"},
                "messages": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "label": "Choose"},
                ],
            },
        })
    );

    let records = world.records().await;
    let [record] = records.as_slice() else {
        panic!("{records:?}");
    };
    let registration = record.registration();
    let base = &world.platform.url;
    assert_eq!(registration.id().issuer().as_str(), base);
    assert_eq!(registration.id().client_id().as_str(), "client-1");
    assert_eq!(
        registration.authorization_endpoint(),
        format!("{base}/auth")
    );
    assert_eq!(
        registration.token_endpoint(),
        Some(format!("{base}/token").as_str())
    );
    assert_eq!(registration.token_audience(), registration.token_endpoint());
    assert_eq!(registration.status(), RegistrationStatus::Active);
    assert_eq!(registration.name(), Some("moodle, 127.0.0.1"));
    assert!(!record.json().contains("token-1"));
    let id = registration.id();
    let found = world
        .registrations
        .find(id.issuer(), id.client_id(), None)
        .await
        .unwrap();
    assert!(found.is_some(), "it counts at once");
}

// REG-08, ADV-85
#[tokio::test]
async fn a_deployment_that_came_along_is_kept_and_none_is_invented() {
    for (deployment, at_top) in [(Some("dep-7"), false), (Some("8"), true), (None, false)] {
        let world = World::start().await;
        world.platform.changes(move |reply| match deployment {
            Some(id) if at_top => reply["deployment_id"] = id.into(),
            Some(id) => reply[TOOL]["deployment_id"] = id.into(),
            None => {}
        });
        let done = world.register(&world.open(), None).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let id = world.records().await[0].id().clone();
        for named in ["dep-7", "8"] {
            let key = DeploymentKey::new(id.clone(), named.into());
            let found = world.store.find(&key).await.unwrap();
            assert_eq!(found.is_some(), deployment == Some(named), "{named}");
        }
    }
}

// ADV-88
#[tokio::test]
async fn the_tool_answers_the_platform_while_it_registers() {
    let world = World::start().await;
    let asked = Arc::new(Notify::new());
    // It answers once it has seen the tool again, on the same thread.
    world.platform.waits(&asked);
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    let while_it_registers = async {
        let page = get(&service, &query).await;
        assert_eq!(page.status, 200, "{}", page.body);
        asked.notify_one();
    };
    let (done, ()) = tokio::join!(confirm(&service, &query, &shown), while_it_registers);
    assert_eq!(done.status, 200, "{}", done.body);
}

// S14: the browser goes away in the middle, and the platform has registered the tool by then.
#[tokio::test]
async fn a_registration_whose_browser_is_gone_is_kept_all_the_same() {
    let world = World::start().await;
    let (asked, service) = (Arc::new(Notify::new()), world.open());
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    world.platform.waits(&asked);
    {
        let mut confirming = std::pin::pin!(confirm(&service, &query, &shown));
        while world.platform.posted().is_empty() {
            tokio::select! {
                biased;
                _ = &mut confirming => panic!("it waits"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    asked.notify_one();
    while world.records().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.records().await.len(), 1);
}
