//! Answering from a session of this crate, without a handle.

use crate::{
    clock::unix_millis,
    deep_linking::{DeepLinkingRequest, ResponseDraft},
    digest::Digest,
    session::LtiSession,
    tool::LtiTool,
};

impl DeepLinkingRequest {
    /// Starts the response to the request that began this session. Nothing has to be sealed, and no handle stands in the
    /// picker's form: the session is what the answer is bound to.
    ///
    /// It is good for [`Limits::deep_linking_lifetime`](crate::tool::Limits::deep_linking_lifetime) from the launch on, and
    /// for one response, as a handle is; what is refused uses nothing up. Sessions that outlive the memory of the store, as
    /// those in a database do beside a `MemoryStore`, may be answered from once more after a restart.
    ///
    /// # Examples
    ///
    /// The picker's form came in, in its session; with the feature `axum` both are extractors:
    ///
    /// ```
    /// use tower_lti::{
    ///     LtiError, LtiTool,
    ///     deep_linking::{ContentItem, DeepLinkingRequest, DeepLinkingResponse},
    ///     session::LtiSession,
    /// };
    ///
    /// async fn picked(
    ///     tool: &LtiTool,
    ///     request: &DeepLinkingRequest,
    ///     session: &LtiSession,
    ///     items: Vec<ContentItem>,
    /// ) -> Result<DeepLinkingResponse, LtiError> {
    ///     request.respond_in_session(tool, session).items(items).sign().await
    /// }
    /// # let _ = picked;
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn respond_in_session(&self, tool: &LtiTool, session: &LtiSession) -> ResponseDraft {
        let mut request = self.pending(tool);
        request.id = Some(Digest::of(["deep linking in a session", session.secret()]).to_text());
        request.issued_at_ms = unix_millis(session.started_at());
        ResponseDraft::new(tool.clone(), request)
    }
}
