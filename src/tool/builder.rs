//! `LtiToolBuilder`: the settings of a tool.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::{
    clock::Clock,
    error::LtiError,
    instance::Peers,
    key_set::{AnyFetcher, FetchKeySet},
    limits::Limits,
    outbound::Exchange,
    page_text::Language,
    pages::Appearance,
    redact::RedactedUrl,
    registration::{Registration, Registrations},
    secret::LoginSecret,
    store::{
        AnyParkedLaunches, AnyRegistrations, AnyStore, LaunchStore, MemoryStore, ParkedLaunchStore,
        RegistrationStore,
    },
    tool::rejection::ErrorResponder,
};

/// Builds an [`LtiTool`](crate::LtiTool).
///
/// # Examples
///
/// In production: two secrets while one replaces the other, Redis for all instances, keys for services, and limits:
///
/// ```no_run
/// # #[cfg(all(feature = "redis", feature = "reqwest", feature = "services"))] mod example {
/// use std::{error::Error, fs, time::Duration};
/// use tower_lti::{
///     LoginSecret, LtiTool, RedisStore, keys::ToolKeys, registration::Registrations, tool::Limits,
/// };
///
/// async fn build() -> Result<LtiTool, Box<dyn Error>> {
///     let pem = fs::read_to_string("/run/secrets/lti_key.pem")?;
///     let tool = LtiTool::builder()
///         .launch_url("https://tool.example/lti/launch")
///         .login_secret(LoginSecret::from_env("LTI_LOGIN_SECRET")?)
///         .add_previous_login_secret(LoginSecret::from_env("LTI_LOGIN_SECRET_BEFORE")?)
///         .registrations(Registrations::from_path("registrations.json")?)
///         .store(RedisStore::connect("rediss://redis.example/").await?)
///         .tool_keys(ToolKeys::from_pem(&pem)?)
///         .limits(Limits::default().launch_timeout(Duration::from_secs(10)))
///         .build()?;
///     tool.check_store().await?; // fail at start, not at the first launch
///     Ok(tool)
/// }
/// # }
/// ```
///
/// For a test or a first try, a launch URL and registrations are enough:
///
/// ```
/// # #[cfg(feature = "reqwest")] {
/// use tower_lti::{LtiTool, registration::Registrations};
///
/// let tool = LtiTool::builder()
///     .launch_url("https://tool.example/lti/launch")
///     .registrations(Registrations::default())
///     .build()?;
/// # let _ = tool; }
/// # Ok::<(), tower_lti::tool::ConfigError>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct LtiToolBuilder {
    pub(super) launch_url: Option<String>,
    pub(super) targets: Vec<String>,
    pub(super) login_parameters: Vec<String>,
    pub(super) secret: Option<LoginSecret>,
    pub(super) previous_secrets: Vec<LoginSecret>,
    pub(super) registrations: Option<AnyRegistrations>,
    pub(super) plain_http_registration: Option<(String, String)>,
    pub(super) own_launch_urls: Option<Vec<String>>,
    pub(super) store: Option<AnyStore>,
    pub(super) parked_launches: Option<AnyParkedLaunches>,
    #[cfg(feature = "sessions")]
    pub(super) sessions: Option<crate::store::AnySessions>,
    pub(super) peers: Option<Peers>,
    pub(super) key_sets: Option<AnyFetcher>,
    pub(super) exchange: Option<Arc<dyn Exchange>>,
    #[cfg(feature = "services")]
    pub(super) tool_keys: Option<crate::tool_keys::ToolKeys>,
    #[cfg(feature = "services")]
    pub(super) fixed_registrations: Option<Registrations>,
    pub(super) clock: Option<Arc<dyn Clock>>,
    #[cfg(feature = "doctor")]
    pub(super) recent_refusals: usize,
    pub(super) limits: Limits,
    pub(super) allow_anonymous: bool,
    pub(super) allow_loopback_http: bool,
    pub(super) allow_volatile_store: bool,
    pub(super) error_responder: Option<ErrorResponder>,
    pub(super) appearance: Option<Appearance>,
    pub(super) languages: Vec<Language>,
}

impl LtiToolBuilder {
    /// Sets the absolute URL that platforms post launches to. Required.
    ///
    /// It is the `redirect_uri` of every login, byte for byte, and never taken from a request.
    #[doc(alias("redirect URL", "redirect_uri"))]
    pub fn launch_url(mut self, url: impl Into<String>) -> Self {
        self.launch_url = Some(url.into());
        self
    }

    /// Adds an origin and path that links may lead to. Default: everything on the launch URL's origin.
    ///
    /// A path covers itself and what is below it by whole segments: `https://tool.example/app` covers
    /// `/app` and `/app/1?page=2`, and not `/application`. With a slash at its end it covers what is below
    /// it alone.
    #[doc(alias = "target_link_uri")]
    pub fn allow_target(mut self, url: impl Into<String>) -> Self {
        self.targets.push(url.into());
        self
    }

