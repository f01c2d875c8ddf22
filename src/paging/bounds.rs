//! How far a list is read.

use std::time::Duration;

/// How far a list is read before it counts as endless. Beyond a bound it ends with
/// [`ListIncomplete`](crate::services::ServiceErrorKind::ListIncomplete), never in silence.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tower_lti::services::ListBounds;
///
/// let nightly = ListBounds::new()
///     .max_entries(1_000_000)
///     .max_time(Duration::from_secs(3_600));
/// # let _ = nightly;
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ListBounds {
    pub(super) pages: usize,
    pub(super) entries: usize,
    pub(super) time: Option<Duration>,
    pub(super) bytes: Option<usize>,
    /// The client's own bound where it is `None`.
    pub(super) page_bytes: Option<usize>,
}

impl ListBounds {
    /// How long one call that collects a whole list takes at most.
    const TIME_COLLECTING: Duration = Duration::from_secs(20);

    /// How many bytes such a call reads at most.
    const BYTES_COLLECTING: usize = 128 * 1024 * 1024;

    /// How long a list is read page by page.
    const TIME_STREAMING: Duration = Duration::from_secs(600);

    /// The defaults: 1,000 pages, 200,000 entries, the tool's
    /// [`service_answer_bytes`](crate::tool::Limits::service_answer_bytes) a page (8 MiB); 10 minutes page by page;
    /// 20 seconds and 128 MiB where one call collects all of it.
    pub const fn new() -> Self {
        Self {
            pages: 1_000,
            entries: 200_000,
            time: None,
            bytes: None,
            page_bytes: None,
        }
    }

    /// The most pages. The default is 1,000.
    pub const fn max_pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    /// The most entries (members, line items, results), counted before they are filtered. The default is 200,000.
    pub const fn max_entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// The most time from the first request on. The default is 10 minutes page by page, and 20 seconds where one
    /// call collects all of it. The first page has the time that any call has; waiting for a token, or because the
    /// platform asks to, counts apart, as in one call.
    pub const fn max_time(mut self, time: Duration) -> Self {
        self.time = Some(time);
        self
    }

    /// The largest page, in bytes. The default is the tool's
    /// [`service_answer_bytes`](crate::tool::Limits::service_answer_bytes), 8 MiB.
    pub const fn max_page_bytes(mut self, bytes: usize) -> Self {
        self.page_bytes = Some(bytes);
        self
    }

    /// The most bytes of all pages together, as they came. The default is 128 MiB where one call collects all of
    /// them, and no bound page by page, where one is in memory at a time.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same for a call that collects the whole list.
    pub(crate) fn collecting(mut self) -> Self {
        self.time = self.time.or(Some(Self::TIME_COLLECTING));
        self.bytes = self.bytes.or(Some(Self::BYTES_COLLECTING));
        self
    }

    pub(super) fn time(&self) -> Duration {
        self.time.unwrap_or(Self::TIME_STREAMING)
    }
}

impl Default for ListBounds {
    fn default() -> Self {
        Self::new()
    }
}
