//! A signed response, on its way back to the platform.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::{
    content_item::ItemWarning,
    error::LtiError,
    page_text::PageText,
    pages::{
        PageSettings, PageWriter, PostForm, form_policy, form_policy_with_redirects, harden,
        tell_origin,
    },
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
    /// What the page says of it.
    explanation: PageText,
    /// How the tool's pages look, and this one.
    page: (PageSettings, PageWriter),
    allows_redirects: bool,
    /// Of the page's script and stylesheet.
    page_nonce: String,
}

impl DeepLinkingResponse {
    pub(super) fn new(
        jwt: String,
        return_url: &str,
        warnings: Vec<ItemWarning>,
        explanation: PageText,
        page: (PageSettings, PageWriter),
    ) -> Result<Self, LtiError> {
        Ok(Self {
            jwt,
            return_url: return_url.to_owned(),
            warnings,
            explanation,
            page,
            allows_redirects: false,
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

    /// What some platforms make of items that are valid. The log has a line for each kind of warning.
    #[must_use]
    pub fn warnings(&self) -> &[ItemWarning] {
        &self.warnings
    }

    /// Lets the page's form follow redirects to other origins: of a platform whose return URL redirects, as to a host of
    /// the school's own or to a single sign-on. Default: it does not.
    ///
    /// Chromium applies a page's `form-action` to redirects, too: the platform has taken the response then, and the user
    /// stays on the tool's page. With this the policy names the return URL's scheme in place of its origin.
    pub fn allow_redirects(mut self) -> Self {
        self.allows_redirects = true;
        self
    }

    /// Sets the page's language to the one that the browser with these request headers asks for (`Accept-Language`), of
    /// those that the tool [has](crate::tool::LtiToolBuilder::add_language). Default: that of the request which
    /// [`open_deep_linking`](crate::LtiTool::open_deep_linking) was given, and English elsewhere.
    pub fn in_language_of(mut self, headers: &HeaderMap) -> Self {
        let writer = self.page.0.writer(headers);
        self.page.1 = writer;
        self
    }

    /// The page that makes the browser post it, by itself or by a button where scripts are off.
    ///
    /// It may be shown in a platform's frame, is not cached, and its content security policy lets it post to the
    /// return URL's origin alone; to its scheme where a policy cannot name the host. The platform gets to know the
    /// tool's origin (`Origin`), and no path. A page that is loaded again does not post by itself: the platform would
    /// take the response for replayed.
    #[must_use]
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let policy = if self.allows_redirects {
            form_policy_with_redirects(&self.return_url)
        } else {
            form_policy(&self.return_url)
        };
        let form = PostForm::new(&self.return_url, [("JWT", self.jwt.as_str())]);
        let mut response =
            form.posting_itself_once(&self.page.1, self.explanation, &self.page_nonce, &policy);
        harden(response.headers_mut());
        tell_origin(response.headers_mut());
        response
    }
}

impl fmt::Debug for DeepLinkingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeepLinkingResponse(..)")
    }
}
