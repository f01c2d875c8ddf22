//! One deadline for several steps together.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use pin_project::pin_project;
use tokio::{task::unconstrained, time::Sleep};

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
        // Beside tokio's budget: a step that is never out of work would use it up, and never be late.
        let passed = pin!(unconstrained(this.deadline.as_mut())).poll(cx);
        passed.map(|()| Err(LtiErrorKind::DeadlinePassed.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        sync::Semaphore,
        time::{advance, sleep},
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_step_that_never_waits_for_long_is_given_up_too() {
        let deadline = pin!(sleep(Duration::from_secs(1)));
        advance(Duration::from_secs(2)).await;
        let always_ready = Semaphore::new(1);
        let step = async {
            for _ in 0..100_000 {
                drop(always_ready.acquire().await);
            }
            Ok(())
        };

        assert_eq!(
            within(deadline, step).await,
            Err(LtiErrorKind::DeadlinePassed)
        );
    }
}
