//! What happens when the deployment is not known yet.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, de::Error as _};
use tokio::task::JoinSet;

use crate::{
    claims::ContextRole,
    launch::{LaunchContext, OnboardingUrl, UnknownDeployment},
    observe::{event, in_current_span},
};

/// What happens when a launch comes from a deployment that is not known yet.
///
/// Whichever it is, the nonce has been used up by then: the same token is never accepted again. The
/// person launches again from the course, or resumes the launch that was parked.
///
/// | policy | best for | what the person sees |
/// |---|---|---|
/// | [`Create`](Self::Create) | tools where a deployment is bookkeeping | the tool |
/// | [`CreateIf`](Self::CreateIf) | tools that only teachers may bring in | the tool, or a page that says that a teacher has to open it once |
/// | [`Pending`](Self::Pending) | tools that approve each deployment | a page that says that it waits |
/// | [`Reject`](Self::Reject) | deployments entered beforehand | a page that says whom to ask |
/// | [`Redirect`](Self::Redirect) | a deployment is a customer | your onboarding page |
/// | [`Forward`](Self::Forward) | anything else | whatever your handler does |
///
/// It can be read from configuration: `"create"`, `"pending"`, `"reject"`, `"forward"`,
/// `{"redirect": "https://tool.example/onboarding"}`, `{"create_for": ["Instructor"]}`.
///
/// # Examples
///
/// ```
/// use tower_lti::OnMissingDeployment;
///
/// let policy: OnMissingDeployment = serde_json::from_str(r#"{"create_for": ["Instructor"]}"#)?;
/// assert!(matches!(policy, OnMissingDeployment::CreateIf(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum OnMissingDeployment {
    /// The deployment is created, and the launch goes on. The default.
    ///
    /// A registration may have so many deployments and no more; see
    /// [`Limits::deployments_per_registration`](crate::Limits::deployments_per_registration).
    #[default]
    Create,
    /// The deployment is created where the condition holds; elsewhere the launch is refused with 403.
    CreateIf(CreateCondition),
    /// The deployment is created as pending, and the launch is refused with 403 until somebody
    /// approves it.
    Pending,
    /// The launch is refused with 403.
    Reject,
    /// The person is sent to this address with a sealed ticket in the query parameter `ticket`; see
    /// [`OnboardingTicket`](crate::OnboardingTicket).
    ///
    /// It is a path of the tool, such as `/onboarding`, or an address with https: see
    /// [`OnboardingUrl`]. The ticket is tied to the browser by a cookie of the launch URL's host, so that the page has to be on
    /// that host too, or to hand the ticket on to it.
    Redirect(OnboardingUrl),
    /// The handler decides. It finds a [`MissingDeployment`](crate::launch::MissingDeployment) in the request's
    /// extensions, and never a [`LaunchContext`], so that no handler can take one for the other.
    Forward,
}

impl OnMissingDeployment {
    /// Creates the deployment where this holds of the verified launch, which it can look at and no more.
    ///
    /// One that panics holds for nobody. A launch whose condition has not answered within
    /// [`Limits::launch_timeout`](crate::Limits::launch_timeout) is refused, and nothing is created.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::{OnMissingDeployment, claims::ContextRole};
    ///
    /// let policy = OnMissingDeployment::create_if(async |launch| {
    ///     launch.claims().roles().has(ContextRole::Instructor)
    /// });
    /// # let _ = policy;
    /// ```
    pub fn create_if<F, A>(condition: F) -> Self
    where
        F: Fn(UnknownDeployment) -> A + Send + Sync + 'static,
        A: Future<Output = bool> + Send + 'static,
    {
        Self::CreateIf(CreateCondition::new(condition))
    }
}

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
    pub(super) async fn holds(&self, launch: UnknownDeployment) -> Option<bool> {
        let condition = self.clone();
        // In a task of its own, so that one which panics holds for nobody and takes nothing down. The
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

impl<'de> Deserialize<'de> for OnMissingDeployment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The policies that can be written down.
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Written {
            Create,
            CreateFor(Vec<String>),
            Pending,
            Reject,
            Redirect(OnboardingUrl),
            Forward,
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Create => Self::Create,
            Written::CreateFor(names) => {
                let role = |name: &String| {
                    ContextRole::new(name)
                        .ok_or_else(|| D::Error::custom(format!("{name:?} is no context role")))
                };
                let roles: Vec<_> = names.iter().map(role).collect::<Result<_, _>>()?;
                Self::CreateIf(CreateCondition::any_role(roles))
            }
            Written::Pending => Self::Pending,
            Written::Reject => Self::Reject,
            Written::Redirect(onboarding) => Self::Redirect(onboarding),
            Written::Forward => Self::Forward,
        })
    }
}

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
