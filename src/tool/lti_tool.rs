//! `LtiTool`: what login and launch share.

use std::{fmt, sync::Arc};

use smol_str::SmolStr;

#[cfg(feature = "services")]
use crate::outbound::Exchange;
use crate::{
    clock::Clock,
    error::LtiErrorKind,
    key_set::KeySetCache,
    limits::Limits,
    outbound::AddressPolicy,
    pages::PageSettings,
    redact::RedactedUrl,
    registration::{Registration, RegistrationStatus},
    store::{AnyRegistrations, AnyStore},
    tool::{
        LtiToolBuilder, budgets::Budgets, endpoints::Endpoints, process::Process,
        rejection::ErrorResponder, secrets::Secrets,
    },
};

/// A tool: its registrations, its launch URL, its secrets, its store, its clock and its limits.
///
/// Built once by [`builder`](Self::builder) and cloned into [`LtiLogin`](crate::LtiLogin) and
/// [`LtiLaunchLayer`](crate::LtiLaunchLayer); a clone is one pointer. `Debug` shows no secret.
///
/// # Examples
///
/// A whole tool, opened by a learner of a simulated platform (feature `testing`):
///
/// ```
/// # #[cfg(all(feature = "axum", feature = "testing"))]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use axum::{Router, routing::post};
/// use tower_lti::{
///     LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
///     registration::Registrations,
///     testing::{Browser, Platform},
/// };
///
/// let platform = Platform::new("https://lms.test", "tool-1");
/// let tool = LtiTool::builder()
///     .launch_url("https://tool.test/lti/launch")
///     .registrations(Registrations::new([platform.registration()])?)
///     .key_sets(platform.clone()) // in place of https
///     .build()?;
/// let hello = async |launch: LaunchContext| format!("Hello, {}", launch.deployment().id());
/// let app = Router::new()
///     .route("/lti/launch", post(hello))
///     .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
///     .route_service("/lti/login", LtiLogin::new(tool));
///
/// let page = Browser::for_app(app).open(&platform.learner()).await;
/// assert_eq!(page.text(), "Hello, dep-1");
/// # Ok(()) }
/// # #[cfg(not(all(feature = "axum", feature = "testing")))] fn main() {}
/// ```
#[derive(Clone)]
pub struct LtiTool(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) endpoints: Endpoints,
    pub(super) secrets: Secrets,
    pub(super) budgets: Budgets,
    #[cfg(feature = "doctor")]
    pub(super) recent_refusals: crate::tool::recent_refusals::RecentRefusals,
    pub(super) process: Process,
    pub(super) registrations: AnyRegistrations,
    pub(super) store: AnyStore,
    pub(super) keys: KeySetCache,
    #[cfg(feature = "services")]
    pub(super) exchange: Arc<dyn Exchange>,
    #[cfg(feature = "services")]
    pub(super) tool_keys: Option<crate::tool_keys::ToolKeys>,
    #[cfg(feature = "services")]
    pub(super) access_tokens: crate::access_token::AccessTokens,
    /// What the rooms above keep.
    #[cfg(any(feature = "services", feature = "sessions"))]
    pub(super) shared: crate::tool::shared::SharedState,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Limits,
    /// The names of the login parameters that are kept until the launch.
    pub(super) login_parameters: Vec<SmolStr>,
    pub(super) allow_anonymous: bool,
    pub(super) allow_loopback_http: bool,
    pub(super) error_responder: Option<ErrorResponder>,
    pub(super) pages: PageSettings,
}

impl LtiTool {
    /// Starts a tool with everything at its default.
    #[doc(alias("Provider", "tool provider"))]
    pub fn builder() -> LtiToolBuilder {
        LtiToolBuilder::default()
    }

    /// How its pages look, and what languages they speak.
    pub(crate) fn pages(&self) -> &PageSettings {
        &self.0.pages
    }

    pub(crate) fn registrations(&self) -> &AnyRegistrations {
        &self.0.registrations
    }

    pub(crate) fn store(&self) -> &AnyStore {
        &self.0.store
    }

    pub(crate) fn keys(&self) -> &KeySetCache {
        &self.0.keys
    }

    /// The one way out.
    #[cfg(feature = "services")]
    pub(crate) fn exchange(&self) -> &Arc<dyn Exchange> {
        &self.0.exchange
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    #[cfg(feature = "doctor")]
    pub(crate) fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The names of the login parameters that are kept until the launch.
    pub(crate) fn login_parameters(&self) -> &[SmolStr] {
        &self.0.login_parameters
    }

    pub(crate) fn allows_anonymous(&self) -> bool {
        self.0.allow_anonymous
    }

    pub(crate) fn allows_loopback_http(&self) -> bool {
        self.0.allow_loopback_http
    }

    /// Where requests to a registration's platform may go.
    pub(crate) fn addresses(&self, registration: &Registration) -> AddressPolicy {
        registration.addresses(self.0.allow_loopback_http)
    }

    /// How many deployments a registration may have for another to be created.
    pub(crate) fn quota_of(&self, registration: &Registration) -> usize {
        registration
            .deployment_quota()
            .unwrap_or(self.0.limits.deployments_per_registration)
    }

    /// Rejects a registration that is pending or disabled, and one over plain http unless the tool itself is on loopback.
    pub(crate) fn check_usable(&self, registration: &Registration) -> Result<(), LtiErrorKind> {
        match registration.status() {
            RegistrationStatus::Active => {}
            RegistrationStatus::Pending => return Err(LtiErrorKind::RegistrationPending),
            RegistrationStatus::Disabled => return Err(LtiErrorKind::RegistrationDisabled),
        }
        if registration.uses_plain_http() && !self.0.allow_loopback_http {
            return Err(LtiErrorKind::RegistrationUnusable);
        }
        Ok(())
    }
}

impl fmt::Debug for LtiTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiTool")
            .field("launch_url", &RedactedUrl(self.launch_url()))
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
