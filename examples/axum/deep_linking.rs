//! Content for the course, from the tool's own pages.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use tower_lti::deep_linking::{ContentItem, DeepLinkingResponse};

use crate::{
    Site,
    answer::Answer,
    call::{Call, MEBIBYTE},
    pages::Wanted,
    refusal::Refusal,
    said::said,
};

#[derive(Deserialize)]
pub(crate) struct NewResponse {
    /// As Deep Linking 2.0 writes them; none where it is left out. Kept as text, they go on as they came.
    items: Option<Vec<Box<RawValue>>>,
    message: Option<String>,
    log: Option<String>,
    error_message: Option<String>,
    error_log: Option<String>,
}

/// `POST /lti/dl/response`: the page that takes the browser back to the platform with these items, or the signed
/// response and where it is posted to.
pub(crate) async fn response(
    State(site): State<Site>,
    wanted: Wanted,
    call: Call<NewResponse, MEBIBYTE>,
) -> Result<Response, Refusal> {
    let response = sign(&site, call).await?;
    Ok(match wanted {
        Wanted::Json => Answer(json!({
            "jwt": response.jwt(),
            "return_url": response.return_url(),
        }))
        .into_response(),
        Wanted::Page | Wanted::Visit => response.into_response(),
    })
}

async fn sign(
    site: &Site,
    Call { session, wanted }: Call<NewResponse, MEBIBYTE>,
) -> Result<DeepLinkingResponse, Refusal> {
    let request = session.launch().deep_linking_request();
    let request = request.ok_or_else(Refusal::no_deep_linking)?;
    let items = wanted.items.unwrap_or_default();
    let items = ContentItem::list_from_json_text(items.iter().map(|item| item.get()));
    let response = request.respond_in_session(&site.tool, &session);
    let mut response = response.try_items(items);
    if let Some(text) = said(&wanted.message) {
        response = response.message(text);
    }
    if let Some(text) = said(&wanted.log) {
        response = response.log(text);
    }
    if let Some(text) = said(&wanted.error_message) {
        response = response.error_message(text);
    }
    if let Some(text) = said(&wanted.error_log) {
        response = response.error_log(text);
    }
    Ok(response.sign().await?)
}
