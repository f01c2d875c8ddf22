//! A signed response, on its way back to the platform.

use std::fmt;

use bytes::Bytes;
use http::Response;

/// A signed response. It is good for five minutes, and platforms take it once.
#[must_use]
pub struct DeepLinkingResponse {
    jwt: String,
    return_url: String,
}

impl DeepLinkingResponse {
    /// The response as a signed JWT, for the form field `JWT`.
    #[must_use]
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    /// Where the browser posts it.
    #[must_use]
    pub fn return_url(&self) -> &str {
        &self.return_url
    }

    /// The page that makes the browser post it, by itself or by a button where scripts are off.
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        todo!()
    }
}

impl fmt::Debug for DeepLinkingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeepLinkingResponse(..)")
    }
}
