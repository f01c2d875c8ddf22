//! `LtiSessionLayer`: what can be configured.

use std::sync::Arc;

use tower_layer::Layer;

use crate::{
    session::service::LtiSessions,
    tool::{ConfigError, LtiTool},
};

/// Starts a session at each launch, and finds it again at each request after it.
///
/// See the [module docs](crate::session).
///
/// # Examples
///
/// It stands inside of the launch layer, so that it sees proven launches:
///
/// ```
/// # #[cfg(feature = "axum")] mod example {
/// use axum::{Router, response::Redirect, routing::{get, post}};
/// use tower_lti::{
///     LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
///     session::{LtiSession, LtiSessionLayer},
///     tool::ConfigError,
/// };
///
/// fn app(tool: LtiTool) -> Result<Router, ConfigError> {
///     Ok(Router::new()
///         .route("/lti/launch", post(launched))
///         .route("/quiz", get(quiz))
///         .route("/sign-out", post(sign_out))
///         .layer(LtiSessionLayer::new(tool.clone())?) // inside
///         .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch")) // outside
///         .route_service("/lti/login", LtiLogin::new(tool)))
/// }
///
/// async fn launched(session: LtiSession) -> Redirect {
///     Redirect::to(&session.url("/quiz"))
/// }
///
/// async fn quiz(launch: LaunchContext) -> String {
///     format!("Quiz for {}", launch.deployment().id())
/// }
///
/// async fn sign_out(session: LtiSession) -> Result<&'static str, tower_lti::LtiError> {
///     session.end().await?;
///     Ok("You are signed out. Open the tool again from your course.")
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LtiSessionLayer {
    /// Shared: a router clones and applies its layers for every request.
    config: Arc<Config>,
}

/// What a layer is set to.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) tool: LtiTool,
    /// What stands before a reference in a path, each with a slash at its end.
    pub(super) path_prefixes: Vec<String>,
}

impl LtiSessionLayer {
    /// Creates the layer. Put it inside of the [`LtiLaunchLayer`](crate::LtiLaunchLayer): with axum's `Router::layer`,
    /// add it before that one.
    ///
    /// # Errors
    ///
    /// Fails when the tool's store keeps no sessions: see
    /// [`LtiToolBuilder::session_store`](crate::tool::LtiToolBuilder::session_store).
    #[doc(alias("cookie", "third-party cookies"))]
    pub fn new(tool: LtiTool) -> Result<Self, ConfigError> {
        if !tool.store().keeps_sessions() {
            return Err(ConfigError::MissingSessionStore);
        }
        let path_prefixes = Vec::new();
        Ok(Self {
            config: Arc::new(Config {
                tool,
                path_prefixes,
            }),
        })
    }

    /// Takes the segment of the path that follows this prefix for the session's reference, beside the query: with
    /// `/tool`, that of `/tool/{reference}/page`. Any segment there is one: what is no reference opens nothing.
    ///
    /// The path is compared as this layer sees it, byte for byte.
    pub fn reference_in_path(mut self, prefix: &str) -> Self {
        let prefix = format!("{}/", prefix.trim_end_matches('/'));
        Arc::make_mut(&mut self.config).path_prefixes.push(prefix);
        self
    }
}

impl<S> Layer<S> for LtiSessionLayer {
    type Service = LtiSessions<S>;

    fn layer(&self, inner: S) -> LtiSessions<S> {
        LtiSessions::new(inner, Arc::clone(&self.config))
    }
}
