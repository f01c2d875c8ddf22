//! A call to a service that failed.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::{
    random, redact,
    service_error::{ActionBy, ListProgress, ServiceErrorKind},
};

/// The most characters that are kept of what a platform says.
const MAX_MESSAGE_CHARS: usize = 512;

/// How long to wait before trying again, where the platform does not say.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(2);

/// A call to a platform's service that failed.
///
/// `Display` is one plain sentence. Neither it nor `Debug` shows a token, a score, a user, or what the platform
/// said. Cheap to clone.
#[derive(Clone)]
pub struct ServiceError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ServiceErrorKind,
    reference: String,
    detail: Option<String>,
    user: Option<String>,
    platform_status: Option<StatusCode>,
    platform_message: Option<String>,
    platform_code: Option<String>,
    clock_offset: Option<i64>,
    retry_after: Option<Duration>,
    progress: Option<ListProgress>,
    may_have_acted: bool,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ServiceError {
    pub(crate) fn new(kind: ServiceErrorKind) -> Self {
        Self(Arc::new(Inner {
            kind,
            reference: random::text::<9>().unwrap_or_default(),
            detail: None,
            user: None,
            platform_status: None,
            platform_message: None,
            platform_code: None,
            clock_offset: None,
            retry_after: None,
            progress: None,
            may_have_acted: false,
            source: None,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Adds what is known beside the kind, in words of our own: a scope, a setting, a count. Never what a
    /// platform said, and nothing personal.
    pub(crate) fn with_detail(self, detail: impl Into<String>) -> Self {
        self.with(|inner| inner.detail = Some(detail.into()))
    }

    pub(crate) fn with_user(self, user: &str) -> Self {
        self.with(|inner| inner.user = Some(user.to_owned()))
    }

    /// Adds what the platform answered: its status, and its words, cleaned and cut.
    pub(crate) fn with_answer(self, status: StatusCode, message: Option<&str>) -> Self {
        self.with(|inner| {
            inner.platform_status = Some(status);
            inner.platform_message = message
                .map(|message| redact::line(message.trim(), MAX_MESSAGE_CHARS))
                .filter(|message| !message.is_empty());
        })
    }

    /// Adds OAuth's error code, lower-case letters and underscores.
    pub(crate) fn with_platform_code(self, code: Option<&str>) -> Self {
        self.with(|inner| inner.platform_code = code.map(str::to_owned))
    }

    /// Adds by how many seconds the platform's clock is ahead of ours; negative where it is behind.
    pub(crate) fn with_clock_offset(self, seconds: i64) -> Self {
        self.with(|inner| inner.clock_offset = Some(seconds))
    }

    pub(crate) fn with_retry_after(self, pause: Duration) -> Self {
        self.with(|inner| inner.retry_after = Some(pause))
    }

    /// Adds how far a list was read before.
    pub(crate) fn with_progress(self, pages: usize, entries: usize) -> Self {
        self.with(|inner| inner.progress = Some(ListProgress { pages, entries }))
    }

    /// Adds that the platform may have acted on an attempt at this call; what was said of another stays.
    pub(crate) fn with_may_have_acted(self, may_have_acted: bool) -> Self {
        match may_have_acted {
            true => self.with(|inner| inner.may_have_acted = true),
            false => self,
        }
    }

    pub(crate) fn with_source(self, source: impl Error + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.source = Some(Arc::new(source)))
    }

    /// What exactly went wrong.
    #[must_use]
    pub fn kind(&self) -> ServiceErrorKind {
        self.0.kind
    }

    /// The stable code, such as `scope_not_granted`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The HTTP status with which a tool may answer its own caller.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind().status()
    }

    /// One plain sentence on what happened.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.kind().message()
    }

    /// What whoever has to act should do.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.kind().remedy()
    }

    /// Who has to act.
    #[must_use]
    pub fn action_by(&self) -> ActionBy {
        self.kind().action_by()
    }

    /// Where the specification speaks of it; `None` where it does not.
    #[must_use]
    pub fn spec_ref(&self) -> Option<&'static str> {
        Some(self.kind().spec()).filter(|spec| !spec.is_empty())
    }

    /// What is known beside the kind, such as the scope that is missing. Nothing personal.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The user whom the platform takes no grade for, where the kind is
    /// [`NotGradable`](ServiceErrorKind::NotGradable). Personal data.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.0.user.as_deref()
    }

    /// The status that the platform answered with, where it did.
    #[must_use]
    pub fn platform_status(&self) -> Option<StatusCode> {
        self.0.platform_status
    }

    /// What the platform said: at most 512 characters in one line. It may repeat what was sent, a score or a
    /// user among it: show it to whoever may see those, and log it nowhere.
    #[must_use]
    pub fn platform_message(&self) -> Option<&str> {
        self.0.platform_message.as_deref()
    }

    /// The error code that the platform's answer has, such as `invalid_client` (RFC 6749 §5.2): at most 40
    /// lower-case letters and underscores. Fit for a log.
    #[must_use]
    pub fn platform_code(&self) -> Option<&str> {
        self.0.platform_code.as_deref()
    }

    /// By how many seconds the platform's clock is ahead of this machine's, where a refusal may come from that;
    /// negative where it is behind.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.clock_offset
    }

    /// How long to wait before trying again. Every 503 has one, two seconds where nothing better is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let unavailable = self.status() == StatusCode::SERVICE_UNAVAILABLE;
        let default = unavailable.then_some(DEFAULT_RETRY_AFTER);
        let pause = self.0.retry_after.or(default)?;
        Some(pause.max(Duration::from_secs(1)))
    }

    /// How far a list was read before it failed; `None` where it was no list.
    #[must_use]
    pub fn list_progress(&self) -> Option<ListProgress> {
        self.0.progress
    }

    /// Whether the platform may have acted on any attempt at this call.
    pub(crate) fn may_have_acted(&self) -> bool {
        self.0.may_have_acted
    }

    /// A random reference that stands in the answer and in the log, and nowhere else.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.0.reference
    }
}

impl From<ServiceErrorKind> for ServiceError {
    fn from(kind: ServiceErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("kind", &self.0.kind)
            .field("reference", &self.0.reference)
            .field("detail", &self.0.detail)
            .field("platform_status", &self.0.platform_status)
            .field("clock_offset", &self.0.clock_offset)
            .field("retry_after", &self.0.retry_after)
            .field("progress", &self.0.progress)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        if let Some(detail) = self.detail() {
            write!(f, " ({detail})")?;
        }
        if let Some(status) = self.platform_status() {
            write!(f, " The platform answered {}.", status.as_u16())?;
        }
        if let Some(ListProgress { pages, entries }) = self.list_progress()
            && pages > 0
        {
            write!(f, " {entries} entries on {pages} pages were read before.")?;
        }
        match self.clock_offset() {
            Some(seconds) => {
                let side = if seconds > 0 { "ahead of" } else { "behind" };
                let seconds = seconds.unsigned_abs();
                write!(f, " Its clock is {seconds} s {side} this machine's.")
            }
            None => Ok(()),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
