//! A signed response, on its way back to the platform.

use std::fmt;

use bytes::Bytes;
use http::Response;

use crate::{
    content_item::ItemWarning,
    error::LtiError,
    pages::{PostForm, harden},
    random,
};

/// A signed response. It is good for five minutes, and platforms take it once: make a new one for each answer.
///
/// `Debug` shows nothing.
#[must_use]
pub struct DeepLinkingResponse {
    jwt: String,
    return_url: String,
    warnings: Vec<ItemWarning>,
    /// Of the page's script and stylesheet.
    page_nonce: String,
}

impl DeepLinkingResponse {
    pub(super) fn new(
        jwt: String,
        return_url: &str,
        warnings: Vec<ItemWarning>,
    ) -> Result<Self, LtiError> {
        Ok(Self {
            jwt,
            return_url: return_url.to_owned(),
            warnings,
            page_nonce: random::text::<16>()?,
        })
    }

    /// The response as a signed JWT, for the form field `JWT`.
    #[must_use]
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    /// Where the browser posts it, in the window or frame that the request came to.
    #[must_use]
    pub fn return_url(&self) -> &str {
        &self.return_url
    }

    /// What some platforms make of items that are valid. The log has a line of it, too.
    #[must_use]
    pub fn warnings(&self) -> &[ItemWarning] {
        &self.warnings
    }

    /// The page that makes the browser post it, by itself or by a button where scripts are off.
    ///
    /// It may be shown in a platform's frame, is not cached, and its content security policy lets it post to the
    /// return URL's origin alone. A page that is loaded again does not post by itself: the platform would take the
    /// response for replayed.
    #[must_use]
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let form = PostForm::new(&self.return_url, [("JWT", self.jwt.as_str())]);
        let mut response = form.posting_itself_once(
            "Back to your course",
            "Your choice is sent to your course.",
            &self.page_nonce,
            &self.return_url,
        );
        harden(response.headers_mut());
        response
    }
}

impl fmt::Debug for DeepLinkingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeepLinkingResponse(..)")
    }
}
