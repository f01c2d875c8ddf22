//! Why an exchange brought no response.

use std::{error::Error, fmt};

use http::StatusCode;

/// An exchange brought no whole response.
#[derive(Debug)]
pub struct ExchangeError {
    kind: ExchangeErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What went wrong with an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExchangeErrorKind {
    /// The URL, or what its name leads to, is not allowed. Nothing was sent.
    Forbidden,
    /// There is no connection: the name is not known, nobody listens, or TLS fails. Nothing was sent.
    NotConnected,
    /// It took too long; the request may have reached the platform.
    TimedOut,
    /// The connection broke; the request may have reached the platform.
    Interrupted,
    /// What came is no HTTP response; the request may have reached the platform.
    NotHttp,
    /// The body, or the head, goes beyond its bound; the status, where it is known.
    TooLarge(Option<StatusCode>),
    /// The body is compressed (`Content-Encoding`), though that was not asked for; the status.
    Encoded(StatusCode),
}

impl ExchangeError {
    /// Creates an error of this kind.
    #[must_use]
    pub fn new(kind: ExchangeErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Keeps the cause. It must not quote a query, a header or a body.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Nothing may be sent to the URL.
    pub(super) fn forbidden(why: impl Error + Send + Sync + 'static) -> Self {
        Self::new(ExchangeErrorKind::Forbidden).with_source(why)
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ExchangeErrorKind {
        self.kind
    }

    /// The status that came, where the response was given up for its size or its encoding.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self.kind {
            ExchangeErrorKind::TooLarge(status) => status,
            ExchangeErrorKind::Encoded(status) => Some(status),
            _ => None,
        }
    }

    /// What the client said, or the error itself.
    pub(crate) fn into_cause(self) -> Box<dyn Error + Send + Sync> {
        match self.source {
            Some(source) => source,
            None => self.into(),
        }
    }

    /// Whether the request may have reached the platform.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        match self.kind {
            ExchangeErrorKind::Forbidden | ExchangeErrorKind::NotConnected => false,
            ExchangeErrorKind::TimedOut
            | ExchangeErrorKind::Interrupted
            | ExchangeErrorKind::NotHttp
            | ExchangeErrorKind::TooLarge(_)
            | ExchangeErrorKind::Encoded(_) => true,
        }
    }
}

impl From<ExchangeErrorKind> for ExchangeError {
    fn from(kind: ExchangeErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ExchangeErrorKind::Forbidden => "the address is not allowed",
            ExchangeErrorKind::NotConnected => "the server cannot be reached",
            ExchangeErrorKind::TimedOut => "the server took too long",
            ExchangeErrorKind::Interrupted => "the connection broke",
            ExchangeErrorKind::NotHttp => "what came is no HTTP response",
            ExchangeErrorKind::TooLarge(_) => "the response is too large",
            ExchangeErrorKind::Encoded(_) => "the response is compressed, which was not asked for",
        })
    }
}

impl Error for ExchangeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
