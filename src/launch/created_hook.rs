//! What runs for the one launch that created its deployment.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    launch_context::LaunchContext,
    observe::{event, in_current_span},
};

type Hooked =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send>>;

/// What runs for the one launch that created its deployment.
#[derive(Clone)]
pub(super) struct CreatedHook(Arc<dyn Fn(LaunchContext) -> Hooked + Send + Sync>);

impl CreatedHook {
    pub(super) fn new<F, A, E>(hook: F) -> Self
    where
        F: Fn(LaunchContext) -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Arc::new(move |launch| {
            let hooked = hook(launch);
            Box::pin(async move { hooked.await.map_err(Into::into) })
        }))
    }

    /// Runs to its end even if the launch is given up, and keeps its failure to itself. The launch waits
    /// for it, but not for longer than this.
    pub(super) async fn run(&self, launch: LaunchContext, at_most: Duration) {
        let hook = self.clone();
        let running = in_current_span(async move {
            let hooked = in_current_span(async move { (hook.0)(launch).await });
            match tokio::spawn(hooked).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => event::created_hook_failed(&*error),
                Err(error) => event::created_hook_failed(&error),
            }
        });
        let _ = tokio::time::timeout(at_most, tokio::spawn(running)).await;
    }
}

impl fmt::Debug for CreatedHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreatedHook(..)")
    }
}
