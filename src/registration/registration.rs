//! One registration.

use crate::{
    endpoint::Endpoint,
    identity::{ClientId, Issuer, RegistrationId},
    key_set::{KeySource, SignatureAlgorithm},
    outbound::CertificateAuthorities,
    policy::OnMissingDeployment,
    registration::{
        AuthorizedPartyCheck, ProductFamily, RegistrationBuilder, RegistrationStatus,
        ScoreTimestamps, TargetLinkUriCheck, ToolKeyAlgorithm,
    },
};

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
///     .authorization_endpoint("https://lms.example/auth")
///     .jwks_url("https://lms.example/jwks")
///     .build()?;
/// assert_eq!(registration.id().client_id().as_str(), "tool-1");
/// # Ok::<(), tower_lti::registration::RegistrationError>(())
/// ```
///
/// With services, for a product whose token requests need another audience, and with a policy of its own:
///
/// ```
/// use tower_lti::{OnMissingDeployment, registration::{ProductFamily, Registration}};
///
/// let school = Registration::builder("https://school.brightspace.example", "0b6f2c9e")
///     .name("The school on Hill Road")
///     .authorization_endpoint("https://school.brightspace.example/d2l/lti/authenticate")
///     .jwks_url("https://school.brightspace.example/d2l/.well-known/jwks")
///     .token_endpoint("https://auth.brightspace.example/core/connect/token")
///     .token_audience("https://api.brightspace.example/auth/token")
///     .product_family(ProductFamily::Brightspace)
///     .on_missing_deployment(OnMissingDeployment::Pending)
///     .deployment_quota(50)
///     .build()?;
/// assert_eq!(school.product_family(), Some(&ProductFamily::Brightspace));
/// # Ok::<(), tower_lti::registration::RegistrationError>(())
/// ```
#[derive(Clone)]
pub struct Registration {
    pub(super) id: RegistrationId,
    pub(super) authorization_endpoint: Endpoint,
    pub(super) token_endpoint: Option<Endpoint>,
    pub(super) token_audience: Option<String>,
    pub(super) key_source: KeySource,
    pub(super) algorithms: Vec<SignatureAlgorithm>,
    pub(super) redirect_uri: Option<Endpoint>,
    pub(super) trusted_audiences: Vec<String>,
    pub(super) authorized_party_check: AuthorizedPartyCheck,
    pub(super) deployment_quota: Option<usize>,
    pub(super) on_missing_deployment: Option<OnMissingDeployment>,
    pub(super) target_link_uri_check: TargetLinkUriCheck,
    pub(super) login_name: Option<String>,
    pub(super) product_family: Option<ProductFamily>,
    pub(super) status: RegistrationStatus,
    pub(super) certificate_authorities: CertificateAuthorities,
    pub(super) allow_private_network: bool,
    pub(super) service_origins: Vec<String>,
    pub(super) tool_key_algorithm: ToolKeyAlgorithm,
    pub(super) token_audience_as_array: bool,
    pub(super) assertion_names_deployment: bool,
    pub(super) deep_linking_response_has_subject: Option<bool>,
    pub(super) score_timestamps: Option<ScoreTimestamps>,
    pub(super) name: Option<String>,
    pub(super) registered_at: Option<String>,
    pub(super) client_uri: Option<Endpoint>,
    pub(super) access_token: Option<String>,
}

impl Registration {
    /// Starts a registration with what identifies it.
    #[doc(alias("developer key", "external tool", "platform", "tool consumer"))]
    pub fn builder(
        issuer: impl Into<Issuer>,
        client_id: impl Into<ClientId>,
    ) -> RegistrationBuilder {
        RegistrationBuilder::new(RegistrationId::new(issuer, client_id))
    }

    /// What identifies it: the issuer, the client id, and the discriminator where it has one.
    #[must_use]
    pub fn id(&self) -> &RegistrationId {
        &self.id
    }

    /// The platform's authorization endpoint, as it was given.
    #[must_use]
    pub fn authorization_endpoint(&self) -> &str {
        self.authorization_endpoint.as_str()
    }

