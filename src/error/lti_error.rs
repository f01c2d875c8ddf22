//! `LtiError`: why a login or a launch was rejected.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::{
    error::{
        Detail, ErrorCode, LtiErrorKind, RandomnessError,
        wording::{CookieLoss, Wording},
    },
    page_text::PageText,
    pages::PageSettings,
    random,
};

/// How long to wait before trying again, where the error does not say.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(2);

/// A response that offers nothing, and where it is posted.
#[derive(Clone)]
pub(crate) struct WayBackForm {
    pub(crate) action: String,
    pub(crate) jwt: String,
}

/// A login or a launch that was rejected.
///
/// It is the answer, too: a page for a browser, JSON for a call, with the status, the code and a reference that stands in
/// the log as well. A handler returns it by `?` (feature `axum`), or makes a response of it by
/// [`to_response`](Self::to_response).
///
/// # Examples
///
/// What an outer layer can count, and what support looks for:
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderMap, Response};
/// use tower_lti::{LtiError, LtiTool, error::{ErrorCode, LtiErrorKind}};
///
/// /// Counts answers that are rejections: every one brings its error along.
/// fn code_of<B>(answer: &Response<B>) -> Option<ErrorCode> {
///     answer.extensions().get::<LtiError>().map(LtiError::code)
/// }
///
/// fn explain(error: &LtiError) -> String {
///     let who = match error.kind() {
///         LtiErrorKind::DeploymentPending => "approve the deployment",
///         _ => error.remedy(),
///     };
///     format!("{} ({}): {who}", error.code().as_str(), error.reference())
/// }
///
/// /// A service without a framework: the handle came from somewhere else.
/// fn open(tool: &LtiTool, ticket: &str, headers: &HeaderMap) -> Result<(), Response<Bytes>> {
///     match tool.open_onboarding_ticket(ticket, headers) {
///         Ok(_) => Ok(()),
///         Err(error) => Err(error.to_response(headers)),
///     }
/// }
/// # let _ = (code_of::<()>, explain, open);
/// ```
#[derive(Clone)]
pub struct LtiError {
    kind: LtiErrorKind,
    reference: String,
    retry_after: Option<Duration>,
    way_back: Option<Box<str>>,
    way_back_form: Option<Box<WayBackForm>>,
    cookie_loss: Option<CookieLoss>,
    /// Whether content was chosen, and this is about sending it.
    is_of_choice: bool,
    #[cfg(feature = "sessions")]
    pub(super) session_choices: Option<Arc<[crate::error::SessionChoice]>>,
    pub(super) detail: Option<Box<Detail>>,
    source: Option<Arc<dyn Error + Send + Sync>>,
    /// Those of the tool that answers.
    pub(super) pages: PageSettings,
}

impl LtiError {
    pub(crate) fn new(kind: LtiErrorKind) -> Self {
        Self {
            kind,
            reference: random::text::<9>().unwrap_or_default(),
            retry_after: None,
            way_back: None,
            way_back_form: None,
            cookie_loss: None,
            is_of_choice: false,
            #[cfg(feature = "sessions")]
            session_choices: None,
            detail: None,
            source: None,
            pages: PageSettings::default(),
        }
    }

    pub(crate) fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Keeps a cause that others keep too.
    pub(crate) fn with_shared_source(mut self, source: Arc<dyn Error + Send + Sync>) -> Self {
        self.source = Some(source);
        self
    }

