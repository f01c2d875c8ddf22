//! A call of a page of the tool: JSON about one launch, which it names by its session's reference.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lti::session::LtiSession;

use crate::{Site, origin::is_own, refusal::Refusal};

const KIBIBYTE: usize = 1_024;
pub(crate) const MEBIBYTE: usize = 1_024 * KIBIBYTE;

/// A call that comes from the tool's own pages, or from no page at all, about a launch of this browser.
pub(crate) struct Call<T, const MAX_BYTES: usize = { 64 * KIBIBYTE }> {
    pub(crate) session: LtiSession,
    pub(crate) wanted: T,
}

impl<T: DeserializeOwned, const MAX_BYTES: usize> FromRequest<Site> for Call<T, MAX_BYTES> {
    type Rejection = Refusal;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        if !is_own(&parts.headers, &site.base_url) {
            return Err(Refusal::cross_site());
        }
        if !is_json(&parts.headers) {
            return Err(Refusal::not_json());
        }
        let body = to_bytes(body, MAX_BYTES).await;
        let body: Bytes = body.map_err(|_| Refusal::too_large(MAX_BYTES / KIBIBYTE))?;
        let json: Value =
            serde_json::from_slice(&body).map_err(|error| Refusal::malformed(&error))?;
        let launch_id = json["launch_id"].as_str();
        let launch_id = launch_id.ok_or_else(|| Refusal::bad_value("launch_id", "text"))?;
        let session = site.tool.open_session(launch_id, &parts.headers).await;
        Ok(Self {
            session: session.map_err(Refusal::no_session)?,
            // Of the text, since a `Value` does not keep each number as it came.
            wanted: serde_json::from_slice(&body).map_err(|error| Refusal::malformed(&error))?,
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let media_type = content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    media_type.as_deref() == Some("application/json")
}