    /// The platform's token endpoint, as it was given.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&str> {
        self.token_endpoint.as_ref().map(Endpoint::as_str)
    }

    /// The audience that token requests are made out to: the one that was set, else the token
    /// endpoint.
    #[must_use]
    pub fn token_audience(&self) -> Option<&str> {
        self.token_audience.as_deref().or(self.token_endpoint())
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
    pub fn redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_ref().map(Endpoint::as_str)
    }

    /// The audiences that a token may name beside the client id.
    #[must_use]
    pub fn trusted_audiences(&self) -> &[String] {
        &self.trusted_audiences
    }

    /// When `azp` must be there and be the client id.
    #[must_use]
    pub fn authorized_party_check(&self) -> AuthorizedPartyCheck {
        self.authorized_party_check
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

    /// Which product the platform is, where it does not say so itself in a launch.
    #[must_use]
    pub fn product_family(&self) -> Option<&ProductFamily> {
        self.product_family.as_ref()
    }

    /// Whether it may be used: active, pending or disabled.
    #[must_use]
    pub fn status(&self) -> RegistrationStatus {
        self.status
    }

    /// Whether it is disabled, so that logins, launches and calls to services are refused.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.status == RegistrationStatus::Disabled
    }

    /// What it is called where an administrator sees it, if it has a name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// When it was made, as it was written (RFC 3339), where that is known.
    #[must_use]
    pub fn registered_at(&self) -> Option<&str> {
        self.registered_at.as_deref()
    }

    /// Where the platform lets the registration be read, changed and removed (RFC 7592 §3), if it said so.
    #[must_use]
    pub fn registration_client_uri(&self) -> Option<&str> {
        self.client_uri.as_ref().map(Endpoint::as_str)
    }

    /// The token for that address, as the tool sealed it, if the platform gave one.
    #[must_use]
    pub fn registration_access_token(&self) -> Option<&str> {
        self.access_token.as_deref()
    }

    /// The certificate authorities that count for this platform, beside those of the machine.
    #[must_use]
    pub fn certificate_authorities(&self) -> &CertificateAuthorities {
        &self.certificate_authorities
    }

    /// Whether this platform may be at a private address.
    #[must_use]
    pub fn allows_private_network(&self) -> bool {
        self.allow_private_network
    }

    /// The only origins that access tokens are sent to, such as `https://lms.example`; empty where the
    /// platform's own and those of its launches are.
    #[must_use]
    pub fn service_origins(&self) -> &[String] {
        &self.service_origins
    }

    /// The algorithm that the tool signs its assertions with.
    #[must_use]
    pub fn tool_key_algorithm(&self) -> ToolKeyAlgorithm {
        self.tool_key_algorithm
    }

    /// Whether the audience of an assertion is an array of one.
    #[must_use]
    pub fn token_audience_as_array(&self) -> bool {
        self.token_audience_as_array
    }

    /// Whether an assertion names the deployment.
    #[must_use]
    pub fn assertion_names_deployment(&self) -> bool {
        self.assertion_names_deployment
    }

    /// Whether a deep linking response names a subject, where that is not left to the product family.
    #[must_use]
    pub fn deep_linking_response_has_subject(&self) -> Option<bool> {
        self.deep_linking_response_has_subject
    }

    /// Which product the platform is: as it signed in a launch, or else as the registration says.
    #[cfg(feature = "services")]
    pub(crate) fn family_of(&self, signed: Option<&str>) -> Option<ProductFamily> {
        let signed = signed.map(ProductFamily::from);
        signed.or_else(|| self.product_family.clone())
    }

    /// How exactly the times of scores are told apart, where it is not as the product family does.
    #[must_use]
    pub fn score_timestamps(&self) -> Option<ScoreTimestamps> {
        self.score_timestamps
    }

    /// Whether any of its endpoints is plain http on loopback, fit for development only.
    #[must_use]
    pub fn uses_plain_http(&self) -> bool {
        self.authorization_endpoint.is_plain_http()
            || self
                .token_endpoint
                .as_ref()
                .is_some_and(Endpoint::is_plain_http)
            || self
                .redirect_uri
                .as_ref()
                .is_some_and(Endpoint::is_plain_http)
            || self
                .client_uri
                .as_ref()
                .is_some_and(Endpoint::is_plain_http)
            || matches!(&self.key_source, KeySource::Url(url) if url.is_plain_http())
    }
}
