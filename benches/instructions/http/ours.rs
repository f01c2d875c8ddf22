//! The library on axum, as in the axum example, with a handler that does nothing but answer.

use axum::{Router, routing::post};
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool};

use super::ANSWER;
use crate::sample::LAUNCH_PATH;

pub(super) fn router(tool: &LtiTool) -> Router {
    Router::new()
        .route(LAUNCH_PATH, post(open_tool))
        .layer(LtiLaunchLayer::new(tool.clone()).add_path(LAUNCH_PATH))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
}

async fn open_tool(_: LaunchContext) -> &'static str {
    ANSWER
}
