//! How a tool is put together.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Response};
use smol_str::SmolStr;

use crate::{
    clock::{Clock, SystemClock},
    error::LtiError,
    form::BodyBudget,
    instance::{Instance, Peers},
    key_set::{AnyFetcher, FetchKeySet, KEY_SET_AGES, KeySetAges, KeySetCache},
    limits::Limits,
    login_parameters::{KEPT_BY_DEFAULT, MOST_NAMES, is_name},
    observe::{ErrorRateLimit, RejectionRateLimit, describe},
    redact::{self, RedactedUrl},
    registration::{RESPONSE_PARAMETERS, Registration, carries_reserved},
    secret::LoginSecret,
    state::{Sealer, StateSigner},
    store::{
        AnyParkedLaunches, AnyRegistrations, AnyStore, LaunchStore, MemoryStore, ParkedLaunchStore,
        RegistrationStore,
    },
    tool::{AllowedTarget, ConfigError, ErrorResponder, Inner, LtiTool, ParkingBudget},
    web_address::{AddressProblem, WebAddress},
};

/// Puts an [`LtiTool`] together.
///
/// # Examples
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
    launch_url: Option<String>,
    targets: Vec<String>,
    login_parameters: Vec<String>,
    secret: Option<LoginSecret>,
    previous_secrets: Vec<LoginSecret>,
    registrations: Option<AnyRegistrations>,
    plain_http_registration: Option<(String, String)>,
    own_launch_urls: Option<Vec<String>>,
    store: Option<AnyStore>,
    parked_launches: Option<AnyParkedLaunches>,
    peers: Option<Peers>,
    key_sets: Option<AnyFetcher>,
    clock: Option<Arc<dyn Clock>>,
    limits: Limits,
    allow_anonymous: bool,
    allow_loopback_http: bool,
    allow_volatile_store: bool,
    error_responder: Option<ErrorResponder>,
}

impl LtiToolBuilder {
    /// Sets the absolute URL that platforms post launches to. Required.
    ///
    /// It is the `redirect_uri` of every login, byte for byte, and never taken from a request.
    pub fn launch_url(mut self, url: impl Into<String>) -> Self {
        self.launch_url = Some(url.into());
        self
    }

    /// Adds an origin and path that links may lead to. Default: everything on the launch URL's origin.
    ///
    /// A path covers itself and what is below it by whole segments: `https://tool.example/app` covers
    /// `/app` and `/app/1?page=2`, and not `/application`. With a slash at its end it covers what is below
    /// it alone.
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
    pub fn add_previous_login_secret(mut self, secret: LoginSecret) -> Self {
        self.previous_secrets.push(secret);
        self
    }

    /// Sets whom the tool trusts. Required.
    pub fn registrations(mut self, registrations: impl RegistrationStore) -> Self {
        self.plain_http_registration = plain_http_registration(&registrations);
        self.own_launch_urls = own_launch_urls(&registrations);
        self.registrations = Some(AnyRegistrations::new(registrations));
        self
    }

    /// Sets where used nonces and deployments are kept. Default: a [`MemoryStore`], for one
    /// instance.
    ///
    /// A `MemoryStore` or a `RedisStore` parks launches, too. With any other store, a pair or a wrapper among
    /// them, set [`parked_launches`](Self::parked_launches).
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

    /// Sets how key sets are fetched. Default: over https, with the `reqwest` feature.
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

