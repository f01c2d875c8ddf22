//! Access tokens of two platforms with one issuer and client id, and of a registration whose endpoints change.

use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::join_all;
use http::Request;
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    live_registrations::LiveRegistrations,
    registration::{RegistrationBuilder, RegistrationRecord, Registrations},
    services::ServiceError,
    store::DeploymentStore,
    testing::{Call, LaunchContextBuilder, PlatformServices, TestClock},
    tool::LtiToolBuilder,
};

use super::world::{LINE_ITEMS, LINE_ITEMS_TYPE, NOW, World, send};
use crate::connected::tool_key;

/// A platform that knows the tool's keys. All of them have the same issuer and client id.
async fn platform(clock: &TestClock) -> PlatformServices {
    let platform = PlatformServices::start().await;
    let jwks = json!({"keys": [tool_key().public_jwk()]}).to_string();
    platform.use_tool_keys(move || jwks.clone());
    platform.use_clock(clock.clone());
    platform
}

fn builder(clock: &TestClock, store: &MemoryStore) -> LtiToolBuilder {
    LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .tool_keys(tool_key())
        .clock(clock.clone())
        .store(store.clone())
}

/// A launch whose deployment is there.
async fn launch(launch: LaunchContextBuilder, store: &MemoryStore) -> LaunchContext {
    let launch = launch.build();
    store.create(launch.deployment(), None).await.unwrap();
    launch
}

/// Asks a platform for the line items of a launch.
async fn list(
    tool: &LtiTool,
    launch: &LaunchContext,
    platform: &PlatformServices,
) -> Result<(), ServiceError> {
    let url = platform.line_items_url();
    let client = tool.services().client(launch, &url, [LINE_ITEMS])?;
    let request = Request::get(&url)
        .header("accept", LINE_ITEMS_TYPE)
        .body(Bytes::new())
        .unwrap();
    send(client, request).await.map(drop)
}

/// The access tokens that came with calls, by their numbers among those that the platform issued itself.
fn bearers(platform: &PlatformServices) -> Vec<String> {
    let calls = platform.requests_for(Call::LineItems);
    let bearer = |headers: &http::HeaderMap| headers["authorization"].to_str().unwrap().to_owned();
    calls.iter().map(|call| bearer(call.headers())).collect()
}

// N19, S12, ADV-20
#[tokio::test]
async fn two_platforms_of_one_issuer_and_client_id_never_see_each_others_tokens() {
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let platforms = [platform(&clock).await, platform(&clock).await];
    let names = ["north", "south"];
    let registrations = platforms.iter().zip(names).map(|(platform, name)| {
        let registration = platform.registration_builder().login_name(name);
        registration.discriminator(name).build().unwrap()
    });
    let tool = builder(&clock, &store)
        .registrations(Registrations::new(registrations).unwrap())
        .build()
        .unwrap();
    let mut launches = Vec::new();
    for (platform, name) in platforms.iter().zip(names) {
        let from = platform.launch_context().discriminator(name);
        launches.push(launch(from, &store).await);
    }
    assert_ne!(launches[0].user_key(), launches[1].user_key());

    let calls = (0..20).map(|number| list(&tool, &launches[number % 2], &platforms[number % 2]));
    for answer in join_all(calls).await {
        answer.unwrap();
    }

    for platform in &platforms {
        assert_eq!(platform.count(Call::Token), 1);
        assert_eq!(bearers(platform), vec!["Bearer #1"; 10]);
    }
    // The launch of one at the services of the other.
    let error = list(&tool, &launches[0], &platforms[1]).await.unwrap_err();
    assert_eq!(error.code(), "url_elsewhere");
    assert_eq!(platforms[1].count(Call::LineItems), 10);
}

// N19: the pair alone is another registration
#[tokio::test]
async fn a_launch_without_a_discriminator_gets_no_token_of_the_one_with_it() {
    let told_apart =
        |builder: RegistrationBuilder| builder.login_name("north").discriminator("north");
    let world = World::with_registration(told_apart).await;

    let plain = world.launch();
    let error = list(&world.tool, &plain, &world.services)
        .await
        .unwrap_err();

    assert_eq!(error.code(), "registration_unknown");
    assert!(world.services.requests().is_empty());
}

// N45
#[tokio::test]
async fn a_token_endpoint_that_is_changed_counts_at_once_and_no_token_moves_along() {
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let (before, after) = (platform(&clock).await, platform(&clock).await);
    let live = LiveRegistrations::new(store.clone());
    let record = RegistrationRecord::from_json(&before.registration_json()).unwrap();
    let id = record.id().clone();
    live.add(record).await.unwrap();
    let tool = builder(&clock, &store)
        .registrations(live.clone())
        .build()
        .unwrap();
    let old = launch(before.launch_context(), &store).await;
    list(&tool, &old, &before).await.unwrap();

    let endpoint = json!(after.token_url()).to_string();
    let origins = json!([after.base_url()]).to_string();
    live.change(&id, |record| {
        record.with_members([
            ("token_endpoint", Some(&*endpoint)),
            ("service_origins", Some(&*origins)),
        ])
    })
    .await
    .unwrap();

    let new = after.launch_context().build();
    assert_eq!(new.deployment().key(), old.deployment().key());
    list(&tool, &new, &after).await.unwrap();
    assert_eq!(after.count(Call::Token), 1);
    assert_eq!(bearers(&after), ["Bearer #1"], "its own, not the old one's");
    let kept = store.find(old.deployment().key()).await.unwrap().unwrap();
    assert!(kept.created_at() == SystemTime::UNIX_EPOCH, "it stayed");
    // What the old launch has signed is elsewhere now.
    let error = list(&tool, &old, &before).await.unwrap_err();
    assert_eq!(error.code(), "url_elsewhere");
    assert_eq!(
        (before.count(Call::Token), before.count(Call::LineItems)),
        (1, 1)
    );
}
