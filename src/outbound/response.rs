//! A response whose body has a bound.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::outbound::OutboundError;

/// A response whose body has yet to be read: by then the caller knows its status.
#[derive(Debug)]
pub(crate) struct OutboundResponse {
    pub(super) response: reqwest::Response,
    pub(super) max_bytes: usize,
}

impl OutboundResponse {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the body, and gives up at the first byte beyond the bound.
    pub(crate) async fn body(mut self) -> Result<Bytes, OutboundError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self
            .response
            .chunk()
            .await
            .map_err(OutboundError::from_reqwest)?
        {
            if body.len() + chunk.len() > self.max_bytes {
                return Err(OutboundError::TooLarge {
                    max_bytes: self.max_bytes,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}
