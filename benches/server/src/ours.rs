//! The library on axum, as in the axum example, with a handler that does nothing but answer.

use std::error::Error;

use axum::{Router, routing::post};
use tower_lti::{
    LaunchContext, LoginSecret, LtiLaunchLayer, LtiLogin, RedisStore, clock::SystemClock,
    registration::Registrations,
};

use crate::{
    sample::{self, LAUNCH_PATH},
    settings::{LOGIN_SECRET, Settings},
};

/// What is answered to a launch, here and by the ideal server.
pub(crate) const ANSWER: &str = "launched\n";

pub(crate) async fn router(settings: &Settings) -> Result<Router, Box<dyn Error>> {
    // The keys are in the registrations; this platform, which has others, is never asked for its own.
    let tool = sample::tool_builder(&sample::platform())
        .registrations(Registrations::from_path(&settings.registrations)?)
        .store(RedisStore::connect(settings.redis_url.as_str()).await?)
        .login_secret(LoginSecret::from_bytes(LOGIN_SECRET)?)
        .clock(SystemClock::new())
        .build()?;
    Ok(Router::new()
        .route(LAUNCH_PATH, post(open_tool))
        .layer(LtiLaunchLayer::new(tool.clone()).add_path(LAUNCH_PATH))
        .route_service("/lti/login", LtiLogin::new(tool)))
}

async fn open_tool(_: LaunchContext) -> &'static str {
    ANSWER
}
