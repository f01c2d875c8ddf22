//! A session: a launch at its next click.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{HeaderValue, Response, header};

use crate::{
    browser_binding::{CookieKind, take_secret},
    digest::Digest,
    error::LtiError,
    launch_context::LaunchContext,
    session::{address, kept::Terms, pointer::Pointer, unopened::log},
    tool::LtiTool,
};

/// A session: what a launch has proven, for the requests after it. Cheap to clone. `Debug` shows nothing.
///
/// An [`LtiSessionLayer`](crate::session::LtiSessionLayer) puts it into the request's extensions, at the launch itself
/// and at each request after it; with the feature `axum` it is an extractor.
///
/// # Examples
///
/// A launch that is answered with a redirect, so that the page can be loaded again, gone back to and bookmarked:
///
/// ```
/// use http::{Response, header};
/// use tower_lti::session::LtiSession;
///
/// fn open_tool(session: &LtiSession) -> Response<()> {
///     let page = Response::builder().status(303).header(header::LOCATION, session.url("/course"));
///     page.body(()).unwrap_or_default()
/// }
/// # let _ = open_tool;
/// ```
#[derive(Clone)]
pub struct LtiSession(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) tool: LtiTool,
    pub(super) pointer: Pointer,
    pub(super) terms: Terms,
    pub(super) launch: LaunchContext,
    /// The application's data, as JSON text.
    pub(super) data: Mutex<Option<String>>,
    carrier: Carrier,
    public_id: String,
    secret: String,
    is_ended: AtomicBool,
}

/// What the browser brings a session along by.
#[derive(Clone)]
pub(super) enum Carrier {
    /// A cookie that it has.
    Cookie,
    /// A cookie that it is to get: the headers that set it, and that clear its oldest ones.
    NewCookie(Vec<HeaderValue>),
    /// The handle, where cookies are blocked.
    Handle(String),
}

impl LtiSession {
    pub(super) fn new(
        tool: LtiTool,
        pointer: Pointer,
        carrier: Carrier,
        launch: LaunchContext,
        terms: Terms,
        data: Option<String>,
    ) -> Self {
        Self(Arc::new(Inner {
            public_id: pointer.public_id(),
            secret: Digest::of(["session secret", &pointer.id()]).to_text(),
            tool,
            pointer,
            terms,
            launch,
            data: Mutex::new(data),
            carrier,
            is_ended: AtomicBool::new(false),
        }))
    }

    /// The verified launch. Its deployment is as it was in the store at this request.
    #[must_use]
    pub fn launch(&self) -> &LaunchContext {
        &self.0.launch
    }

    /// The public id, 16 characters: fit for an address, and alone it opens nothing.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.public_id
    }

    /// What links, forms and calls carry so that this session counts: the public id where a cookie goes with it, and
    /// the handle where cookies are blocked.
    ///
    /// It goes into the query of an address as `lti_session`, or into its path where
    /// [`reference_in_path`](crate::session::LtiSessionLayer::reference_in_path) says so. A form with `method="post"`
    /// carries it in its `action`; a field of the form is not looked at. One with `method="get"` carries it in a hidden
    /// field of the name `lti_session`: browsers replace the query of its `action` by the fields.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.handle().unwrap_or(self.id())
    }

    /// The handle, which alone opens the session; `None` where a cookie does.
    ///
    /// It may also be sent as `Authorization: Bearer <handle>`. Whoever has it is in the session: it must not go to
    /// another site, into a log or into an e-mail. It is good until the session is over.
    #[doc(alias("bearer", "ltik"))]
    #[must_use]
    pub fn handle(&self) -> Option<&str> {
        match &self.0.carrier {
            Carrier::Handle(handle) => Some(handle),
            Carrier::Cookie | Carrier::NewCookie(_) => None,
        }
    }

    /// An address of the tool's own with the [`reference`](Self::reference) in its query, as `lti_session`. Any other
    /// address stays as it is: a reference leaves the tool for nobody.
    #[must_use]
    pub fn url(&self, address: &str) -> String {
        let extended = address::with_reference(address, &self.0.terms.origin, self.reference());
        extended.unwrap_or_else(|| address.to_owned())
    }

    /// A secret of this session's own, for what is to be bound to it: 43 characters, the same at each request, and in
    /// no page.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0.secret
    }

    /// When the session was started: at its launch.
    #[must_use]
    pub fn started_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.pointer.started_at_ms)
    }

    /// Ends the session, for a "sign out": no cookie and no handle opens it any more. The layer clears its cookie.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer; the session may then still be there.
    #[doc(alias("logout", "sign out"))]
    pub async fn end(&self) -> Result<(), LtiError> {
        let Inner { tool, pointer, .. } = &*self.0;
        let (store, key) = (tool.store(), pointer.key());
        let removing = async { Ok(store.remove_session(&key).await?) };
        let removed = tool.in_time(removing).await;
        removed.inspect_err(|error| log(tool, error))?;
        self.0.is_ended.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Adds to an answer what the session needs, where no layer does: its cookie, where it was just started by
    /// [`LtiTool::start_session`], or the header that clears it, where it has ended.
    pub fn with_cookie<B>(&self, mut response: Response<B>) -> Response<B> {
        self.add_cookie(response.headers_mut());
        response
    }

    pub(super) fn add_cookie(&self, headers: &mut http::HeaderMap) {
        let has_cookie = self.handle().is_none();
        if self.is_ended() {
            let cleared = has_cookie.then(|| take_secret(CookieKind::Session, self.id()));
            headers.extend(cleared.flatten().map(|cookie| (header::SET_COOKIE, cookie)));
        } else if let Carrier::NewCookie(cookies) = &self.0.carrier {
            for cookie in cookies {
                headers.append(header::SET_COOKIE, cookie.clone());
            }
        }
    }

    /// Removes a session that no browser has learned of; what cannot be removed expires by itself.
    pub(super) async fn discard(&self) {
        let _ = self.end().await;
    }

    /// Whether [`end`](Self::end) was called in this request.
    pub(super) fn is_ended(&self) -> bool {
        self.0.is_ended.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for LtiSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LtiSession(..)")
    }
}
