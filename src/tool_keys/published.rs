//! A key set as it is published, put together once.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Value, json};

use crate::tool_key::ToolKey;

/// The body of a key set (RFC 7517 §5), and its entity tag.
#[derive(Clone)]
pub(crate) struct Published {
    pub(crate) body: Bytes,
    pub(crate) length: HeaderValue,
    pub(crate) etag: HeaderValue,
}

impl Published {
    pub(super) fn of<'a>(keys: impl Iterator<Item = &'a Arc<ToolKey>>) -> Self {
        let keys: Vec<&Value> = keys.map(|key| key.public_jwk()).collect();
        let body = Bytes::from(json!({ "keys": keys }).to_string());
        let tag = URL_SAFE_NO_PAD.encode(digest(&SHA256, &body));
        Self {
            length: HeaderValue::from(body.len()),
            // Quotes and base64url are valid in a header.
            etag: HeaderValue::try_from(format!("\"{tag}\""))
                .unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
            body,
        }
    }

    /// The key set of a tool without keys.
    pub(crate) fn empty() -> Self {
        Self::of([].iter())
    }
}
