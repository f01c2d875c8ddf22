//! `LtiLaunchLayer`: what can be configured.

use std::sync::{Arc, OnceLock};

use tower_layer::Layer;

use crate::{
    claims::MessageType,
    identity::RegistrationId,
    launch::{LtiLaunch, config::LayerConfig, created_hook::CreatedHook},
    launch_context::LaunchContext,
    policy::OnMissingDeployment,
    tool::LtiTool,
};

/// Lets launches, and only launches, through to a handler.
///
/// See the [module docs](crate::launch).
///
/// # Examples
///
/// Teachers bring the tool into a course, and choose content there; one platform's deployments wait for approval:
///
/// ```
/// # #[cfg(feature = "axum")] mod example {
/// use axum::{Router, routing::post};
/// use tower_lti::{
///     LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, OnMissingDeployment,
///     claims::{ContextRole, MessageType},
///     registration::RegistrationId,
/// };
///
/// fn app(tool: LtiTool) -> Router {
///     let teachers = OnMissingDeployment::create_if(async |launch| {
///         launch.claims().roles().has(ContextRole::Instructor)
///     });
///     let canvas = RegistrationId::new("https://canvas.instructure.com", "10000000000001");
///     let launches = LtiLaunchLayer::new(tool.clone())
///         .add_path("/lti/launch")
///         .accept_message_type(MessageType::DeepLinking)
///         .on_missing_deployment(teachers)
///         .on_missing_deployment_of(canvas, OnMissingDeployment::Pending);
///     Router::new()
///         .route("/lti/launch", post(open_tool))
///         .layer(launches)
///         .route_service("/lti/login", LtiLogin::new(tool))
/// }
///
/// async fn open_tool(launch: LaunchContext) -> &'static str {
///     match launch.claims().message_type() {
///         MessageType::DeepLinking => "Choose a quiz",
///         _ => "Here is the quiz",
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LtiLaunchLayer {
    /// Shared: a router clones and applies its layers for every request.
    config: Arc<LayerConfig>,
}

impl LtiLaunchLayer {
    /// Creates a layer that takes a POST to the tool's launch URL for a launch, and one to a launch URL that
    /// a registration has of its own.
    ///
    /// Whatever else it is put over passes untouched. It knows the registrations' own launch URLs where they
    /// are a fixed list of [`Registrations`](crate::registration::Registrations); where they are looked up,
    /// name their paths with [`add_path`](Self::add_path).
    #[doc(alias("id_token", "middleware", "onConnect"))]
    pub fn new(tool: LtiTool) -> Self {
        Self {
            config: Arc::new(LayerConfig::new(tool)),
        }
    }

    /// Adds a path that is a launch path; requests to other paths then pass untouched.
    ///
    /// The path is compared as this layer sees it, byte for byte. On a launch path nothing but a
    /// launch gets through, whatever the method.
    ///
    /// A launch must arrive at the path, and with the query, of its registration's launch URL, so that one
    /// of registration A does not reach the handler of B. Where something strips a prefix before this layer,
    /// as axum's `nest` and some proxies do, a path that is the end of the launch URL's is enough; see
    /// [`mounted_at`](Self::mounted_at). A path that is no launch URL's is logged as an error when the layer
    /// is put on.
    pub fn add_path(mut self, path: impl Into<String>) -> Self {
        self.config_mut().paths.push(path.into());
        self
    }

    /// Sets what is stripped from the path of every request before this layer sees it, such as `/tools`
    /// under axum's `nest("/tools", …)`. Default: found out from the paths.
    ///
    /// Without it, whatever all launch URLs begin with counts as stripped where it is missing. Say it where
    /// one launch URL's path is the end of another's.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::{LtiLaunchLayer, LtiTool};
    ///
    /// // Launches are posted to https://tool.example/tools/lti/launch.
    /// fn layer(tool: LtiTool) -> LtiLaunchLayer {
    ///     LtiLaunchLayer::new(tool).add_path("/lti/launch").mounted_at("/tools")
    /// }
    /// # let _ = layer;
    /// ```
    pub fn mounted_at(mut self, prefix: impl Into<String>) -> Self {
        self.config_mut().mounted_at = Some(prefix.into());
        self
    }