    /// Adds a parameter of the platform's own that is kept from login to launch, beside
    /// `canvas_environment` and `canvas_region`.
    ///
    /// The handler finds it in [`LaunchContext::login_parameters`](crate::LaunchContext::login_parameters).
    /// Nobody signs it. At most eight are kept, with those two.
    pub fn keep_login_parameter(mut self, name: impl Into<String>) -> Self {
        self.login_parameters.push(name.into());
        self
    }

    /// Sets the secret that states are signed with, and tickets and parked launches sealed: the same on every
    /// instance.
    ///
    /// Required with a store that lasts. The last call counts. To change it without breaking logins that
    /// are under way, set the new one here and the old one with
    /// [`add_previous_login_secret`](Self::add_previous_login_secret).
    pub fn login_secret(mut self, secret: LoginSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Adds a secret that still verifies states and opens tickets, and makes none.
    #[doc(alias = "rotation")]
    pub fn add_previous_login_secret(mut self, secret: LoginSecret) -> Self {
        self.previous_secrets.push(secret);
        self
    }

    /// Sets the registrations: the platforms that the tool trusts. Required.
    #[doc(alias = "platforms")]
    pub fn registrations(mut self, registrations: impl RegistrationStore) -> Self {
        self.plain_http_registration = plain_http_registration(&registrations);
        self.own_launch_urls = own_launch_urls(&registrations);
        #[cfg(feature = "services")]
        {
            self.fixed_registrations = fixed_list(&registrations).cloned();
        }
        self.registrations = Some(AnyRegistrations::new(registrations));
        self
    }

    /// Sets where used nonces and deployments are kept. Default: a [`MemoryStore`], for one
    /// instance.
    ///
    /// A `MemoryStore` or a `RedisStore` parks launches, too. With any other store, a pair or a wrapper among
    /// them, set [`parked_launches`](Self::parked_launches).
    #[doc(alias = "database")]
    pub fn store(mut self, store: impl LaunchStore) -> Self {
        let any: &dyn std::any::Any = &store;
        self.peers = any.downcast_ref().map(MemoryStore::peers);
        self.store = Some(AnyStore::new(store));
        self
    }

    /// Sets where launches are parked until their deployment is onboarded. Default: the
    /// [`store`](Self::store), if it is a [`MemoryStore`] or a `RedisStore`; otherwise nowhere, and users
    /// launch again from their course after onboarding.
    ///
    /// All instances of the tool need the same one: a ticket whose launch is not found counts as used, on the
    /// onboarding page, too. A `MemoryStore` is for a single instance.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::{store::{DeploymentStore, NonceStore}, tool::LtiToolBuilder, MemoryStore};
    ///
    /// fn with_stores(
    ///     builder: LtiToolBuilder,
    ///     nonces: impl NonceStore,
    ///     deployments: impl DeploymentStore,
    /// ) -> LtiToolBuilder {
    ///     builder
    ///         .store((nonces, deployments))
    ///         .parked_launches(MemoryStore::default())
    /// }
    /// ```
    pub fn parked_launches(mut self, store: impl ParkedLaunchStore) -> Self {
        self.parked_launches = Some(AnyParkedLaunches::new(store));
        self
    }

    /// Sets where sessions are kept. Default: in the store, where that is a `MemoryStore` or a `RedisStore`.
    #[cfg(feature = "sessions")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn session_store(mut self, store: impl crate::store::SessionStore) -> Self {
        self.sessions = Some(crate::store::AnySessions::new(store));
        self
    }

    /// Sets the HTTP client for everything that goes to a platform. Default: `HttpsClient`, with the `reqwest`
    /// feature.
    pub fn exchange(mut self, exchange: impl Exchange) -> Self {
        self.exchange = Some(Arc::new(exchange));
        self
    }

    /// Sets how key sets are fetched. Default: over https, by [`exchange`](Self::exchange).
    pub fn key_sets(mut self, fetcher: impl FetchKeySet) -> Self {
        self.key_sets = Some(AnyFetcher::new(fetcher));
        self
    }

    /// Sets the clock. Default: the machine's own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets what a request may cost, and how long things last.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Accepts resource link launches that name no user. Default: they are rejected.
    ///
    /// LTI Core 1.3 §5.3.6.1 allows such launches; certification wants them rejected. One that names
    /// no user and still carries a name or an e-mail address is rejected in any case.
    #[doc(alias = "anonymous launch")]
    pub fn allow_anonymous(mut self) -> Self {
        self.allow_anonymous = true;
        self
    }

    /// Allows plain http for a tool and platforms on this very machine. Default: https only.
    ///
    /// For development: it has an effect only where the launch URL itself is on loopback.
    pub fn insecure_allow_loopback_http(mut self) -> Self {
        self.allow_loopback_http = true;
        self
    }

