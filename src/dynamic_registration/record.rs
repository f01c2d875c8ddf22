//! What is kept of a registration.

use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationFailure,
        configuration::MAX_ENDPOINT, handle::PendingRegistration,
    },
    registration::{
        BRIGHTSPACE_AUDIENCE, BRIGHTSPACE_TOKEN_ORIGIN, MAX_NAME_LEN, ProductFamily,
        RegistrationRecord,
    },
    timestamp,
    tool::LtiTool,
    web_address::WebAddress,
};

/// The longest token to manage a registration by, in bytes.
const MAX_TOKEN_BYTES: usize = 4 * 1024;

/// What is kept: what the platform said of itself, and what it made of the registration.
pub(super) struct NewRecord<'a> {
    pub(super) tool: &'a LtiTool,
    pub(super) pending: &'a PendingRegistration,
    pub(super) client_id: &'a str,
    /// Where the platform lets the registration be managed, and with which token.
    pub(super) management: Option<(&'a str, &'a str)>,
    pub(super) needs_approval: bool,
    pub(super) allows_private_networks: bool,
}

impl NewRecord<'_> {
    pub(super) fn build(&self) -> Result<RegistrationRecord, DynamicRegistrationError> {
        let (configuration, terms) = (&self.pending.configuration, &self.pending.terms);
        let mut json = Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                json.insert(name.to_owned(), value);
            }
        };
        add("issuer", Some(json!(configuration.issuer)));
        add("client_id", Some(json!(self.client_id)));
        add(
            "discriminator",
            terms.discriminator.as_ref().map(|text| json!(text)),
        );
        add(
            "login_name",
            terms.login_name.as_ref().map(|text| json!(text)),
        );
        add("name", Some(json!(self.name())));
        add(
            "registered_at",
            timestamp::write(self.tool.clock().now()).map(|text| json!(text)),
        );
        add(
            "authorization_endpoint",
            Some(json!(configuration.authorization_endpoint)),
        );
        add("token_endpoint", Some(json!(configuration.token_endpoint)));
        add(
            "token_audience",
            token_audience(configuration).map(|text| json!(text)),
        );
        add("jwks_url", Some(json!(configuration.jwks_uri)));
        add(
            "product_family",
            configuration
                .product_family
                .as_ref()
                .map(|text| json!(text)),
        );
        add("status", self.needs_approval.then(|| json!("pending")));
        add(
            "insecure_allow_private_network",
            Some(json!(true)).filter(|_| self.allows_private_networks),
        );
        if let Some((uri, token)) = self.management() {
            add("registration_client_uri", Some(json!(uri)));
            add(
                "registration_access_token",
                seal_token(self.tool, uri, token).map(|text| json!(text)),
            );
        }
        let text = Value::Object(json).to_string();
        RegistrationRecord::from_json(&text).map_err(|error| {
            DynamicRegistrationError::new(RegistrationFailure::ConfigurationInvalid)
                .about(error.to_string())
                .with_source(error)
        })
    }

    /// What administrators see.
    fn name(&self) -> String {
        let configuration = &self.pending.configuration;
        let host = self.pending.configuration_url.host_str();
        let name = match (&self.pending.terms.name, &configuration.product_family) {
            (Some(name), _) => name.clone(),
            (None, Some(family)) => format!("{family}, {}", host.unwrap_or_default()),
            (None, None) => host.unwrap_or_default().to_owned(),
        };
        let shown = name.chars().filter(|character| !character.is_control());
        shown.take(MAX_NAME_LEN).collect()
    }

    /// Where the registration can be changed, and with which token: at an origin that has seen the metadata already.
    fn management(&self) -> Option<(&str, &str)> {
        let (uri, token) = self.management?;
        let endpoint = &self.pending.configuration.registration_endpoint;
        is_managed_at(endpoint, uri, token).then_some((uri, token))
    }
}

/// Whether an address and a token to manage a registration by can be used: at the origin of what is known already.
pub(super) fn is_managed_at(known: &str, uri: &str, token: &str) -> bool {
    let fits = (1..=MAX_TOKEN_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    let (Ok(address), Ok(known)) = (WebAddress::parse_safe(uri), Url::parse(known)) else {
        return false;
    };
    fits && address.url().origin() == known.origin()
}

/// The audience of token requests, where it is not the token endpoint. Canvas sends a bare host, and takes its token
/// endpoint.
pub(super) fn token_audience(configuration: &PlatformConfiguration) -> Option<&str> {
    let named = configuration.authorization_server.as_deref();
    let absolute = named.filter(|url| is_audience(url));
    let is_brightspace = configuration.product_family == Some(ProductFamily::Brightspace)
        && is_at_brightspace(&configuration.token_endpoint);
    absolute
        .or(is_brightspace.then_some(BRIGHTSPACE_AUDIENCE))
        .filter(|audience| *audience != configuration.token_endpoint)
}

fn is_at_brightspace(url: &str) -> bool {
    url.strip_prefix(BRIGHTSPACE_TOKEN_ORIGIN)
        .is_some_and(|path| path.starts_with('/'))
}

/// An absolute https URL without user name, password or fragment, of a length that addresses have.
fn is_audience(text: &str) -> bool {
    text.len() <= MAX_ENDPOINT
        && text.starts_with("https://")
        && WebAddress::parse_safe(text).is_ok()
}

/// Seals a token for one address: it opens for no other.
pub(super) fn seal_token(tool: &LtiTool, uri: &str, token: &str) -> Option<String> {
    tool.registration_sealer().seal_text(uri, token.as_bytes())
}

/// Whether the secret that seals now has sealed this.
pub(super) fn is_sealed_by_present(tool: &LtiTool, uri: &str, sealed: &str) -> bool {
    let sealed = crate::base64url::decode(sealed);
    sealed.is_some_and(|sealed| tool.registration_sealer().is_of_present(uri, &sealed))
}

/// Opens what [`seal_token`] has sealed for this address.
pub(super) fn open_token(tool: &LtiTool, uri: &str, sealed: &str) -> Option<String> {
    let token = tool.registration_sealer().open_text(uri, sealed)?;
    String::from_utf8(token).ok()
}
