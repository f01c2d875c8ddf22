//! What happens when the deployment is not known yet.

use std::future::Future;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    claims::ContextRole,
    policy::{CreateCondition, OnboardingUrl, UnknownDeployment},
};

/// What happens when a launch comes from a deployment that is not known yet.
///
/// Whichever it is, the nonce has been consumed by then: the same token is never accepted again. The
/// user launches again from the course, or resumes the launch that was parked.
///
/// | policy | best for | what the user sees |
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
///
/// For all platforms, and another one for some:
///
/// ```
/// use tower_lti::{
///     LtiLaunchLayer, LtiTool, OnMissingDeployment,
///     policy::OnboardingUrlError,
///     registration::RegistrationId,
/// };
///
/// fn layer(tool: LtiTool, partner: RegistrationId) -> Result<LtiLaunchLayer, OnboardingUrlError> {
///     // A new deployment is a customer: a form first, and then the launch that waited.
///     let page = "https://tool.example/onboarding".parse()?;
///     Ok(LtiLaunchLayer::new(tool)
///         .add_path("/lti/launch")
///         .resume_path("/lti/resume")
///         .on_missing_deployment(OnMissingDeployment::Redirect(page))
///         .on_missing_deployment_of(partner, OnMissingDeployment::Create))
/// }
/// # let _ = layer;
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum OnMissingDeployment {
    /// The deployment is created, and the launch goes on. The default.
    ///
    /// A registration may have so many deployments and no more; see
    /// [`Limits::deployments_per_registration`](crate::tool::Limits::deployments_per_registration).
    #[doc(alias("auto-create", "first launch"))]
    #[default]
    Create,
    /// The deployment is created where the condition holds; elsewhere the launch is rejected with 403.
    CreateIf(CreateCondition),
    /// The deployment is created as pending, and the launch is rejected with 403 until somebody
    /// approves it.
    #[doc(alias = "approval")]
    Pending,
    /// The launch is rejected with 403.
    Reject,
    /// The user is sent to this address with a sealed ticket in the query parameter `ticket`; see
    /// [`OnboardingTicket`](crate::onboarding::OnboardingTicket).
    ///
    /// It is a path of the tool, such as `/onboarding`, or an address with https: see
    /// [`OnboardingUrl`]. The ticket is tied to the browser by a cookie of the launch URL's host, so that the page has to be on
    /// that host too, or to hand the ticket on to it. A browser that keeps no cookies is told to open the tool in a new window
    /// (`cookie_missing`).
    #[doc(alias = "onboarding")]
    Redirect(OnboardingUrl),
    /// The handler decides. It finds a [`MissingDeployment`](crate::onboarding::MissingDeployment) in the request's
    /// extensions, and never a [`LaunchContext`](crate::LaunchContext), so that no handler can take one for the other.
    Forward,
}

impl OnMissingDeployment {
    /// Creates the deployment where this holds of the verified launch, which it can read and not change.
    ///
    /// One that panics does not hold. A launch whose condition has not answered within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout) is rejected, and nothing is created.
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
