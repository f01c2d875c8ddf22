//! What is needed to answer, sealed.

use std::fmt;

use http::{HeaderMap, HeaderValue, Response, header};

use crate::{
    browser_binding::{CookieKind, clear_oldest, give_secret},
    deep_linking::{
        pending_request::PendingRequest,
        sealed::{Holder, seal},
    },
    error::{LtiError, LtiErrorKind},
    random,
    tool::LtiTool,
};

/// What is needed to answer a deep linking request, sealed for one browser, and the cookie that ties it to that.
///
/// It is good for [`Limits::deep_linking_lifetime`](crate::tool::Limits::deep_linking_lifetime), and for one response.
/// It holds the registration, the deployment, the user's `sub` and the request's settings; nobody but the tool can read
/// or alter it. `Debug` shows nothing.
#[must_use]
pub struct DeepLinkingHandle {
    text: String,
    cookies: Vec<HeaderValue>,
}

impl DeepLinkingHandle {
    pub(super) fn for_browser(
        request: &PendingRequest,
        id: &str,
        tool: &LtiTool,
        headers: &HeaderMap,
    ) -> Result<Self, LtiError> {
        let secret = random::text::<32>()?;
        let unavailable = LtiErrorKind::RandomnessUnavailable;
        let (text, cookie_id) =
            seal(request, id, Holder::Browser, &secret, tool).ok_or(unavailable)?;
        let lifetime = tool.limits().deep_linking_lifetime.as_secs();
        let lasts_secs = i64::try_from(lifetime).unwrap_or(3_600);
        let kind = CookieKind::Selection;
        let mut cookies = clear_oldest(kind, headers);
        cookies.push(give_secret(kind, &cookie_id, &secret, lasts_secs).ok_or(unavailable)?);
        Ok(Self { text, cookies })
    }

    /// The handle, for a hidden field of a form, as it is: URL-safe base64.
    ///
    /// It does not belong into an address: addresses stand in logs, and it grows with the request's `data`, to more than
    /// servers take there.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds the cookie to the answer that shows the picker.
    ///
    /// It is partitioned and `SameSite=None`, so that it is kept in a platform's frame, and lasts as long as the
    /// handle. A browser is left with the 16 latest.
    pub fn with_cookie<B>(self, mut response: Response<B>) -> Response<B> {
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl fmt::Debug for DeepLinkingHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeepLinkingHandle(..)")
    }
}
