//! One registration, and how it is put together.

use crate::{
    endpoint::Endpoint,
    identity::{ClientId, Issuer, RegistrationId},
    key_set::{KeySet, KeySource, SignatureAlgorithm},
    policy::OnMissingDeployment,
    redact,
    registration::RegistrationError,
};

/// The parameters of an authentication request, which an endpoint may not already carry.
const RESERVED_PARAMETERS: [&str; 10] = [
    "scope",
    "response_type",
    "response_mode",
    "prompt",
    "client_id",
    "redirect_uri",
    "login_hint",
    "lti_message_hint",
    "state",
    "nonce",
];

/// The parameters of an authentication response, which no redirect URI may carry and no launch may have in
/// its query.
pub(crate) const RESPONSE_PARAMETERS: [&str; 5] = [
    "id_token",
    "state",
    "error",
    "error_description",
    "error_uri",
];

/// The longest issuer or client id, in bytes.
const LONGEST_IDENTIFIER: usize = 255;

/// One tool entry at one platform: who it is, where it is, and how its tokens are signed.
///
/// Implements LTI Core 1.3 §3.1.3 and Security Framework 1.0 §5.1.1.
///
/// # Examples
///
/// ```
/// use tower_lti::registration::Registration;
///
/// let registration = Registration::builder("https://lms.example", "tool-1")
///     .auth_login_url("https://lms.example/auth")
///     .jwks_url("https://lms.example/jwks")
///     .build()?;
/// assert_eq!(registration.id().client_id().as_str(), "tool-1");
/// # Ok::<(), tower_lti::registration::RegistrationError>(())
/// ```
#[derive(Clone)]
pub struct Registration {
    id: RegistrationId,
    auth_login_url: Endpoint,
    auth_token_url: Option<Endpoint>,
    token_audience: Option<String>,
    key_source: KeySource,
    algorithms: Vec<SignatureAlgorithm>,
    launch_url: Option<Endpoint>,
    trusted_audiences: Vec<String>,
    strict_azp: bool,
    deployment_quota: Option<usize>,
    on_missing_deployment: Option<OnMissingDeployment>,
    target_link_uri_check: TargetLinkUriCheck,
    login_name: Option<String>,
}

/// What happens when the signed `target_link_uri` is not the one that the login named.
///
/// LTI Core 1.3 §5.3.4 wants them to be equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetLinkUriCheck {
    /// The launch is refused. The default.
    #[default]
    Exact,
    /// The launch goes on with the signed one, and the difference is logged. Some versions of Open
    /// edX need this for deep linking.
    Warn,
}

impl Registration {
    /// Starts a registration with what identifies it.
    pub fn builder(
        issuer: impl Into<Issuer>,
        client_id: impl Into<ClientId>,
    ) -> RegistrationBuilder {
        RegistrationBuilder {
            id: RegistrationId::new(issuer, client_id),
            auth_login_url: None,
            auth_token_url: None,
            token_audience: None,
            jwks_url: None,
            key_set: None,
            algorithms: vec![SignatureAlgorithm::Rs256],
            launch_url: None,
            trusted_audiences: Vec::new(),
            strict_azp: false,
            deployment_quota: None,
            on_missing_deployment: None,
            target_link_uri_check: TargetLinkUriCheck::default(),
            login_name: None,
        }
    }

    /// What identifies it: the issuer and the client id.
    #[must_use]
    pub fn id(&self) -> &RegistrationId {
        &self.id
    }

    /// The platform's authorization endpoint, as it was given.
    #[must_use]
    pub fn auth_login_url(&self) -> &str {
        self.auth_login_url.as_str()
    }

    /// The platform's token endpoint, as it was given.
    #[must_use]
    pub fn auth_token_url(&self) -> Option<&str> {
        self.auth_token_url.as_ref().map(Endpoint::as_str)
    }

    /// The audience that token requests are made out to: the one that was set, else the token
    /// endpoint.
    #[must_use]
    pub fn token_audience(&self) -> Option<&str> {
        self.token_audience.as_deref().or(self.auth_token_url())
    }

    /// Where the platform's keys come from.
    #[must_use]
    pub fn key_source(&self) -> &KeySource {
        &self.key_source
    }

    /// The signature algorithms that its tokens may use.
    #[must_use]
    pub fn algorithms(&self) -> &[SignatureAlgorithm] {
        &self.algorithms
    }

    /// The redirect URI registered here, where it is not the tool's own launch URL.
    #[must_use]
    pub fn launch_url(&self) -> Option<&str> {
        self.launch_url.as_ref().map(Endpoint::as_str)
    }

    /// The audiences that a token may name beside the client id.
    #[must_use]
    pub fn trusted_audiences(&self) -> &[String] {
        &self.trusted_audiences
    }