    /// Sets how a refusal is answered. Default: [`LtiError::to_response`].
    ///
    /// This one setting covers logins, launches, resumed launches, and every [`LtiError`] that a handler or
    /// an extractor answers with inside of an [`LtiLaunchLayer`](crate::LtiLaunchLayer): wrap all routes
    /// whose handlers do. [`LtiTool::error_response`] is for those outside of it.
    /// [`LtiHealth`](crate::health::LtiHealth), which machines ask, answers by itself.
    ///
    /// The function gets the request's headers, so that it can look at `Accept` and `Accept-Language`. An
    /// extractor's refusal brings them along; an error that a handler returns by itself brings `Accept` and
    /// `Accept-Language` on a launch path, and none elsewhere.
    ///
    /// Whatever it returns, even a 200, is the answer: the handler is not called. The headers of the
    /// default answer are added where it sets none of that name: `Content-Type`, `Cache-Control`,
    /// `X-Content-Type-Options`, `Referrer-Policy`, `Content-Security-Policy`, and, as the case may be,
    /// `WWW-Authenticate`, `Retry-After` (not to a redirect) and `Allow`. To do without one, set it to
    /// something else: a page with a script of its own sets its own `Content-Security-Policy`. If it
    /// panics, so does the request.
    ///
    /// # Examples
    ///
    /// A page in the language of the browser:
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{HeaderMap, Response, header};
    /// use tower_lti::{error::LtiErrorKind, tool::LtiToolBuilder, LtiError};
    ///
    /// fn in_german(error: &LtiError, headers: &HeaderMap) -> Response<Bytes> {
    ///     let languages = headers.get(header::ACCEPT_LANGUAGE);
    ///     let languages = languages.and_then(|value| value.to_str().ok());
    ///     if !languages.is_some_and(|languages| languages.starts_with("de")) {
    ///         return error.to_response(headers);
    ///     }
    ///     let text = match error.kind() {
    ///         LtiErrorKind::DeploymentPending => "Das Werkzeug wartet auf seine Freigabe.",
    ///         _ => "Das Werkzeug konnte nicht ge\u{f6}ffnet werden.",
    ///     };
    ///     let back = match error.way_back() {
    ///         Some(url) => {
    ///             let url = html_escape::encode_double_quoted_attribute(url);
    ///             format!("<p><a href=\"{url}\">Zur\u{fc}ck zum Kurs</a></p>")
    ///         }
    ///         None => String::new(),
    ///     };
    ///     let page = format!("<!doctype html><html lang=\"de\"><title>{text}</title><h1>{text}</h1>{back}");
    ///     let mut response = Response::new(page.into());
    ///     *response.status_mut() = error.status();
    ///     response
    /// }
    ///
    /// fn with_own_pages(builder: LtiToolBuilder) -> LtiToolBuilder {
    ///     builder.error_response(in_german)
    /// }
    /// # let _ = with_own_pages;
    /// ```
    pub fn error_response<F>(mut self, respond: F) -> Self
    where
        F: Fn(&LtiError, &HeaderMap) -> Response<Bytes> + Send + Sync + 'static,
    {
        self.error_responder = Some(Arc::new(respond));
        self
    }

