//! A platform that registers with one instance, and launches from another.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::time::Instant;
use tower::service_fn;
use tower_layer::Layer;
use tower_lti::{
    LoginSecret, LtiLaunchLayer, LtiLogin, LtiTool, RedisStore,
    dynamic_registration::{LtiRegistration, RegistrationAccess},
    live_registrations::LiveRegistrations,
    testing::{Browser, PlatformServices},
};

use crate::{
    connected::tool_key,
    dynamic_registration::world::{CLOSE, LAUNCH, REGISTER, confirm, get, profile},
    redis_server::RedisServer,
};

/// Within which a platform has to be known on the other instance.
const SOON: Duration = Duration::from_secs(5);

/// One of several instances over the same Redis.
async fn instance(server: &RedisServer) -> (LtiTool, LtiRegistration) {
    let store = RedisStore::connect(server.url()).await.unwrap();
    let registrations = LiveRegistrations::new(store.clone());
    let secret = LoginSecret::from_bytes("6Xs0UqPz7mC1vR9kTn4wYb2eHj8aLd5g").unwrap();
    let tool = LtiTool::builder()
        .launch_url(LAUNCH)
        .insecure_allow_loopback_http()
        .registrations(registrations.clone())
        .login_secret(secret)
        .store(store)
        .tool_keys(tool_key())
        .build()
        .unwrap();
    let anybody = RegistrationAccess::InsecureAnybody;
    let service = LtiRegistration::new(tool.clone(), registrations, profile(), anybody).unwrap();
    (tool, service)
}

// N45, REG-06
#[tokio::test]
async fn a_registration_that_one_instance_made_launches_on_another_within_five_seconds() {
    let server = RedisServer::start().await;
    let platform = PlatformServices::start().await;
    let (_, registering) = instance(&server).await;
    let (_, confirming) = instance(&server).await;
    let (other, _) = instance(&server).await;
    let handler = service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::from("hello")))
    });
    let launches = LtiLaunchLayer::new(other.clone()).layer(handler);
    let mut browser = Browser::new(LtiLogin::new(other.clone()), launches).following(LAUNCH);
    // It has looked before, and knows nobody.
    assert!(browser.log_in(&platform.platform()).await.is_err());

    // Opened on one instance, confirmed on the next.
    let address = platform.registration_address(REGISTER);
    let (_, query) = address.split_once('?').unwrap();
    let shown = get(&registering, query).await;
    let done = confirm(&confirming, query, &shown).await;
    assert!(done.body.contains(CLOSE), "{}", done.body);
    let registered = Instant::now();

    let known = platform.registered_tools().remove(0);
    let request = browser.log_in(&known.platform()).await.unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let token = platform.id_token_for(&known, &request, now).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    assert!(registered.elapsed() < SOON);
}
