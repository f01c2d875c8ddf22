//! What this crate says of a refusal, wherever it stands in an answer.

use std::error::Error;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::markup::visible_text;
use crate::error::{LtiError, LtiErrorKind};

/// The code of a refusal: of the error that came with the answer, of its JSON, or of its page.
pub(super) fn code(answer: &Response<Bytes>) -> Option<String> {
    if let Some(error) = answer.extensions().get::<LtiError>() {
        return Some(error.code().as_str().to_owned());
    }
    if answer.status().is_success() {
        return None;
    }
    if let Ok(json) = serde_json::from_slice::<Value>(answer.body()) {
        return json["error"].as_str().map(str::to_owned);
    }
    let page = visible_text(&String::from_utf8_lossy(answer.body()));
    let english = page
        .rsplit_once("Code ")
        .and_then(|(_, code)| code.split_once(", reference "));
    match english {
        Some((code, _)) => Some(code.to_owned()),
        None => named_in(&page).map(str::to_owned),
    }
}

/// The last code that stands in a page of any language. Codes of one word may be words of the page.
fn named_in(page: &str) -> Option<&'static str> {
    let mut words = page.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.find_map(|word| {
        let mut codes = LtiErrorKind::ALL.iter().map(|kind| kind.code().as_str());
        codes.find(|code| *code == word && code.contains('_'))
    })
}

/// What a tool's log says of the error that came with an answer.
pub(super) fn reason(answer: &Response<Bytes>) -> Option<String> {
    let error = answer.extensions().get::<LtiError>()?;
    let mut reason = error.to_string();
    let detail = error.detail();
    for (what, said) in [
        ("field", detail.field()),
        ("came", detail.came()),
        ("expected", detail.expected()),
        ("hint", detail.hint()),
        ("platform said", detail.platform_error()),
    ] {
        if let Some(said) = said {
            reason.push_str(&format!("; {what}: {said}"));
        }
    }
    let mut source = error.source();
    while let Some(cause) = source {
        reason.push_str(&format!("; because {cause}"));
        source = cause.source();
    }
    Some(reason)
}
