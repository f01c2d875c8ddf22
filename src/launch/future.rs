//! The future of a response: unboxed when the request goes by, boxed only for a launch.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project::pin_project;

/// The future of [`LtiLaunch`](crate::LtiLaunch).
#[pin_project]
pub struct ResponseFuture<F: Future>(#[pin] Kind<F>);

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[pin_project(project = KindProjection)]
enum Kind<F: Future> {
    PassThrough(#[pin] F),
    Launch(Boxed<F::Output>),
}

impl<F: Future> ResponseFuture<F> {
    pub(super) fn pass_through(inner: F) -> Self {
        Self(Kind::PassThrough(inner))
    }

    pub(super) fn launch(launch: impl Future<Output = F::Output> + Send + 'static) -> Self {
        Self(Kind::Launch(Box::pin(launch)))
    }
}

impl<F: Future> Future for ResponseFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            KindProjection::PassThrough(inner) => inner.poll(cx),
            KindProjection::Launch(launch) => launch.as_mut().poll(cx),
        }
    }
}

impl<F: Future> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
