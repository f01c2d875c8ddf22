//! Checks the settings, and builds the tool.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::{
    clock::SystemClock,
    key_set::{AnyFetcher, HttpsKeySets, KEY_SET_AGES, KeySetAges, KeySetCache},
    login_parameters::{KEPT_BY_DEFAULT, MAX_NAMES, is_name},
    observe::describe,
    outbound::Exchange,
    page_text::Language,
    pages::PageSettings,
    redact,
    registration::{RESPONSE_PARAMETERS, carries_reserved},
    secret::LoginSecret,
    store::{AnyStore, MemoryStore},
    tool::{
        ConfigError, LtiTool, LtiToolBuilder, budgets::Budgets, endpoints::Endpoints,
        lti_tool::Inner, process::Process, secrets::Secrets, target::AllowedTarget,
    },
    web_address::{AddressProblem, WebAddress},
};

impl LtiToolBuilder {
    /// Checks everything and builds the tool.
    ///
    /// # Errors
    ///
    /// Fails when the launch URL or the registrations are missing; when a URL is not https (or, for
    /// development, http on loopback); when the login secret and the store do not go together; when
    /// nothing can fetch key sets; when two languages have one tag; when tool keys are given and none of them is for RS256 or ES256; when a
    /// registration of a fixed list has a token endpoint and the tool's keys have none of the algorithm that it asks
    /// for; and when a key set's age is limited to less than a minute or more than a day.
    pub fn build(mut self) -> Result<LtiTool, ConfigError> {
        let launch_url = self
            .launch_url
            .take()
            .ok_or(ConfigError::MissingLaunchUrl)?;
        let parsed = check_launch_url(&launch_url, self.allow_loopback_http)?;
        let allow_loopback_http = self.allow_loopback_http && parsed.is_loopback();
        let targets = allowed_targets(&self.targets, &parsed, allow_loopback_http)?;
        let login_parameters = login_parameters(&self.login_parameters)?;
        check_languages(&self.languages)?;
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
        #[cfg(feature = "services")]
        crate::tool::tool_keys::check(&self, clock.now())?;
        let store = self
            .store
            .take()
            .unwrap_or_else(|| AnyStore::new(MemoryStore::default()));
        let store = match self.parked_launches.take() {
            Some(parked) => store.with_parked_launches(parked),
            None => store,
        };
        #[cfg(feature = "sessions")]
        let store = match self.sessions.take() {
            Some(sessions) => store.with_sessions(sessions),
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
        let exchange = self.exchange.take().or_else(default_exchange);
        let fetcher = match (self.key_sets.take(), &exchange) {
            (Some(fetcher), _) => fetcher,
            (None, Some(exchange)) => default_key_sets(Arc::clone(exchange), allow_loopback_http),
            (None, None) => return Err(ConfigError::MissingKeySets),
        };
        let peers = store.is_volatile();
        let peers = peers.then(|| self.peers.take().unwrap_or_default());
        #[cfg(feature = "services")]
        let exchange: Arc<dyn Exchange> = Arc::new(crate::outbound::Observed::new(
            exchange.unwrap_or_else(no_exchange),
        ));
        #[cfg(feature = "services")]
        if self.tool_keys.as_ref().is_some_and(|keys| !keys.can_sign()) {
            return Err(ConfigError::NoSigningKey);
        }
        describe();
        Ok(LtiTool(Arc::new(Inner {
            endpoints: Endpoints {
                launch_url,
                own_launch_urls: self.own_launch_urls,
                targets,
            },
            secrets: Secrets::derive(&secrets),
            budgets: Budgets::new(&self.limits),
            #[cfg(feature = "doctor")]
            recent_refusals: crate::tool::recent_refusals::RecentRefusals::new(
                self.recent_refusals,
            ),
            process: Process::begin(&*clock, peers).map_err(ConfigError::Randomness)?,
            registrations,
            store,
            keys: KeySetCache::new(fetcher, Arc::clone(&clock), self.limits.key_set_ages),
            #[cfg(feature = "services")]
            access_tokens: crate::access_token::AccessTokens::new(crate::access_token::Asker {
                exchange: Arc::clone(&exchange),
                keys: self.tool_keys.clone(),
                clock: Arc::clone(&clock),
                deadline: self.limits.token_timeout,
                allow_loopback_http,
            }),
            #[cfg(feature = "services")]
            tool_keys: self.tool_keys,
            #[cfg(feature = "services")]
            exchange,
            #[cfg(any(feature = "services", feature = "sessions"))]
            shared: Default::default(),
            clock,
            limits: self.limits,
            login_parameters,
            allow_anonymous: self.allow_anonymous,
            allow_loopback_http,
            error_responder: self.error_responder,
            pages: PageSettings::new(self.appearance, self.languages),
        })))
    }
}

fn check_languages(languages: &[Language]) -> Result<(), ConfigError> {
    for (at, language) in languages.iter().enumerate() {
        let is_same = |one: &Language| one.tag().eq_ignore_ascii_case(language.tag());
        if languages[..at].iter().any(is_same) {
            let tag = language.tag().to_owned();
            return Err(ConfigError::LanguageTwice { tag });
        }
    }
    Ok(())
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
        if !is_name(name) || names.len() == MAX_NAMES {
            return Err(ConfigError::LoginParameter { name: name.clone() });
        }
        if !names.contains(&SmolStr::new(name)) {
            names.push(name.into());
        }
    }
    Ok(names)
}

/// Fetches key sets over the tool's own client.
fn default_key_sets(exchange: Arc<dyn Exchange>, allow_loopback_http: bool) -> AnyFetcher {
    let fetcher = HttpsKeySets::over(exchange);
    AnyFetcher::new(if allow_loopback_http {
        fetcher.insecure_allow_loopback_http()
    } else {
        fetcher
    })
}

#[cfg(feature = "reqwest")]
fn default_exchange() -> Option<Arc<dyn Exchange>> {
    Some(Arc::new(crate::outbound::HttpsClient::new()))
}

#[cfg(feature = "services")]
fn no_exchange() -> Arc<dyn Exchange> {
    Arc::new(crate::outbound::Unconfigured)
}

#[cfg(not(feature = "reqwest"))]
fn default_exchange() -> Option<Arc<dyn Exchange>> {
    None
}
