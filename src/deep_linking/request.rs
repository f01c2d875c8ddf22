//! A launch by which somebody chooses content.

use std::fmt;

use http::HeaderMap;

use crate::{
    claims::{DeepLinkingSettings, MessageType},
    deep_linking::{
        DeepLinkingHandle, ResponseDraft,
        pending_request::PendingRequest,
        refusal,
        sealed::{Holder, seal},
    },
    error::{CookieLoss, LtiError, LtiErrorKind},
    launch_context::LaunchContext,
    random,
    tool::LtiTool,
};

/// The least length of a session's secret, in bytes.
const LEAST_SECRET: usize = 16;

/// A launch by which somebody chooses content for a course (`LtiDeepLinkingRequest`, Deep Linking 2.0 §4.4). Cheap to
/// clone. `Debug` shows no personal data.
///
/// Such launches come in where
/// [`accept_message_type`](crate::LtiLaunchLayer::accept_message_type) lets them; with the feature `axum` it is an
/// extractor. Whether this user may add content is for the tool to decide: look at the launch's roles.
///
/// # Examples
///
/// A picker in a session (feature `sessions`), which works where cookies are blocked, too:
///
/// ```
/// # #[cfg(all(feature = "axum", feature = "sessions"))] mod example {
/// use axum::{
///     Form,
///     extract::State,
///     response::{Html, IntoResponse, Redirect, Response},
/// };
/// use serde::Deserialize;
/// use tower_lti::{
///     LtiError, LtiTool,
///     deep_linking::{DeepLinkingRequest, LinkLineItem, ResourceLinkItem},
///     session::LtiSession,
/// };
///
/// /// POST /lti/launch
/// async fn opened(request: DeepLinkingRequest, session: LtiSession) -> Response {
///     if !request.launch().claims().roles().is_instructor() {
///         return "Only teachers choose content.".into_response();
///     }
///     Redirect::to(&session.url("/picker")).into_response()
/// }
///
/// /// GET /picker
/// async fn picker(session: LtiSession) -> Html<String> {
///     let action = session.url("/picked").replace('&', "&amp;");
///     let form = r#"<button name="quiz" value="7">Quiz 7</button>"#;
///     Html(format!(r#"<form method="post" action="{action}">{form}</form>"#))
/// }
///
/// #[derive(Deserialize)]
/// struct Picked {
///     quiz: u32,
/// }
///
/// /// POST /picked
/// async fn picked(
///     State(tool): State<LtiTool>,
///     request: DeepLinkingRequest,
///     session: LtiSession,
///     Form(Picked { quiz }): Form<Picked>,
/// ) -> Result<Response, LtiError> {
///     let link = ResourceLinkItem::new()
///         .title(&format!("Quiz {quiz}"))
///         .url(&format!("https://tool.example/lti/launch?quiz={quiz}"))?
///         .line_item(LinkLineItem::new(10.0)?.resource_id(&format!("quiz-{quiz}")));
///     let response = request.respond_in_session(&tool, &session).item(link).sign().await?;
///     Ok(response.into_response())
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct DeepLinkingRequest {
    launch: LaunchContext,
    settings: DeepLinkingSettings,
}

impl LaunchContext {
    /// The deep linking request that this launch is; `None` where it is another message.
    #[doc(alias("content selection", "ContentItemSelectionRequest"))]
    #[must_use]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn deep_linking_request(&self) -> Option<DeepLinkingRequest> {
        let claims = self.claims();
        if *claims.message_type() != MessageType::DeepLinking {
            return None;
        }
        Some(DeepLinkingRequest {
            settings: claims.deep_linking_settings()?.clone(),
            launch: self.clone(),
        })
    }
}

impl DeepLinkingRequest {
    /// The launch: who chooses, and where.
    #[must_use]
    pub fn launch(&self) -> &LaunchContext {
        &self.launch
    }

    /// What the platform takes: which types, how many, and whether with line items.
    #[must_use]
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.settings
    }

    /// Seals what is needed to answer into a handle that a form carries, for the browser that sent these `headers`; its
    /// cookie goes with the page.
    ///
    /// # Errors
    ///
    /// Fails with [`CookiesNeeded`](LtiErrorKind::CookiesNeeded) where the launch came without cookies
    /// ([`is_without_cookies`](LaunchContext::is_without_cookies)), because nothing could be sent with that handle: a session
    /// answers there. Fails, too, when the operating system has no random bytes.
    pub fn handle(
        &self,
        tool: &LtiTool,
        headers: &HeaderMap,
    ) -> Result<DeepLinkingHandle, LtiError> {
        if self.launch.is_without_cookies() {
            let error = LtiError::from(LtiErrorKind::CookiesNeeded)
                .with_cookie_loss(Some(CookieLoss::Blocked))
                .with_hint("respond_in_session and handle_for_session need no cookie");
            let error = self.pending(tool).explain(error);
            refusal::log_proven(tool, &error);
            return Err(error);
        }
        let id = random::text::<16>()?;
        DeepLinkingHandle::for_browser(&self.pending(tool), &id, tool, headers)
    }

    /// The same for a tool that keeps sessions: bound to a secret that only this user's session has, in place of a
    /// cookie, and so fit for a frame where cookies are blocked.
    ///
    /// # Security
    ///
    /// The secret has to be random, of 128 bits at least, and must not stand in the page. It has to be another one for
    /// each session.
    ///
    /// # Errors
    ///
    /// Fails when the secret has less than 16 bytes, which no text of 128 random bits has
    /// ([`DeepLinkingHandleForeign`](LtiErrorKind::DeepLinkingHandleForeign): it would be nobody's), and when the
    /// operating system has no random bytes.
    pub fn handle_for_session(&self, tool: &LtiTool, secret: &str) -> Result<String, LtiError> {
        if secret.len() < LEAST_SECRET {
            let error = LtiError::from(LtiErrorKind::DeepLinkingHandleForeign)
                .with_hint("the session's secret has less than 16 bytes");
            let error = self.pending(tool).explain(error);
            refusal::log_proven(tool, &error);
            return Err(error);
        }
        let id = random::text::<16>()?;
        let sealed = seal(&self.pending(tool), &id, Holder::Session, secret, tool);
        let (text, _) = sealed.ok_or(LtiErrorKind::RandomnessUnavailable)?;
        Ok(text)
    }

    /// Starts the response at once, where there is nothing to choose.
    #[doc(alias("ContentItemSelection", "LtiDeepLinkingResponse"))]
    pub fn respond(&self, tool: &LtiTool) -> ResponseDraft {
        ResponseDraft::new(tool.clone(), self.pending(tool))
    }

    pub(super) fn pending(&self, tool: &LtiTool) -> PendingRequest {
        PendingRequest::of(&self.launch, &self.settings, tool)
    }
}

impl fmt::Debug for DeepLinkingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeepLinkingRequest")
            .field("launch", &self.launch)
            .finish_non_exhaustive()
    }
}
