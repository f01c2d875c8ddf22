//! Migration from LTI 1.1: former ids are believed when the consumer's secret proves them, and not before.

mod hostile;
mod reading;
mod refused;
mod signed;

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
    migration::{FormerIds, MigrationError, ToolConsumer},
    testing::{Browser, IdToken, LaunchContextBuilder, Platform},
};

use crate::app::NOW;

/// The school whose accounts are joined, of which the tool does not know where it moved to.
fn unplaced_school() -> ToolConsumer {
    ToolConsumer::new("school-key", "the school's secret").unwrap()
}

/// The school whose accounts are joined. No two registrations share issuer and client id, unless a test says so.
fn school() -> ToolConsumer {
    unplaced_school().believed_anywhere()
}

fn launch_builder() -> LaunchContextBuilder {
    LaunchContextBuilder::new("https://lms.test", "tool-1")
}

/// What a handler finds in a launch, when the tool has kept these consumers.
fn verify(launch: &LaunchContext, consumers: &[ToolConsumer]) -> Result<FormerIds, MigrationError> {
    launch.migration_claim()?.verify(consumers)
}

/// Launches, and returns what the handler was given.
async fn launched(
    tool: &LtiTool,
    platform: &Platform,
    change: impl FnOnce(IdToken) -> IdToken,
) -> LaunchContext {
    let login = LtiLogin::new(tool.clone());
    launched_from(login, "/lti/login", tool, platform, change).await
}

/// The same with another login service, at another path.
async fn launched_from(
    login: LtiLogin,
    login_path: &str,
    tool: &LtiTool,
    platform: &Platform,
    change: impl FnOnce(IdToken) -> IdToken,
) -> LaunchContext {
    let seen = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *keep.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let layer = LtiLaunchLayer::new(tool.clone());
    let mut browser = Browser::new(login, layer.layer(handler)).with_login_path(login_path);
    let request = browser.log_in(platform).await.unwrap();
    let token = change(platform.id_token(&request, NOW)).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    seen.lock().unwrap().take().unwrap()
}