    /// Allows a login secret beside a store that forgets at restart. Default: [`build`](Self::build) fails.
    ///
    /// A launch is then accepted only by the very tool that began its login, or by another one in this
    /// process over a clone of the same [`MemoryStore`]: what began before a restart, or on another
    /// instance, is rejected, whatever the time of day says.
    pub fn insecure_allow_volatile_store(mut self) -> Self {
        self.allow_volatile_store = true;
        self
    }

    /// Sets the tool's own name and colours for every page that this crate makes. Default: no name, and the colours of
    /// [`STYLESHEET`](crate::pages::STYLESHEET).
    ///
    /// See [`Appearance`] and [the guide](crate::guide::own_pages).
    pub fn appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = Some(appearance);
        self
    }

    /// Adds a language for every page that this crate makes. Default: English alone.
    ///
    /// A page is in the language that the browser asks for (`Accept-Language`), the first one that is there, and in
    /// English where none is. [`build`](Self::build) refuses two with the same tag. See [`crate::languages`].
    pub fn add_language(mut self, language: Language) -> Self {
        self.languages.push(language);
        self
    }

    /// Sets how a rejection is answered. Default: [`LtiError::to_response`].
    ///
    /// This one setting covers logins, launches, resumed launches, and every [`LtiError`] that a handler or
    /// an extractor answers with inside of an [`LtiLaunchLayer`](crate::LtiLaunchLayer): wrap all routes
    /// whose handlers do. [`LtiTool::error_response`](crate::LtiTool::error_response) is for those outside of it.
    /// [`LtiHealth`](crate::health::LtiHealth), which machines ask, answers by itself.
    ///
    /// The function gets the request's headers, so that it can look at `Accept` and `Accept-Language`. An
    /// extractor's rejection brings them along; an error that a handler returns by itself brings `Accept` and
    /// `Accept-Language` on a launch path, and none elsewhere.
    ///
    /// Whatever it returns, even a 200, is the answer: the handler is not called. The headers of the
    /// default answer are added where it sets none of that name: `Content-Type`, `Vary`, `Cache-Control`,
    /// `X-Content-Type-Options`, `Referrer-Policy`, `Content-Security-Policy`, and, as the case may be,
    /// `WWW-Authenticate`, `Retry-After` (not to a redirect) and `Allow`. To do without one, set it to
    /// something else: a page with a script of its own sets its own `Content-Security-Policy`. If it
    /// panics, so does the request.
    ///
    /// # Examples
    ///
    /// JSON for the tool's own scripts, and the usual page for everybody else. `to_response` makes the page, with the
    /// tool's [`appearance`](Self::appearance) and in the browser's [language](Self::add_language):
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{HeaderMap, Response, header};
    /// use tower_lti::{tool::LtiToolBuilder, LtiError};
    ///
    /// fn answer(error: &LtiError, headers: &HeaderMap) -> Response<Bytes> {
    ///     if !headers.contains_key("x-quiz-script") {
    ///         return error.to_response(headers);
    ///     }
    ///     let code = error.code().as_str();
    ///     let body = format!("{{\"code\":\"{code}\",\"reference\":\"{}\"}}", error.reference());
    ///     let mut response = Response::new(Bytes::from(body));
    ///     *response.status_mut() = error.status();
    ///     let json = http::HeaderValue::from_static("application/json");
    ///     response.headers_mut().insert(header::CONTENT_TYPE, json);
    ///     response
    /// }
    ///
    /// fn with_own_answers(builder: LtiToolBuilder) -> LtiToolBuilder {
    ///     builder.error_response(answer)
    /// }
    /// # let _ = with_own_answers;
    /// ```
    #[doc(alias = "error page")]
    pub fn error_response<F>(mut self, respond: F) -> Self
    where
        F: Fn(&LtiError, &HeaderMap) -> Response<Bytes> + Send + Sync + 'static,
    {
        self.error_responder = Some(Arc::new(respond));
        self
    }
}

impl fmt::Debug for LtiToolBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiToolBuilder")
            .field("launch_url", &self.launch_url.as_deref().map(RedactedUrl))
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// The registrations, where they are a fixed list.
fn fixed_list(registrations: &impl RegistrationStore) -> Option<&Registrations> {
    let any: &dyn std::any::Any = registrations;
    any.downcast_ref()
}

/// The first registration of a fixed list that uses plain http, so that `build` can quote it.
fn plain_http_registration(registrations: &impl RegistrationStore) -> Option<(String, String)> {
    fixed_list(registrations)?
        .iter()
        .find(|registration| registration.uses_plain_http())
        .map(|registration| {
            let id = registration.id();
            (id.issuer().to_string(), id.client_id().to_string())
        })
}

/// The launch URLs that the registrations of a fixed list have of their own.
fn own_launch_urls(registrations: &impl RegistrationStore) -> Option<Vec<String>> {
    let list = fixed_list(registrations)?;
    let urls = list.iter().filter_map(Registration::redirect_uri);
    Some(urls.map(str::to_owned).collect())
}
