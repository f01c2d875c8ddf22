//! A switch on the course page: what the tool does where browsers block its cookies.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response, header};
use pin_project::pin_project;
use tower::Service;
use tower_layer::Layer;

/// What becomes of the tool's cookies in frames of the course page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FrameCookies {
    /// They come and go.
    #[default]
    Work,
    /// They are blocked, and the platform stores values for the tool's pages.
    Blocked,
    /// They are blocked, and the platform answers no message of the tool's pages.
    BlockedWithoutAnswer,
}

/// Whether there is a switch, and how it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct SwitchState {
    is_there: Arc<AtomicBool>,
    cookies: Arc<Mutex<FrameCookies>>,
}

impl SwitchState {
    pub(super) fn has_switch(&self) -> bool {
        self.is_there.load(Ordering::Relaxed)
    }

    pub(super) fn cookies(&self) -> FrameCookies {
        *self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn_to(&self, cookies: FrameCookies) {
        *self.cookies.lock().unwrap_or_else(PoisonError::into_inner) = cookies;
    }

    /// The switch itself, which is there from now on.
    pub(super) fn switch(&self) -> CookieSwitch {
        self.is_there.store(true, Ordering::Relaxed);
        CookieSwitch(self.clone())
    }

    /// Whether this request comes from a frame whose cookies are blocked (Fetch Metadata Request Headers §2.1).
    fn blocks(&self, headers: &HeaderMap) -> bool {
        let destination = headers.get("sec-fetch-dest");
        destination.is_some_and(|place| place == "iframe") && self.cookies() != FrameCookies::Work
    }
}

/// Drops the tool's cookies in frames of the course page, as a browser does that blocks them, for as long as the switch on
/// that page says so.
///
/// Put it around all of the tool. It comes from
/// [`SimulatedPlatform::cookie_switch`](crate::testing::SimulatedPlatform::cookie_switch). A platform and a tool on one host
/// are one site, where browsers block nothing: so this stands in for the browser. What a real one does differs in small things:
/// it tells frames by `Sec-Fetch-Dest`, and a script's own requests keep their cookies.
#[derive(Clone, Debug)]
#[must_use]
pub struct CookieSwitch(SwitchState);

impl<S> Layer<S> for CookieSwitch {
    type Service = WithoutCookies<S>;

    fn layer(&self, inner: S) -> WithoutCookies<S> {
        WithoutCookies {
            inner,
            switch: self.0.clone(),
        }
    }
}

/// A service before which a [`CookieSwitch`] stands.
#[derive(Clone, Debug)]
pub struct WithoutCookies<S> {
    inner: S,
    switch: SwitchState,
}

impl<S, B, R> Service<Request<B>> for WithoutCookies<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = WithoutCookiesFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let are_blocked = self.switch.blocks(request.headers());
        if are_blocked {
            request.headers_mut().remove(header::COOKIE);
        }
        WithoutCookiesFuture {
            inner: self.inner.call(request),
            are_blocked,
        }
    }
}

/// The answer of a service before which a [`CookieSwitch`] stands.
#[pin_project]
#[derive(Debug)]
pub struct WithoutCookiesFuture<F> {
    #[pin]
    inner: F,
    are_blocked: bool,
}

impl<F, R, E> Future for WithoutCookiesFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut answer = ready!(this.inner.poll(context));
        if let (Ok(response), true) = (&mut answer, *this.are_blocked) {
            response.headers_mut().remove(header::SET_COOKIE);
        }
        Poll::Ready(answer)
    }
}
