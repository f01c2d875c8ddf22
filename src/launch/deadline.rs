//! One deadline for several steps together.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project::pin_project;
use tokio::time::Sleep;

use crate::error::LtiErrorKind;

/// A step that is given up once the deadline has passed.
///
/// No timer is registered where no step waits.
#[pin_project]
pub(super) struct Within<'a, F> {
    deadline: Pin<&'a mut Sleep>,
    #[pin]
    step: F,
}

/// Gives a step up once the deadline has passed.
pub(super) fn within<F>(deadline: Pin<&mut Sleep>, step: F) -> Within<'_, F> {
    Within { deadline, step }
}

impl<T, E, F> Future for Within<'_, F>
where
    F: Future<Output = Result<T, E>>,
    E: From<LtiErrorKind>,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(done) = this.step.poll(cx) {
            return Poll::Ready(done);
        }
        let passed = this.deadline.as_mut().poll(cx);
        passed.map(|()| Err(LtiErrorKind::DeadlinePassed.into()))
    }
}
