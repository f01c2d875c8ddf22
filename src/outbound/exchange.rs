//! The port through which every request to a platform goes.

use std::{any::Any, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use crate::outbound::{AddressPolicy, ExchangeError, Purpose};

/// The future of one exchange.
pub type ExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, ExchangeError>> + Send + 'a>>;

/// Performs one HTTP exchange with a platform. Implement it to use an HTTP client of your own.
///
/// # Security
///
/// One call is one request to one origin. An implementation follows no redirect, repeats nothing, keeps no
/// cookies, decodes no content, and takes no proxy from the environment. It gives up at the deadline, reads at
/// most `max_bytes` of a body, and connects to addresses alone that [`ExchangeLimits::addresses`] allows.
pub trait Exchange: fmt::Debug + Any + Send + Sync {
    /// Sends the request to its absolute URL, and reads the whole response, whatever its status.
    ///
    /// # Errors
    ///
    /// Fails when no whole response came within the limits; the error says whether the request may have
    /// reached the platform.
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_>;
}

impl<E: Exchange + ?Sized> Exchange for Arc<E> {
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        E::send(self, request, limits)
    }
}

/// How long an exchange may take, what it may bring, and where it may go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExchangeLimits {
    /// From connecting to the last byte of the body.
    pub deadline: Duration,
    /// The largest response body, in bytes.
    pub max_bytes: usize,
    /// Where it may be sent.
    pub addresses: AddressPolicy,
    /// What it is for. Default: a call to a service.
    pub purpose: Purpose,
}

impl ExchangeLimits {
    /// Puts the three limits together.
    #[must_use]
    pub fn new(deadline: Duration, max_bytes: usize, addresses: AddressPolicy) -> Self {
        Self {
            deadline,
            max_bytes,
            addresses,
            purpose: Purpose::default(),
        }
    }

    /// Sets what it is for.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }
}
