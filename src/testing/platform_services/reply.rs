//! What the platform would answer, before a fault changes it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// What stands in the status line instead of the usual words.
    pub(super) reason: Option<Bytes>,
    pub(super) headers: Box<HeaderMap>,
    pub(super) body: Bytes,
}

impl Reply {
    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            reason: None,
            headers: Box::default(),
            body: Bytes::new(),
        }
    }

    pub(super) fn text(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let mut reply = Self::empty(status);
        reply.body = body.into();
        reply.with_header(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    pub(super) fn json(status: StatusCode, content_type: &'static str, body: &Value) -> Self {
        Self::text(status, content_type, body.to_string())
    }

    /// A refusal with words in it.
    pub(super) fn refusal(status: StatusCode, reason: &str) -> Self {
        let body = json!({"status": status.as_u16(), "reason": reason});
        Self::json(status, "application/json", &body)
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the words in the status line. What may not stand there is left out.
    pub(super) fn with_reason(mut self, reason: &str) -> Self {
        let visible = |byte: &u8| *byte == b' ' || *byte == b'\t' || byte.is_ascii_graphic();
        let reason: Vec<u8> = reason.bytes().filter(visible).collect();
        self.reason = Some(reason.into());
        self
    }
}
