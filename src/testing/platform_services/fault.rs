//! What goes wrong, chosen by a test.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};

/// What goes wrong with a request: how long it takes, whether the platform acts, and what it answers.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tower_lti::testing::Fault;
///
/// let _busy = Fault::status(429).with_header("retry-after", "2");
/// let _late = Fault::right().after(Duration::from_secs(3));
/// let _lost = Fault::close().having_acted(); // the score is recorded, and the answer never comes
/// let _elsewhere = Fault::next_page_at("https://other.test/page");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Fault {
    pub(super) delay: Duration,
    pub(super) acts: bool,
    pub(super) answer: Answer,
    pub(super) headers: Vec<(HeaderName, Option<HeaderValue>)>,
    pub(super) pace: Pace,
}

#[derive(Clone)]
pub(super) enum Answer {
    /// What the platform would say.
    Right,
    /// This, whatever was asked.
    Fixed {
        status: StatusCode,
        reason: Option<Bytes>,
        body: Bytes,
    },
    /// The right answer's status and headers, with this body.
    Body(Bytes),
    Never,
    Close,
}

/// How the body is sent.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    AtOnce,
    /// One byte at a time.
    Slow(Duration),
    /// This many bytes, whatever the body was.
    Filled(u64),
    /// Without an end.
    Endless,
    /// The connection is cut after this many bytes.
    Cut(usize),
}

impl Fault {
    fn new(acts: bool, answer: Answer) -> Self {
        Self {
            delay: Duration::ZERO,
            acts,
            answer,
            headers: Vec::new(),
            pace: Pace::AtOnce,
        }
    }

    /// The right answer, to be changed by other methods.
    pub fn right() -> Self {
        Self::new(true, Answer::Right)
    }

    /// An answer with this status and no body; the platform does not act.
    ///
    /// # Panics
    ///
    /// Panics when there is no such status.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("the status exists");
        Self::new(
            false,
            Answer::Fixed {
                status,
                reason: None,
                body: Bytes::new(),
            },
        )
    }

    /// A redirect with this status.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).with_header("location", to)
    }

    /// The right status and headers, with this body.
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::new(true, Answer::Body(body.into()))
    }

    /// A token endpoint's answer, word for word, with 200 and as JSON.
    pub fn token_answer(json: impl Into<Bytes>) -> Self {
        Self::status(200)
            .with_header("content-type", "application/json")
            .with_body(json)
    }

    /// No answer, for as long as the tool waits; the platform does not act.
    pub fn hang() -> Self {
        Self::new(false, Answer::Never)
    }

    /// The connection is cut without an answer; the platform does not act.
    pub fn close() -> Self {
        Self::new(false, Answer::Close)
    }

    /// The right answer, one byte at a time with a pause before each.
    pub fn slow_body(pause: Duration) -> Self {
        Self::right().paced(Pace::Slow(pause))
    }

    /// A body of this length, announced as such, of spaces.
    pub fn huge_body(bytes: u64) -> Self {
        Self::right().paced(Pace::Filled(bytes))
    }

    /// A body of spaces that never ends.
    pub fn endless_body() -> Self {
        Self::right().paced(Pace::Endless)
    }

    /// The right answer, cut off after this many bytes of its body.
    pub fn cut_body(after: usize) -> Self {
        Self::right().paced(Pace::Cut(after))
    }

    /// The right answer with this `Link` header in the place of its own.
    ///
    /// # Panics
    ///
    /// Panics when it cannot stand in a header.
    pub fn link(link: impl AsRef<[u8]>) -> Self {
        let link = HeaderValue::from_bytes(link.as_ref()).expect("it can stand in a header");
        let mut fault = Self::right();
        fault.headers.push((header::LINK, Some(link)));
        fault
    }

    /// The right answer, with its next page at this URL.
    pub fn next_page_at(url: &str) -> Self {
        Self::link(format!("<{url}>; rel=\"next\""))
    }

    /// Waits so long before anything else.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The platform has acted all the same, before whatever goes wrong.
    pub fn having_acted(mut self) -> Self {
        self.acts = true;
        self
    }

    /// Sets a header of the answer, in the place of those of that name.
    ///
    /// # Panics
    ///
    /// Panics when it cannot stand in an answer.
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header may have this name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("it can stand in a header");
        self.headers.push((name, Some(value)));
        self
    }

    /// Leaves a header of the answer out.
    ///
    /// # Panics
    ///
    /// Panics when no header can have this name.
    pub fn without_header(mut self, name: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header may have this name");
        self.headers.push((name, None));
        self
    }

    /// Sets the body of a [`status`](Self::status).
    pub fn with_body(mut self, new: impl Into<Bytes>) -> Self {
        match &mut self.answer {
            Answer::Fixed { body, .. } | Answer::Body(body) => *body = new.into(),
            Answer::Right => self.answer = Answer::Body(new.into()),
            Answer::Never | Answer::Close => {}
        }
        self
    }

    /// Sets the words in the status line of a [`status`](Self::status).
    pub fn with_reason(mut self, words: &str) -> Self {
        if let Answer::Fixed { reason, .. } = &mut self.answer {
            *reason = Some(Bytes::copy_from_slice(words.as_bytes()));
        }
        self
    }

    fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("delay", &self.delay)
            .field("acts", &self.acts)
            .finish_non_exhaustive()
    }
}