    /// Makes it a rejection of another kind, with the same detail.
    pub(crate) fn of_kind(mut self, kind: LtiErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Lets the page lead back to the platform. The address must be signed and checked.
    ///
    /// Answers to a rejected token never do: they are all alike.
    pub(crate) fn with_way_back(mut self, url: Option<&str>) -> Self {
        if self.way_back.is_none() && self.code() != ErrorCode::TokenRejected {
            self.way_back = url.map(Box::from);
        }
        self
    }

    /// Lets the page lead back by a signed response in place of a link. The address must be signed and checked.
    #[cfg(feature = "services")]
    pub(crate) fn with_way_back_form(mut self, form: Option<WayBackForm>) -> Self {
        self.way_back_form = form.map(Box::new);
        self
    }

    pub(crate) fn with_retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    pub(crate) fn with_cookie_loss(mut self, loss: Option<CookieLoss>) -> Self {
        self.cookie_loss = loss;
        self
    }

    /// Says that content was chosen: the page speaks of the choice, and not of opening the tool.
    #[cfg(feature = "services")]
    pub(crate) fn of_choice(mut self) -> Self {
        self.is_of_choice = true;
        self
    }

    /// Lets its page look and speak as those of a tool do.
    pub(crate) fn with_pages(mut self, pages: &PageSettings) -> Self {
        self.pages = pages.clone();
        self
    }

    pub(super) fn wording(&self) -> Wording {
        match self.cookie_loss {
            Some(loss) => loss.wording(),
            None if self.is_of_choice => self.kind.wording_for_choice(),
            None => self.kind.wording(),
        }
    }

    /// What exactly went wrong, for the operator.
    #[must_use]
    pub fn kind(&self) -> LtiErrorKind {
        self.kind
    }

    /// The stable code that the answer carries.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.kind.code()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.code().status()
    }

    /// Where the specification asks for the check that failed.
    #[must_use]
    pub fn spec_ref(&self) -> &'static str {
        self.code().spec_ref()
    }

    /// One plain sentence on what happened, for the user.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.wording().message.english()
    }

    /// What the user should do next.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.wording().remedy.english()
    }

    /// What whoever runs the course or the platform should do, where that is something else.
    #[must_use]
    pub fn administrator_remedy(&self) -> Option<&'static str> {
        self.wording().administrator.map(PageText::english)
    }

    /// Where the user may be sent back to: the platform's return address, an https one (or plain http
    /// on loopback where that is allowed). `None` unless it is signed and the launch is proven, or the
    /// platform names none.
    #[must_use]
    pub fn way_back(&self) -> Option<&str> {
        self.way_back.as_deref()
    }

    /// The form that takes the user back, where a page has to say to the platform that nothing was chosen: the address
    /// that it is posted to, and the value of its one field, `JWT`. It is good for five minutes. `None` for all kinds
    /// but [`DeepLinkingNotOffered`](LtiErrorKind::DeepLinkingNotOffered) and
    /// [`ContentItemRefused`](LtiErrorKind::ContentItemRefused), and where the tool has no key to sign with.
    ///
    /// It is posted when the user says so, by a button: a page that posts by itself cannot be read.
    #[must_use]
    pub fn way_back_form(&self) -> Option<(&str, &str)> {
        let form = self.way_back_form.as_deref()?;
        Some((&form.action, &form.jwt))
    }

    /// How long to wait before trying again; what `Retry-After` says. Every 503 has one, two seconds
    /// where nothing better is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let unavailable = self.status() == StatusCode::SERVICE_UNAVAILABLE;
        let default = unavailable.then_some(DEFAULT_RETRY_AFTER);
        let pause = self.retry_after.or(default)?;
        Some(pause.max(Duration::from_secs(1)))
    }

    /// Whether the browser blocks cookies, where the state cookie is missing (`cookie_missing`):
    /// `Some(false)` where it sends others or the login is over, so that the launch was used or is old,
    /// `Some(true)` where none came from a frame that would send one, `None` where that cannot be known.
    #[must_use]
    pub fn cookies_blocked(&self) -> Option<bool> {
        self.cookie_loss.map(|loss| loss == CookieLoss::Blocked)
    }

    /// A random reference that stands on the page and in the log, and nowhere else.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

/// Shows nothing that came with the request: a return address, for one, may carry a session's key.
impl fmt::Debug for LtiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiError")
            .field("kind", &self.kind)
            .field("reference", &self.reference)
            .field("detail", self.detail())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// For handlers that reject a launch by themselves, and for the tests of pages of one's own.
///
/// It makes an answer and nothing else: no check of the layer's depends on it.
impl From<LtiErrorKind> for LtiError {
    fn from(kind: LtiErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<RandomnessError> for LtiError {
    fn from(error: RandomnessError) -> Self {
        Self::new(LtiErrorKind::RandomnessUnavailable).with_source(error)
    }
}

impl fmt::Display for LtiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.reason())
    }
}

impl Error for LtiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
