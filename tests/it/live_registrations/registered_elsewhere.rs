//! A platform that registers with one instance, and launches from another.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::time::Instant;
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;
use tower_lti::{
    LoginSecret, LtiLaunchLayer, LtiLogin, LtiTool, RedisStore,
    dynamic_registration::{LtiRegistration, RegistrationAccess, ToolProfile},
    live_registrations::LiveRegistrations,
    testing::{Browser, PlatformServices},
};

use crate::redis_server::RedisServer;

const BASE: &str = "http://127.0.0.1:3000";

/// Within which a platform has to be known on the other instance.
const SOON: Duration = Duration::from_secs(5);

/// One of several instances over the same Redis.
async fn instance(server: &RedisServer) -> (LtiTool, LtiRegistration) {
    let store = RedisStore::connect(server.url()).await.unwrap();
    let registrations = LiveRegistrations::new(store.clone());
    let secret = LoginSecret::from_bytes("6Xs0UqPz7mC1vR9kTn4wYb2eHj8aLd5g").unwrap();
    let tool = LtiTool::builder()
        .launch_url(format!("{BASE}/lti/launch"))
        .insecure_allow_loopback_http()
        .registrations(registrations.clone())
        .login_secret(secret)
        .store(store)
        .build()
        .unwrap();
    let profile = ToolProfile::new(
        "A tool",
        format!("{BASE}/lti/login"),
        format!("{BASE}/lti/jwks.json"),
    );
    let anybody = RegistrationAccess::InsecureAnybody;
    let service = LtiRegistration::new(tool.clone(), registrations, profile, anybody).unwrap();
    (tool, service)
}

async fn send(service: &LtiRegistration, request: http::request::Builder, body: String) -> String {
    let request = request.body(Full::<Bytes>::from(body)).unwrap();
    let answer = service.clone().oneshot(request).await.unwrap();
    let body = http_body_util::BodyExt::collect(answer.into_body()).await;
    String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap()
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
    let mut browser = Browser::new(LtiLogin::new(other.clone()), launches)
        .following(&format!("{BASE}/lti/launch"));
    // It has looked before, and knows nobody.
    assert!(browser.log_in(&platform.platform()).await.is_err());

    // Opened on one instance, confirmed on the next.
    let address = platform.registration_address(&format!("{BASE}/lti/register"));
    let path = address.strip_prefix(BASE).unwrap();
    let page = send(&registering, Request::get(path), String::new()).await;
    let (_, value) = page.split_once("name=\"registration\" value=\"").unwrap();
    let form = format!("registration={}", value.split_once('"').unwrap().0);
    let post = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let last = send(&confirming, post, form).await;
    assert!(last.contains("org.imsglobal.lti.close"), "{last}");
    let registered = Instant::now();

    let known = platform.registered_tools().remove(0);
    let request = browser.log_in(&known.platform()).await.unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let token = platform.id_token_for(&known, &request, now).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    assert!(registered.elapsed() < SOON);
}
