//! How a registration is put together.

use crate::{
    identity::RegistrationId,
    key_set::{KeySet, SignatureAlgorithm},
    policy::OnMissingDeployment,
    registration::{
        AuthorizedPartyCheck, ProductFamily, RegistrationStatus, ScoreTimestamps,
        TargetLinkUriCheck, ToolKeyAlgorithm,
    },
};

/// Puts a [`Registration`](crate::registration::Registration) together.
#[derive(Clone)]
#[must_use]
pub struct RegistrationBuilder {
    pub(super) id: RegistrationId,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    pub(super) token_audience: Option<String>,
    pub(super) jwks_url: Option<String>,
    pub(super) key_set: Option<KeySet>,
    pub(super) algorithms: Vec<SignatureAlgorithm>,
    pub(super) redirect_uri: Option<String>,
    pub(super) trusted_audiences: Vec<String>,
    pub(super) authorized_party_check: AuthorizedPartyCheck,
    pub(super) deployment_quota: Option<usize>,
    pub(super) on_missing_deployment: Option<OnMissingDeployment>,
    pub(super) target_link_uri_check: TargetLinkUriCheck,
    pub(super) login_name: Option<String>,
    pub(super) product_family: Option<ProductFamily>,
    pub(super) status: RegistrationStatus,
    pub(super) certificate_authorities: Vec<String>,
    pub(super) allow_private_network: bool,
    pub(super) service_origins: Vec<String>,
    pub(super) tool_key_algorithm: ToolKeyAlgorithm,
    pub(super) token_audience_as_array: bool,
    pub(super) assertion_names_deployment: bool,
    pub(super) deep_linking_response_has_subject: Option<bool>,
    pub(super) score_timestamps: Option<ScoreTimestamps>,
    pub(super) name: Option<String>,
    pub(super) registered_at: Option<String>,
    pub(super) client_uri: Option<String>,
    pub(super) access_token: Option<String>,
}

impl RegistrationBuilder {
    pub(super) fn new(id: RegistrationId) -> Self {
        Self {
            id,
            authorization_endpoint: None,
            token_endpoint: None,
            token_audience: None,
            jwks_url: None,
            key_set: None,
            algorithms: vec![SignatureAlgorithm::Rs256],
            redirect_uri: None,
            trusted_audiences: Vec::new(),
            authorized_party_check: AuthorizedPartyCheck::default(),
            deployment_quota: None,
            on_missing_deployment: None,
            target_link_uri_check: TargetLinkUriCheck::default(),
            login_name: None,
            product_family: None,
            status: RegistrationStatus::default(),
            certificate_authorities: Vec::new(),
            allow_private_network: false,
            service_origins: Vec::new(),
            tool_key_algorithm: ToolKeyAlgorithm::default(),
            token_audience_as_array: false,
            assertion_names_deployment: true,
            deep_linking_response_has_subject: None,
            score_timestamps: None,
            name: None,
            registered_at: None,
            client_uri: None,
            access_token: None,
        }
    }