    /// Whether `azp` must be there and be the client id even where the token has one audience.
    #[must_use]
    pub fn strict_azp(&self) -> bool {
        self.strict_azp
    }

    /// What happens when one of its deployments is not known, if it has a policy of its own.
    #[must_use]
    pub fn on_missing_deployment(&self) -> Option<&OnMissingDeployment> {
        self.on_missing_deployment.as_ref()
    }

    /// How many deployments it may have for launches to create another, if it has a bound of its own.
    #[must_use]
    pub fn deployment_quota(&self) -> Option<usize> {
        self.deployment_quota
    }

    /// What happens when the signed `target_link_uri` is not the one that the login named.
    #[must_use]
    pub fn target_link_uri_check(&self) -> TargetLinkUriCheck {
        self.target_link_uri_check
    }

    /// The last path segment of this registration's own login URL, if it has one.
    #[must_use]
    pub fn login_name(&self) -> Option<&str> {
        self.login_name.as_deref()
    }

    /// Whether any of its endpoints is plain http on loopback, fit for development only.
    #[must_use]
    pub fn uses_plain_http(&self) -> bool {
        self.auth_login_url.is_plain_http()
            || self
                .auth_token_url
                .as_ref()
                .is_some_and(Endpoint::is_plain_http)
            || self
                .launch_url
                .as_ref()
                .is_some_and(Endpoint::is_plain_http)
            || matches!(&self.key_source, KeySource::Url(url) if url.is_plain_http())
    }
}

/// Puts a [`Registration`] together.
#[derive(Clone)]
#[must_use]
pub struct RegistrationBuilder {
    pub(super) id: RegistrationId,
    auth_login_url: Option<String>,
    auth_token_url: Option<String>,
    token_audience: Option<String>,
    jwks_url: Option<String>,
    key_set: Option<KeySet>,
    algorithms: Vec<SignatureAlgorithm>,
    launch_url: Option<String>,
    trusted_audiences: Vec<String>,
    strict_azp: bool,
    deployment_quota: Option<usize>,
    on_missing_deployment: Option<OnMissingDeployment>,
    target_link_uri_check: TargetLinkUriCheck,
    login_name: Option<String>,
}

impl RegistrationBuilder {
    /// Sets the platform's authorization endpoint. Required.
    ///
    /// A query that it already has is kept.
    pub fn auth_login_url(mut self, url: impl Into<String>) -> Self {
        self.auth_login_url = Some(url.into());
        self
    }

    /// Sets the platform's token endpoint, which the services need and launches do not.
    pub fn auth_token_url(mut self, url: impl Into<String>) -> Self {
        self.auth_token_url = Some(url.into());
        self
    }

    /// Sets the audience of token requests, where it is not the token endpoint (Brightspace).
    pub fn token_audience(mut self, audience: impl Into<String>) -> Self {
        self.token_audience = Some(audience.into());
        self
    }

    /// Sets where the platform publishes its keys. This or [`key_set`](Self::key_set) is required.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the platform's keys themselves; nothing is then fetched.
    pub fn key_set(mut self, key_set: KeySet) -> Self {
        self.key_set = Some(key_set);
        self
    }

    /// Sets the signature algorithms that tokens may use. Default: RS256 alone.
    ///
    /// The token never chooses.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = SignatureAlgorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets the redirect URI registered at this platform. Default: the tool's launch URL.
    pub fn launch_url(mut self, url: impl Into<String>) -> Self {
        self.launch_url = Some(url.into());
        self
    }

    /// Adds an audience that a token may name beside the client id. Default: none.
    pub fn add_trusted_audience(mut self, audience: impl Into<String>) -> Self {
        self.trusted_audiences.push(audience.into());
        self
    }

    /// Sets whether `azp` must be there and be the client id even where the token has one audience.
    ///
    /// Default: `false`, because Blackboard names another party there and Moodle none. An `azp` that is
    /// `null` or empty counts as absent. Beside several audiences it
    /// must be the client id in any case (Security Framework 1.0 §5.1.3 steps 4 and 5).
    pub fn strict_azp(mut self, strict: bool) -> Self {
        self.strict_azp = strict;
        self
    }

    /// Sets what happens when one of its deployments is not known. Default: what the layer says.
    ///
    /// A policy that the layer was given for this registration stands above it.
    pub fn on_missing_deployment(mut self, policy: OnMissingDeployment) -> Self {
        self.on_missing_deployment = Some(policy);
        self
    }

    /// Sets how many deployments it may have for launches to create another. Default: what
    /// [`Limits::deployments_per_registration`](crate::tool::Limits::deployments_per_registration) says.
    pub fn deployment_quota(mut self, most: usize) -> Self {
        self.deployment_quota = Some(most);
        self
    }

    /// Sets what happens when the signed `target_link_uri` is not the one that the login named.
    pub fn target_link_uri_check(mut self, check: TargetLinkUriCheck) -> Self {
        self.target_link_uri_check = check;
        self
    }