    /// Sets what happens when the deployment is not known. Default:
    /// [`OnMissingDeployment::Create`].
    ///
    /// A policy that stands beside a registration goes before this one, and one for that registration
    /// from [`on_missing_deployment_of`](Self::on_missing_deployment_of) before both.
    pub fn on_missing_deployment(mut self, policy: OnMissingDeployment) -> Self {
        self.config_mut().on_missing = policy;
        self
    }

    /// Sets what happens for launches of one registration, in place of the general policy.
    pub fn on_missing_deployment_of(
        mut self,
        registration: RegistrationId,
        policy: OnMissingDeployment,
    ) -> Self {
        self.config_mut()
            .on_missing_for
            .push((registration, policy));
        self
    }

    /// Sets the path to which users return from onboarding, and so switches parking on. Default: none.
    ///
    /// A launch that is redirected to onboarding is then kept in the store, sealed with the login
    /// secret, for [`Limits::ticket_lifetime`](crate::tool::Limits::ticket_lifetime). A GET of this path with
    /// the ticket as its query parameter `ticket`, from the same browser and once the deployment is
    /// active, reaches the handler with the [`LaunchContext`], once. A browser that fetches the page before
    /// anybody asks for it, as a prefetch or a prerender, is rejected, and the ticket stays valid. Route the path to the same handler
    /// as the launch path, or give the launch path itself. Without it, users launch again from their
    /// course.
    pub fn resume_path(mut self, path: impl Into<Arc<str>>) -> Self {
        self.config_mut().resume_path = Some(path.into());
        self
    }

    /// Sets what runs for the one launch that created its deployment, before the handler. Default:
    /// nothing.
    ///
    /// It also runs where the policy is [`Pending`](OnMissingDeployment::Pending), so that somebody can
    /// be notified: look at the status of the launch's deployment. It does not run where a
    /// handler creates the deployment itself.
    ///
    /// It runs to its end, even if the browser goes away meanwhile; the launch waits for it, though not
    /// for longer than [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout). If it fails or panics,
    /// that is logged, and the launch goes on.
    ///
    /// It runs once at most. Where the launch is given up in the very moment in which the store creates
    /// the deployment, it does not run at all: what must not be missed is found by
    /// [`list`](crate::store::DeploymentStore::list) now and then.
    pub fn on_deployment_created<F, A, E>(mut self, hook: F) -> Self
    where
        F: Fn(LaunchContext) -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.config_mut().on_created = Some(CreatedHook::new(hook));
        self
    }

    /// Adds a message type that the handler understands, beside resource link launches. All others are
    /// rejected: what the handler was not made for does not get there.
    ///
    /// A deep linking request that is not accepted is rejected with `content_not_offered` once its nonce is consumed,
    /// and nothing is created for it. Where the tool has keys to sign with (feature `services`), the page leads back by
    /// a signed response that offers nothing; see [`LtiError::way_back_form`](crate::LtiError::way_back_form).
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::{LtiLaunchLayer, LtiTool, claims::MessageType};
    ///
    /// fn layer(tool: LtiTool) -> LtiLaunchLayer {
    ///     LtiLaunchLayer::new(tool).accept_message_type(MessageType::DeepLinking)
    /// }
    /// # let _ = layer;
    /// ```
    #[doc(alias("LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"))]
    pub fn accept_message_type(mut self, message_type: MessageType) -> Self {
        self.config_mut().accepted.push(message_type);
        self
    }

    fn config_mut(&mut self) -> &mut LayerConfig {
        let config = Arc::make_mut(&mut self.config);
        config.places = OnceLock::new();
        config
    }
}

impl<S> Layer<S> for LtiLaunchLayer {
    type Service = LtiLaunch<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.config.places();
        LtiLaunch::new(inner, Arc::clone(&self.config))
    }
}