    /// Sets the platform's authorization endpoint. Required.
    ///
    /// A query that it already has is kept.
    #[doc(alias("auth_login_url", "authenticationEndpoint", "OIDC auth URL"))]
    pub fn authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.authorization_endpoint = Some(url.into());
        self
    }

    /// Sets the platform's token endpoint, which the services need and launches do not.
    #[doc(alias("access token URL", "accesstokenEndpoint", "auth_token_url"))]
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    /// Sets the audience of token requests, where it is not the token endpoint (Brightspace).
    #[doc(alias("auth_audience", "authorizationServer"))]
    pub fn token_audience(mut self, audience: impl Into<String>) -> Self {
        self.token_audience = Some(audience.into());
        self
    }

    /// Sets where the platform publishes its keys. This or [`key_set`](Self::key_set) is required.
    #[doc(alias("jwks_uri", "key_set_url", "public keyset URL"))]
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
    pub fn redirect_uri(mut self, url: impl Into<String>) -> Self {
        self.redirect_uri = Some(url.into());
        self
    }

    /// Adds an audience that a token may name beside the client id. Default: none.
    pub fn add_trusted_audience(mut self, audience: impl Into<String>) -> Self {
        self.trusted_audiences.push(audience.into());
        self
    }

    /// Sets when `azp` must be there and be the client id. Default: in a token with several audiences.
    #[doc(alias = "azp")]
    pub fn authorized_party_check(mut self, check: AuthorizedPartyCheck) -> Self {
        self.authorized_party_check = check;
        self
    }

    /// Sets what happens when one of its deployments is not known. Default: what the layer says.
    ///
    /// A policy that the layer was given for this registration takes precedence.
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

    /// Sets which product the platform is. Default: what it says itself, signed, in a launch (`tool_platform`),
    /// which takes precedence.
    pub fn product_family(mut self, family: ProductFamily) -> Self {
        self.product_family = Some(family);
        self
    }

    /// Tells this registration from another one with the same issuer and client id, by a name of the tool's own that no
    /// user sees. Default: there is no other.
    ///
    /// Self-hosted platforms of one product may all have the issuer and the client ids that it comes with. A login does
    /// not say which of them it is from, so that each needs a [`login_name`](Self::login_name) and is reached by that
    /// alone. What is stored for a registration (deployments, sessions, user keys) belongs to its discriminator: keep it.
    pub fn discriminator(mut self, discriminator: impl AsRef<str>) -> Self {
        self.id = self.id.with_discriminator(discriminator.as_ref());
        self
    }

    /// Sets whether it may be used. Default: it may.
    pub fn status(mut self, status: RegistrationStatus) -> Self {
        self.status = status;
        self
    }

    /// Sets whether logins, launches and calls to services are refused: its [`status`](Self::status) is then disabled,
    /// or else active. Default: they are not.
    pub fn disabled(self, disabled: bool) -> Self {
        self.status(if disabled {
            RegistrationStatus::Disabled
        } else {
            RegistrationStatus::Active
        })
    }

    /// Sets what it is called where an administrator sees it: 1 to 255 characters. Default: it has no name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds certificate authorities of the platform's own, as PEM. Default: those that the machine trusts alone.
    ///
    /// They count for this registration's key set, tokens and services, beside those of the machine, and for no
    /// other registration.
    ///
    /// # Security
    ///
    /// Whoever holds the authority's key can pass for this platform, its key set included.
    pub fn certificate_authorities(mut self, pem: impl Into<String>) -> Self {
        self.certificate_authorities.push(pem.into());
        self
    }

    /// Lets this platform be at a private address, where it is hosted in the tool's own network. Default: public
    /// addresses alone.
    ///
    /// # Security
    ///
    /// Whoever registers or runs the platform can then make the tool send requests to https servers in that
    /// network. Metadata services of clouds stay out of reach.
    pub fn insecure_allow_private_network(mut self) -> Self {
        self.allow_private_network = true;
        self
    }

    /// Sets the only origins that access tokens are sent to, each as an origin or a URL on it. Default: those of
    /// the platform's own endpoints, and of the services that its signed launches name.
    pub fn service_origins<U: Into<String>>(mut self, urls: impl IntoIterator<Item = U>) -> Self {
        self.service_origins = urls.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the algorithm that the tool signs its assertions with. Default: RS256, which every platform can.
    pub fn tool_key_algorithm(mut self, algorithm: ToolKeyAlgorithm) -> Self {
        self.tool_key_algorithm = algorithm;
        self
    }

    /// Sets whether the audience of an assertion is an array of one. Default: it is a text.
    pub fn token_audience_as_array(mut self, array: bool) -> Self {
        self.token_audience_as_array = array;
        self
    }

    /// Sets whether an assertion names the deployment, in LTI's claim `deployment_id`. Default: it does.
    pub fn assertion_names_deployment(mut self, names: bool) -> Self {
        self.assertion_names_deployment = names;
        self
    }

    /// Sets whether a deep linking response names a subject: `sub`, the tool's client id. Default: as
    /// [`ProductFamily::deep_linking_response_has_subject`] says of the family that the launch or else the registration
    /// names; it does where neither names one.
    ///
    /// # Security
    ///
    /// With a subject the response, which the user's browser carries, can be taken for a client assertion by a token
    /// endpoint that does not check `aud`: whoever has it gets an access token with all of the tool's scopes.
    pub fn deep_linking_response_has_subject(mut self, has: bool) -> Self {
        self.deep_linking_response_has_subject = Some(has);
        self
    }

    /// Sets how exactly the platform tells the times of scores apart. Default: as its product family does.
    pub fn score_timestamps(mut self, timestamps: ScoreTimestamps) -> Self {
        self.score_timestamps = Some(timestamps);
        self
    }
}
