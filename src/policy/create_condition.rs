//! A condition for creating a deployment on its first launch.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use tokio::task::JoinSet;

use crate::{
    claims::ContextRole,
    observe::{event, in_current_span},
    policy::UnknownDeployment,
};

type Answer = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Says of a verified launch whether it may create its deployment.
#[derive(Clone)]
pub struct CreateCondition(Arc<dyn Fn(UnknownDeployment) -> Answer + Send + Sync>);

impl CreateCondition {
    /// Asks a function of your own, which may ask others.
    pub fn new<F, A>(condition: F) -> Self
    where
        F: Fn(UnknownDeployment) -> A + Send + Sync + 'static,
        A: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move |launch| Box::pin(condition(launch))))
    }

    /// Holds where one of these roles in the context is listed.
    #[must_use]
    pub fn any_role(roles: impl IntoIterator<Item = ContextRole>) -> Self {
        let roles: Arc<[ContextRole]> = roles.into_iter().collect();
        Self::new(move |launch| {
            let listed = roles.iter().any(|role| launch.claims().roles().has(*role));
            std::future::ready(listed)
        })
    }

    /// Whether it holds; `None` where it failed.
    pub(crate) async fn holds(&self, launch: UnknownDeployment) -> Option<bool> {
        let condition = self.clone();
        // In a task of its own: a condition that panics does not hold, and takes nothing down. The
        // set ends it where the launch is given up.
        let mut asked = JoinSet::new();
        asked.spawn(in_current_span(async move { (condition.0)(launch).await }));
        let held = asked.join_next().await?;
        held.map_err(|error| event::condition_failed(&error)).ok()
    }
}

impl fmt::Debug for CreateCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreateCondition(..)")
    }
}