    /// Checks everything and builds the tool.
    ///
    /// # Errors
    ///
    /// Fails when the launch URL or the registrations are missing; when a URL is not https (or, for
    /// development, http on loopback); when the login secret and the store do not go together; when
    /// nothing can fetch key sets; and when a key set's age is limited to less than a minute or more than
    /// a day.
    pub fn build(mut self) -> Result<LtiTool, ConfigError> {
        let launch_url = self
            .launch_url
            .take()
            .ok_or(ConfigError::MissingLaunchUrl)?;
        let parsed = check_launch_url(&launch_url, self.allow_loopback_http)?;
        let allow_loopback_http = self.allow_loopback_http && parsed.is_loopback();
        let targets = allowed_targets(&self.targets, &parsed, allow_loopback_http)?;
        let login_parameters = login_parameters(&self.login_parameters)?;
        let registrations = self
            .registrations
            .take()
            .ok_or(ConfigError::MissingRegistrations)?;
        if let (Some((issuer, client_id)), false) =
            (self.plain_http_registration.take(), allow_loopback_http)
        {
            return Err(ConfigError::PlainHttpRegistration { issuer, client_id });
        }
        check_key_set_ages(self.limits.key_set_ages)?;
        let clock = self
            .clock
            .take()
            .unwrap_or_else(|| Arc::new(SystemClock::new()));
        let store = self
            .store
            .take()
            .unwrap_or_else(|| AnyStore::new(MemoryStore::default()));
        let store = match self.parked_launches.take() {
            Some(parked) => store.with_parked_launches(parked),
            None => store,
        };
        let secret = match (self.secret.take(), store.is_volatile()) {
            (None, _) if !self.previous_secrets.is_empty() => {
                return Err(ConfigError::PreviousLoginSecretAlone);
            }
            (None, false) => return Err(ConfigError::MissingLoginSecret),
            (None, true) => LoginSecret::generate().map_err(ConfigError::Randomness)?,
            (Some(_), true) if !self.allow_volatile_store => {
                return Err(ConfigError::VolatileStore);
            }
            (Some(secret), _) => secret,
        };
        let mut secrets = vec![secret];
        secrets.append(&mut self.previous_secrets);
        let fetcher = match self.key_sets.take() {
            Some(fetcher) => fetcher,
            None => default_key_sets(allow_loopback_http)?,
        };
        let instance = Instance::begin(&*clock).map_err(ConfigError::Randomness)?;
        let peers = store.is_volatile().then(|| {
            let peers = self.peers.take().unwrap_or_default();
            peers.add(instance.id());
            peers
        });
        describe();
        Ok(LtiTool(Arc::new(Inner {
            launch_url,
            own_launch_urls: self.own_launch_urls,
            targets,
            login_parameters,
            registrations,
            peers,
            store,
            keys: KeySetCache::new(fetcher, Arc::clone(&clock), self.limits.key_set_ages),
            instance,
            clock,
            parking: ParkingBudget::default(),
            error_rate_limit: ErrorRateLimit::default(),
            rejection_rate_limit: RejectionRateLimit::default(),
            bodies: BodyBudget::new(self.limits.bodies_in_flight_bytes),
            limits: self.limits,
            states: StateSigner::new("login state", &secrets),
            tickets: Sealer::new("onboarding ticket", &secrets),
            parked: Sealer::new("parked launch", &secrets),
            allow_anonymous: self.allow_anonymous,
            allow_loopback_http,
            error_responder: self.error_responder,
        })))
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

/// The first registration of a fixed list that uses plain http, so that `build` can quote it.
fn plain_http_registration(registrations: &impl RegistrationStore) -> Option<(String, String)> {
    let any: &dyn std::any::Any = registrations;
    any.downcast_ref::<crate::registration::Registrations>()?
        .iter()
        .find(|registration| registration.uses_plain_http())
        .map(|registration| {
            let id = registration.id();
            (id.issuer().to_string(), id.client_id().to_string())
        })
}

/// The launch URLs that the registrations of a fixed list have of their own.
fn own_launch_urls(registrations: &impl RegistrationStore) -> Option<Vec<String>> {
    let any: &dyn std::any::Any = registrations;
    let list = any.downcast_ref::<crate::registration::Registrations>()?;
    let urls = list.iter().filter_map(Registration::redirect_uri);
    Some(urls.map(str::to_owned).collect())
}

fn check_key_set_ages(ages: KeySetAges) -> Result<(), ConfigError> {
    let settings = [
        ("max_key_set_age", ages.fresh),
        ("max_stale_key_set_age", ages.stale),
    ];
    match settings
        .into_iter()
        .find(|(_, given)| !KEY_SET_AGES.contains(given))
    {
        Some((setting, given)) => Err(ConfigError::KeySetAge { setting, given }),
        None => Ok(()),
    }
}

fn check_launch_url(given: &str, allow_loopback_http: bool) -> Result<WebAddress<'_>, ConfigError> {
    let wrong = |problem: AddressProblem| ConfigError::LaunchUrl {
        given: redact::url(given),
        problem: problem.problem(),
    };
    let address = WebAddress::parse_safe(given).map_err(wrong)?;
    if !address.is_https() && !allow_loopback_http {
        return Err(wrong(AddressProblem::of(
            "is plain http: for development on loopback, call `insecure_allow_loopback_http()`",
        )));
    }
    if carries_reserved(&RESPONSE_PARAMETERS, given).is_some() {
        return Err(wrong(AddressProblem::of(
            "has a query parameter of a name that launches use",
        )));
    }
    Ok(address)
}

fn allowed_targets(
    given: &[String],
    launch_url: &WebAddress<'_>,
    allow_loopback_http: bool,
) -> Result<Vec<AllowedTarget>, ConfigError> {
    if given.is_empty() {
        let origin = AllowedTarget::origin_of(launch_url.url()).map_err(|problem| {
            ConfigError::LaunchUrl {
                given: redact::url(launch_url.as_str()),
                problem: problem.problem(),
            }
        })?;
        return Ok(vec![origin]);
    }
    given
        .iter()
        .map(|url| {
            AllowedTarget::parse(url, allow_loopback_http).map_err(|problem| ConfigError::Target {
                given: redact::url(url),
                problem: problem.problem(),
            })
        })
        .collect()
}

fn login_parameters(more: &[String]) -> Result<Vec<SmolStr>, ConfigError> {
    let mut names: Vec<SmolStr> = KEPT_BY_DEFAULT.map(SmolStr::new_static).into();
    for name in more {
        if !is_name(name) || names.len() == MOST_NAMES {
            return Err(ConfigError::LoginParameter { name: name.clone() });
        }
        if !names.contains(&SmolStr::new(name)) {
            names.push(name.into());
        }
    }
    Ok(names)
}

#[cfg(feature = "reqwest")]
fn default_key_sets(allow_loopback_http: bool) -> Result<AnyFetcher, ConfigError> {
    let fetcher = crate::key_set::HttpsKeySets::new();
    Ok(AnyFetcher::new(if allow_loopback_http {
        fetcher.allow_loopback_http()
    } else {
        fetcher
    }))
}

#[cfg(not(feature = "reqwest"))]
fn default_key_sets(_: bool) -> Result<AnyFetcher, ConfigError> {
    Err(ConfigError::MissingKeySets)
}
