//! A session: a launch at its next click.

use std::{fmt, time::SystemTime};

use http::{HeaderMap, Response, request::Parts};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    deployment::DeploymentKey, error::LtiError, identity::RegistrationId,
    launch_context::LaunchContext, tool::LtiTool,
};

/// A session: what a launch has proven, for the requests after it. Cheap to clone.
#[derive(Clone)]
pub struct LtiSession(());

impl LtiSession {
    /// The session of a request, by what an [`LtiSessionLayer`](crate::session::LtiSessionLayer) left in it: what axum's
    /// extractor does, for other frameworks.
    ///
    /// # Errors
    ///
    /// Fails when there is none, when it is over, and when the browser has several and the request does not say which.
    pub async fn of_request(_parts: &Parts) -> Result<Self, LtiError> {
        todo!()
    }

    /// The verified launch. Its deployment is as it was in the store at this request.
    #[must_use]
    pub fn launch(&self) -> &LaunchContext {
        todo!()
    }

    /// The public id: fit for an address, and alone it opens nothing.
    #[must_use]
    pub fn id(&self) -> &str {
        todo!()
    }

    /// What links, forms and calls carry so that this session counts: the public id where a cookie goes with it, and
    /// the handle where cookies are blocked.
    #[must_use]
    pub fn reference(&self) -> &str {
        todo!()
    }

    /// The handle, which alone opens the session; `None` where a cookie does.
    #[must_use]
    pub fn handle(&self) -> Option<&str> {
        todo!()
    }

    /// An address of the tool's own with the [`reference`](Self::reference) in its query, as `lti_session`.
    #[must_use]
    pub fn url(&self, _address: &str) -> String {
        todo!()
    }

    /// A secret of this session's own, for what is to be bound to it.
    #[must_use]
    pub fn secret(&self) -> &str {
        todo!()
    }

    /// When the launch was.
    #[must_use]
    pub fn started_at(&self) -> SystemTime {
        todo!()
    }

    /// The application's own data, as it was when this request came in.
    ///
    /// # Errors
    ///
    /// Fails when what was kept is not of this type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<Option<T>, serde_json::Error> {
        todo!()
    }

    /// Keeps data of the application's own in the session, in place of what was there.
    ///
    /// # Errors
    ///
    /// Fails when it is larger than 4 KiB, when the session is over, and when the store could not answer.
    pub async fn set_data<T: Serialize + Sync>(&self, _data: &T) -> Result<(), LtiError> {
        todo!()
    }

    /// Ends the session, for a "sign out".
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn end(&self) -> Result<(), LtiError> {
        todo!()
    }

    /// Adds to an answer what the session needs, where no layer does: its cookie.
    pub fn with_cookie<B>(&self, _response: Response<B>) -> Response<B> {
        todo!()
    }
}

impl LtiTool {
    /// Starts the session of a launch. [`LtiSessionLayer`](crate::session::LtiSessionLayer) does it for every launch.
    ///
    /// # Errors
    ///
    /// Fails when the launch is larger than a session may be, and when the store could not answer.
    pub async fn start_session(
        &self,
        _launch: &LaunchContext,
        _headers: &HeaderMap,
    ) -> Result<LtiSession, LtiError> {
        todo!()
    }

    /// Opens the session of a reference that a form or a call brought: a public id beside its cookie, or a handle.
    ///
    /// # Errors
    ///
    /// Fails when it is over, when it is not of this browser, and when the store could not answer.
    pub async fn open_session(
        &self,
        _reference: &str,
        _headers: &HeaderMap,
    ) -> Result<LtiSession, LtiError> {
        todo!()
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn end_sessions_of_user(
        &self,
        _registration: &RegistrationId,
        _sub: &str,
    ) -> Result<(), LtiError> {
        todo!()
    }

    /// Ends all sessions of a deployment.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn end_sessions_of_deployment(
        &self,
        _deployment: &DeploymentKey,
    ) -> Result<(), LtiError> {
        todo!()
    }

    /// Ends all sessions of a registration.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn end_sessions_of_registration(
        &self,
        _registration: &RegistrationId,
    ) -> Result<(), LtiError> {
        todo!()
    }
}

impl fmt::Debug for LtiSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LtiSession(..)")
    }
}
