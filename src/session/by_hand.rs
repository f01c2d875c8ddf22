//! Sessions where no layer stands: started and opened by the application.

use crate::{
    error::{LtiError, LtiErrorKind},
    launch_context::LaunchContext,
    session::{LtiSession, find::find, reference::Reference, start::start, unopened::log},
    tool::LtiTool,
};

impl LtiTool {
    /// Starts the session of a launch. [`LtiSessionLayer`](crate::session::LtiSessionLayer) does it for every launch.
    ///
    /// `headers` are those of the launch's request: by them the browser's oldest sessions are cleared. Its cookie goes
    /// with the answer by [`LtiSession::with_cookie`].
    ///
    /// # Errors
    ///
    /// Fails with [`SessionTooLarge`](LtiErrorKind::SessionTooLarge) when the launch is larger than 256 KiB, with
    /// [`LaunchRequired`](LtiErrorKind::LaunchRequired) when it comes from a session, and when the store could not answer.
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub async fn start_session(
        &self,
        launch: &LaunchContext,
        headers: &http::HeaderMap,
    ) -> Result<LtiSession, LtiError> {
        let starting = async {
            if launch.is_from_session() {
                // Its end would be put off, and what was ended since would go on.
                return Err(LtiError::from(LtiErrorKind::LaunchRequired)
                    .with_hint("a session's launch starts no other session"));
            }
            start(self, launch, headers).await
        };
        let started = starting.await;
        started.inspect_err(|error| log(self, error))
    }

    /// Opens the session of a reference that came in another way than the layer looks for, such as a form's field: a
    /// public id beside its cookie, or a handle.
    ///
    /// Where the request came from is not looked at.
    ///
    /// # Errors
    ///
    /// As [`LtiSession::of_request`].
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub async fn open_session(
        &self,
        reference: &str,
        headers: &http::HeaderMap,
    ) -> Result<LtiSession, LtiError> {
        let opening = async {
            let (pointer, carrier) = Reference::new(reference).open(headers, self)?;
            find(self, pointer, carrier).await
        };
        let opened = opening.await;
        opened.inspect_err(|error| log(self, error))
    }
}
