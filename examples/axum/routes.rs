//! What the tool's own pages call: grades, the roster and the content of a launch of this browser.

use axum::{
    Router,
    routing::{MethodRouter, post},
};

use crate::{Site, deep_linking, grades, refusal::Refusal, roster};

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/lti/ags/line_items", call(post(grades::line_items)))
        .route("/lti/ags/line_item", call(post(grades::line_item)))
        .route("/lti/ags/score", call(post(grades::score)))
        .route("/lti/ags/results", call(post(grades::results)))
        .route("/lti/nrps/members", call(post(roster::members)))
        .route("/lti/dl/response", call(post(deep_linking::response)))
}

/// Refuses other methods as JSON, too.
fn call(handler: MethodRouter<Site>) -> MethodRouter<Site> {
    handler.fallback(async || Refusal::other_method())
}
