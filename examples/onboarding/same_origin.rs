//! Forms are taken from the tool's own pages alone.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Site, pages};

pub(crate) async fn check(State(site): State<Site>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || is_own(request.headers(), &site.base_url) {
        return next.run(request).await;
    }
    let text = format!("Open the page anew at {}, and try again.", site.base_url);
    (
        StatusCode::FORBIDDEN,
        pages::message("This form came from somewhere else", &text),
    )
        .into_response()
}

/// Browsers send `Origin` with every POST, and the newer ones say what it is to us. Without either
/// word it is not taken.
fn is_own(headers: &HeaderMap, base_url: &str) -> bool {
    let origin = headers.get(header::ORIGIN);
    let site = headers.get("sec-fetch-site");
    origin.is_some_and(|origin| origin == base_url) && site.is_none_or(|site| site == "same-origin")
}
