//! A deep linking request that came back with its handle.

use std::fmt;

use cookie::Cookie;
use http::HeaderMap;

use crate::{
    browser_binding::{CookieKind, held_secret},
    claims::DeepLinkingSettings,
    deep_linking::{
        ResponseDraft,
        pending_request::PendingRequest,
        refusal,
        sealed::{Holder, UnboundHandle},
    },
    deployment::DeploymentKey,
    error::{LtiError, LtiErrorKind},
    launch_context::LaunchContext,
    observe::deep_linking_response,
    pages::PageWriter,
    tool::LtiTool,
};

/// A deep linking request that came back with its handle, and can be answered once.
///
/// `Debug` shows no personal data.
#[must_use]
pub struct OpenedRequest {
    tool: LtiTool,
    request: PendingRequest,
    page: PageWriter,
}

impl LtiTool {
    /// Opens the handle of a deep linking request, as often as the picker is shown.
    ///
    /// `headers` are those of the request that brought it: the browser has to be the one that the handle was made for.
    ///
    /// # Errors
    ///
    /// Fails with [`DeepLinkingHandleForged`](LtiErrorKind::DeepLinkingHandleForged) when the handle was not sealed by
    /// this tool for a browser; with [`DeepLinkingHandleExpired`](LtiErrorKind::DeepLinkingHandleExpired) when it is
    /// older than [`Limits::deep_linking_lifetime`](crate::tool::Limits::deep_linking_lifetime) or than what a store in
    /// memory remembers; and with [`DeepLinkingHandleForeign`](LtiErrorKind::DeepLinkingHandleForeign) when it came
    /// from another browser.
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn open_deep_linking(
        &self,
        handle: &str,
        headers: &HeaderMap,
    ) -> Result<OpenedRequest, LtiError> {
        let open = || {
            let handle = UnboundHandle::open(handle, Holder::Browser, self)?;
            let secret = held_secret(CookieKind::Selection, &handle.cookie_id(), headers);
            handle.bind(secret.as_ref().map(Cookie::value))
        };
        self.opened(open(), headers)
    }

    /// The same for a handle that was sealed for a session: `launch` and `secret` are the session's.
    ///
    /// # Errors
    ///
    /// As [`open_deep_linking`](Self::open_deep_linking), where the session stands for the browser; and with
    /// [`DeepLinkingHandleForeign`](LtiErrorKind::DeepLinkingHandleForeign) when the handle is of another registration,
    /// deployment or user than the launch.
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn open_deep_linking_in_session(
        &self,
        handle: &str,
        launch: &LaunchContext,
        secret: &str,
    ) -> Result<OpenedRequest, LtiError> {
        let open = || {
            let handle = UnboundHandle::open(handle, Holder::Session, self)?;
            let request = handle.bind(Some(secret))?;
            if request.is_of(launch) {
                return Ok(request);
            }
            let foreign = LtiError::from(LtiErrorKind::DeepLinkingHandleForeign)
                .with_hint("it is of another registration, deployment or user than the session");
            Err(request.explain(foreign))
        };
        self.opened(open(), &HeaderMap::new())
    }

    /// Logs and counts a refusal: of whoever brought something, nothing is proven.
    fn opened(
        &self,
        request: Result<PendingRequest, LtiError>,
        headers: &HeaderMap,
    ) -> Result<OpenedRequest, LtiError> {
        match request {
            Ok(request) => Ok(OpenedRequest {
                tool: self.clone(),
                request,
                page: self.pages().writer(headers),
            }),
            Err(error) => {
                refusal::log_unproven(self, &error);
                deep_linking_response(Err(&error));
                Err(error)
            }
        }
    }
}

impl OpenedRequest {
    /// The deployment that it came from.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.request.deployment
    }

    /// The `sub` of the user who chooses; `None` where the platform named nobody.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.request.user.as_deref()
    }

    /// What the platform takes: which types, how many, and whether with line items.
    #[must_use]
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.request.settings
    }

    /// Starts the response. Without items it says that nothing was chosen.
    pub fn respond(self) -> ResponseDraft {
        ResponseDraft::new(self.tool, self.request).with_page(self.page)
    }
}

impl fmt::Debug for OpenedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedRequest")
            .field("deployment", self.deployment())
            .finish_non_exhaustive()
    }
}