    /// Gives this registration a login URL of its own, ending in `login_name`.
    ///
    /// For platforms that name no client id, or share one. See
    /// [`LtiLogin::registration_from_path`](crate::LtiLogin::registration_from_path).
    pub fn login_name(mut self, login_name: impl Into<String>) -> Self {
        self.login_name = Some(login_name.into());
        self
    }

    /// Checks everything and builds the registration.
    ///
    /// # Errors
    ///
    /// Fails when a required setting is missing, when an identifier is not 1 to 255 characters of
    /// printable ASCII without spaces around them, when a login name is no path segment, when an endpoint is neither https nor plain http on loopback, and when no
    /// algorithm is allowed.
    pub fn build(self) -> Result<Registration, RegistrationError> {
        check_identifier("issuer", self.id.issuer().as_str())?;
        check_identifier("client_id", self.id.client_id().as_str())?;
        if let Some(audience) = &self.token_audience {
            check_identifier("token_audience", audience)?;
        }
        for audience in &self.trusted_audiences {
            check_identifier("trusted_audiences", audience)?;
        }
        if let Some(name) = &self.login_name {
            check_login_name(name)?;
        }
        let missing = |setting| RegistrationError::Missing {
            setting,
            registration: self.id.clone(),
        };
        let auth_login_url = self
            .auth_login_url
            .as_deref()
            .ok_or_else(|| missing("auth_login_url"))?;
        let auth_login_url = parse_endpoint("auth_login_url", auth_login_url)?;
        check_reserved(
            "auth_login_url",
            &RESERVED_PARAMETERS,
            auth_login_url.as_str(),
        )?;
        let parse =
            |setting, url: Option<&String>| url.map(|url| parse_endpoint(setting, url)).transpose();
        let auth_token_url = parse("auth_token_url", self.auth_token_url.as_ref())?;
        let launch_url = parse("launch_url", self.launch_url.as_ref())?;
        if let Some(url) = &launch_url {
            check_reserved("launch_url", &RESPONSE_PARAMETERS, url.as_str())?;
        }
        let jwks_url = parse("jwks_url", self.jwks_url.as_ref())?;
        let key_source = match (self.key_set, jwks_url) {
            (Some(keys), _) => KeySource::Fixed(keys),
            (None, Some(url)) => KeySource::Url(url),
            (None, None) => {
                return Err(RegistrationError::Missing {
                    setting: "jwks_url",
                    registration: self.id,
                });
            }
        };
        if self.algorithms.is_empty() {
            return Err(RegistrationError::NoAlgorithm {
                registration: self.id,
            });
        }
        Ok(Registration {
            id: self.id,
            auth_login_url,
            auth_token_url,
            token_audience: self.token_audience,
            key_source,
            algorithms: self.algorithms,
            launch_url,
            trusted_audiences: self.trusted_audiences,
            strict_azp: self.strict_azp,
            deployment_quota: self.deployment_quota,
            on_missing_deployment: self.on_missing_deployment,
            target_link_uri_check: self.target_link_uri_check,
            login_name: self.login_name,
        })
    }
}

fn parse_endpoint(setting: &'static str, given: &str) -> Result<Endpoint, RegistrationError> {
    Endpoint::parse(given).map_err(|problem| RegistrationError::Endpoint {
        setting,
        given: redact::url(given),
        problem: problem.problem(),
    })
}

fn check_identifier(setting: &'static str, given: &str) -> Result<(), RegistrationError> {
    let fits = (1..=LONGEST_IDENTIFIER).contains(&given.len())
        && given.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !given.starts_with(' ')
        && !given.ends_with(' ');
    if fits {
        Ok(())
    } else {
        Err(RegistrationError::Identifier {
            setting,
            given: redact::without_queries(given),
        })
    }
}

/// A login name is compared with a path segment as it comes, so that nothing in it may end or alter one.
fn check_login_name(given: &str) -> Result<(), RegistrationError> {
    check_identifier("login_name", given)?;
    if given.contains([' ', '/', '?', '#', '\\']) || matches!(given, "." | "..") {
        return Err(RegistrationError::LoginName {
            given: given.to_owned(),
        });
    }
    Ok(())
}

fn check_reserved(
    setting: &'static str,
    reserved: &[&str],
    url: &str,
) -> Result<(), RegistrationError> {
    match carries_reserved(reserved, url) {
        Some(parameter) => Err(RegistrationError::ReservedParameter {
            setting,
            given: redact::url(url),
            parameter,
        }),
        None => Ok(()),
    }
}

/// The first parameter in the URL's query that has one of these names.
pub(crate) fn carries_reserved(reserved: &[&str], url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| reserved.contains(&&**name))
        .map(|(name, _)| name.into_owned())
}
