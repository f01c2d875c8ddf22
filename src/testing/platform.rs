//! A simulated platform: it signs, publishes keys and rotates them.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Map, Value, json};

use crate::{
    claims::names,
    clock::{Clock, SystemClock, unix_millis},
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::{Endpoint, Registration},
    testing::{AuthenticationRequest, DeepLinkingOptions, IdToken, SigningKey, good_claims},
};

/// A simulated platform with one registered tool. Clones are the same platform.
#[derive(Clone, Debug)]
pub struct Platform {
    issuer: String,
    client_id: String,
    base_url: String,
    keys: Arc<Mutex<Vec<SigningKey>>>,
    fetches: Arc<AtomicUsize>,
    clock: Arc<dyn Clock>,
}

impl Platform {
    /// Creates a platform whose endpoints lie below its issuer.
    #[must_use]
    pub fn new(issuer: &str, client_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            base_url: issuer.to_owned(),
            keys: Arc::new(Mutex::new(vec![SigningKey::shared(0, "k1")])),
            fetches: Arc::default(),
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// Goes by this clock where no time is given, as where [`Browser::open`](super::Browser::open) launches. Default: the
    /// machine's.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        self.with_shared_clock(Arc::new(clock))
    }

    pub(super) fn with_shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Seconds since 1970.
    pub(super) fn now(&self) -> u64 {
        unix_millis(self.clock.now()) / 1_000
    }

    /// Sets where its endpoints lie.
    #[must_use]
    pub fn at(mut self, base_url: &str) -> Self {
        self.base_url = base_url.to_owned();
        self
    }

    /// The same platform before another tool, under this issuer.
    pub(super) fn for_tool(&self, issuer: &str, client_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            ..self.clone()
        }
    }

    /// Signs with this key from now on, and publishes no other.
    pub fn use_key(&self, key: SigningKey) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = vec![key];
    }

    /// The key that it signs with.
    ///
    /// # Panics
    ///
    /// Never: there is always one.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.last().expect("there is always one").clone()
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The tool's client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// How often its keys were fetched through [`FetchKeySet`].
    #[must_use]
    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// What it publishes: a JWK set.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        json!({"keys": keys.iter().map(SigningKey::jwk).collect::<Vec<_>>()}).to_string()
    }

    /// The registration of the tool here.
    ///
    /// # Panics
    ///
    /// Panics when issuer, client id or endpoints cannot be registered.
    #[must_use]
    pub fn registration(&self) -> Registration {
        Registration::builder(self.issuer.as_str(), self.client_id.as_str())
            .authorization_endpoint(self.authorization_endpoint())
            .jwks_url(format!("{}/jwks", self.base_url))
            .build()
            .expect("the platform can be registered")
    }

    /// A good resource link token for an authentication request, issued at `now` (seconds since
    /// 1970) and good for five minutes.
    pub fn id_token(&self, request: &AuthenticationRequest, now: u64) -> IdToken {
        let claims = good_claims(&self.issuer, &self.client_id, request.target_link_uri());
        IdToken::new(claims, &self.key())
            .claim("iat", now)
            .claim("exp", now + 300)
            .claim("nonce", request.nonce())
    }

    /// A good deep linking token for an authentication request.
    pub fn deep_linking_token(&self, request: &AuthenticationRequest, now: u64) -> IdToken {
        self.id_token(request, now)
            .without_claim(names::RESOURCE_LINK)
            .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
            .claim(
                names::DEEP_LINKING_SETTINGS,
                json!({
                    "deep_link_return_url": self.return_url(),
                    "accept_types": ["ltiResourceLink"],
                    "accept_presentation_document_targets": ["iframe"],
                }),
            )
    }

    fn return_url(&self) -> String {
        format!("{}/return", self.base_url)
    }

    /// What a deep linking request says.
    pub(super) fn deep_linking_claims(&self, options: &DeepLinkingOptions) -> Map<String, Value> {
        options.claims(&self.return_url())
    }

    /// Whether the browser is sent here to log in.
    pub(super) fn is_asked_at(&self, url: &str) -> bool {
        let path = url.split(['?', '#']).next();
        path == Some(&*self.authorization_endpoint())
    }

    /// Where browsers log in.
    pub(super) fn authorization_endpoint(&self) -> String {
        format!("{}/auth", self.base_url)
    }
}

impl FetchKeySet for Platform {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        Ok(FetchedKeySet::new(self.jwks_json()))
    }
}
