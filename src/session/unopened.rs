//! What is left in a request that has no session yet: why not, or that several are there to choose from.

use std::sync::Arc;

use http::request::Parts;
use tokio::sync::OnceCell;

use crate::{
    clock::unix_millis,
    error::{LtiError, LtiErrorKind, SessionChoice},
    observe::event,
    session::{
        LtiSession,
        address::PARAMETER,
        brought::Brought,
        cross_site::Sender,
        find::{find, look_at_all},
        lti_session::Carrier,
    },
    tool::LtiTool,
};

/// What stands in the extensions of a request without a session, where it is not that it brought none.
#[derive(Clone)]
pub(super) struct Unopened {
    pub(super) tool: LtiTool,
    pub(super) reason: Reason,
    /// Whether the address may hold a handle: one that was not opened may be good all the same.
    pub(super) may_hold_handle: bool,
}

#[derive(Clone)]
pub(super) enum Reason {
    /// There is none for this request.
    Refused(LtiError),
    /// The browser has several, and the request does not say which.
    Several(Arc<Several>),
}

/// Several sessions. They are looked up when a handler asks for one, and once for all who ask in a request.
pub(super) struct Several {
    all: Vec<Brought>,
    sender: Sender,
    query: String,
    found: OnceCell<Result<LtiSession, LtiError>>,
}

impl LtiSession {
    /// The session of a request, by what an [`LtiSessionLayer`](crate::session::LtiSessionLayer) left in it: what axum's
    /// extractor does, for other frameworks. A refusal is logged.
    ///
    /// # Errors
    ///
    /// Fails with [`LaunchRequired`](LtiErrorKind::LaunchRequired) when the request belongs to no session; with a kind
    /// of the codes `session_over`, `session_invalid` or `session_foreign` when the session that it names is not there
    /// for it; with [`SessionAmbiguous`](LtiErrorKind::SessionAmbiguous) when the browser has several and the request
    /// does not say which; with the kinds of a launch whose deployment or registration was shut since; and when the
    /// store could not answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower_lti::{LtiError, session::LtiSession};
    ///
    /// async fn page<B>(request: Request<B>) -> Result<Response<String>, LtiError> {
    ///     let (parts, _body) = request.into_parts();
    ///     let session = LtiSession::of_request(&parts).await?;
    ///     Ok(Response::new(format!("in deployment {}", session.launch().deployment().id())))
    /// }
    /// # let _ = page::<()>;
    /// ```
    pub async fn of_request(parts: &Parts) -> Result<Self, LtiError> {
        match Self::sought(parts).await {
            Some(found) => found,
            None => Err(LtiErrorKind::LaunchRequired.into()),
        }
    }

    /// The same, without a word where the request has nothing to do with sessions.
    pub(crate) async fn sought(parts: &Parts) -> Option<Result<Self, LtiError>> {
        let found = Self::resolved(parts).await?;
        if let Err(error) = &found {
            Self::log_refusal(parts, error);
        }
        Some(found)
    }

    /// Logs why a request got no session.
    pub(crate) fn log_refusal(parts: &Parts, error: &LtiError) {
        if let Some(unopened) = parts.extensions.get::<Unopened>() {
            log(&unopened.tool, error);
        }
    }

    /// The same, and nothing is logged.
    pub(crate) async fn resolved(parts: &Parts) -> Option<Result<Self, LtiError>> {
        if let Some(session) = parts.extensions.get::<Self>() {
            return Some(Ok(session.clone()));
        }
        let unopened = parts.extensions.get::<Unopened>()?;
        Some(match &unopened.reason {
            Reason::Refused(error) => Err(error.clone()),
            // Boxed, as it is rare: every handler's future would be larger by it.
            Reason::Several(several) => Box::pin(several.only(&unopened.tool)).await,
        })
    }
}

impl Unopened {
    /// The session that a handler has asked for, if it was the only one.
    pub(super) fn opened(&self) -> Option<&LtiSession> {
        match &self.reason {
            Reason::Several(several) => several.found.get()?.as_ref().ok(),
            Reason::Refused(_) => None,
        }
    }
}

/// Logs the refusal of a session: anybody can cause one.
pub(super) fn log(tool: &LtiTool, error: &LtiError) {
    event::rejected(error, tool.log_permit(error), || tool.permits_error(error));
}

impl Several {
    pub(super) fn new(all: Vec<Brought>, sender: Sender, query: Option<&str>) -> Self {
        Self {
            all,
            sender,
            query: query.unwrap_or_default().to_owned(),
            found: OnceCell::new(),
        }
    }

    /// The one that is not over, for what changes nothing; an error where there is none, where there are several, and
    /// for what may change something.
    async fn only(&self, tool: &LtiTool) -> Result<LtiSession, LtiError> {
        let finding = self.found.get_or_init(|| self.find(tool));
        finding.await.clone()
    }

    async fn find(&self, tool: &LtiTool) -> Result<LtiSession, LtiError> {
        let mut live = Vec::new();
        let mut over = None;
        for found in look_at_all(tool, &self.all).await? {
            match found {
                Ok(session) => live.push(session),
                // Nobody knows whether it is over.
                Err(error) if error.status().is_server_error() => return Err(error),
                Err(error) => over = over.or(Some(error)),
            }
        }
        match <[LtiSession; 1]>::try_from(live) {
            Ok([session]) => {
                self.sender.check(&session.0.terms.origin, false)?;
                if self.sender.may_change() {
                    // It may have been meant for one that is over by now.
                    return Err(self.ambiguous(&[session], tool));
                }
                // It alone is used, and so kept for longer.
                let brought = Brought::Pointer(session.0.pointer.clone());
                find(tool, brought, Carrier::Cookie).await
            }
            Err(live) if live.is_empty() => {
                Err(over.unwrap_or_else(|| LtiErrorKind::SessionOver.into()))
            }
            Err(live) => Err(self.ambiguous(&live, tool)),
        }
    }

    fn ambiguous(&self, live: &[LtiSession], tool: &LtiTool) -> LtiError {
        let choices = live.iter().map(|session| self.choice(session, tool));
        LtiError::from(LtiErrorKind::SessionAmbiguous).with_session_choices(choices.collect())
    }

    fn choice(&self, session: &LtiSession, tool: &LtiTool) -> SessionChoice {
        let claims = session.launch().claims();
        let context = claims.context();
        let now_ms = unix_millis(tool.clock().now());
        let age_ms = now_ms.saturating_sub(session.0.pointer.started_at_ms);
        SessionChoice {
            course: context
                .and_then(|context| context.title())
                .map(str::to_owned),
            link: claims
                .resource_link()
                .and_then(|link| link.title())
                .map(str::to_owned),
            started_at: session.started_at(),
            age_minutes: age_ms / 60_000,
            address: match &*self.query {
                "" => format!("?{PARAMETER}={}", session.id()),
                query => format!("?{query}&{PARAMETER}={}", session.id()),
            },
        }
    }
}
