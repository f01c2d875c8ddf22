//! What the tool's own pages call: grades, the roster and the content of a launch of this browser.
//!
//! Each call names the launch by its session's reference, which [`LtiTool::open_session`](tower_lti::LtiTool::open_session)
//! opens. Outside of the session layer, it looks itself whether the call comes from the tool's own pages.

use axum::{
    Router,
    routing::{MethodRouter, post},
};

use crate::{Site, deep_linking, grades, picker, refusal::Refusal, roster};

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/lti/ags/line_items", call(post(grades::line_items)))
        .route("/lti/ags/line_item", call(post(grades::line_item)))
        .route("/lti/ags/score", call(post(grades::score)))
        .route("/lti/ags/results", call(post(grades::results)))
        .route("/lti/nrps/members", call(post(roster::members)))
        .route("/lti/dl/response", call(post(deep_linking::response)))
        .route("/tool/{id}", post(picker::choose))
}

/// Refuses other methods as JSON, too.
fn call(handler: MethodRouter<Site>) -> MethodRouter<Site> {
    handler.fallback(async || Refusal::other_method())
}
