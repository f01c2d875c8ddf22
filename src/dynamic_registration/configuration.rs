//! What a platform says of itself.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{
    dynamic_registration::{DynamicRegistrationError, RegistrationFailure},
    redact::RedactedUrl,
    registration::{ProductFamily, Registration},
};

/// What a platform says of itself: its OpenID configuration, with LTI's part of it.
///
/// What counts is read strictly: the issuer, the five addresses, and that RS256 and `private_key_jwt` are offered where
/// anything is said of them. The rest is read leniently: a list that is none counts as empty.
///
/// Implements Dynamic Registration 1.0 §3.4.
#[derive(Clone)]
pub struct PlatformConfiguration {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) registration_endpoint: String,
    pub(super) authorization_server: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) claims: Vec<String>,
    pub(super) messages: Vec<String>,
    pub(super) placements: Vec<String>,
    pub(super) variables: Vec<String>,
    pub(super) product_family: Option<ProductFamily>,
    pub(super) version: Option<String>,
}

/// The JSON, with the members that count.
#[derive(Deserialize)]
struct Given {
    issuer: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    registration_endpoint: Option<String>,
    #[serde(default, deserialize_with = "text_or_nothing")]
    authorization_server: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    scopes_supported: Vec<String>,
    #[serde(default, deserialize_with = "texts")]
    claims_supported: Vec<String>,
    #[serde(default, deserialize_with = "texts")]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default, deserialize_with = "texts")]
    token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    #[serde(default, deserialize_with = "texts")]
    id_token_signing_alg_values_supported: Vec<String>,
    #[serde(
        default,
        rename = "https://purl.imsglobal.org/spec/lti-platform-configuration"
    )]
    platform: Value,
}

/// The longest text that is kept of a configuration, in bytes.
const MAX_TEXT: usize = 255;

/// The longest address of a platform, in bytes.
pub(super) const MAX_ENDPOINT: usize = 2_048;

impl PlatformConfiguration {
    /// Reads the JSON.
    pub(super) fn read(json: &[u8]) -> Result<Self, DynamicRegistrationError> {
        let invalid = |what: &str| {
            DynamicRegistrationError::new(RegistrationFailure::ConfigurationInvalid).about(what)
        };
        if !json.trim_ascii_start().starts_with(b"{") {
            return Err(RegistrationFailure::ConfigurationNotJson.into());
        }
        let given: Given = serde_json::from_slice(json).map_err(|error| {
            if error.is_data() {
                invalid("A member occurs twice, or is of another type than it has to be.")
                    .with_source(error)
            } else {
                DynamicRegistrationError::new(RegistrationFailure::ConfigurationNotJson)
                    .with_source(error)
            }
        })?;
        let needed = |name: &str, value: Option<String>| match value {
            Some(value) if value.len() > MAX_ENDPOINT => Err(invalid(&format!(
                "{name} has more than {MAX_ENDPOINT} characters."
            ))),
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(invalid(&format!("It has no {name}."))),
        };
        for (name, offered, wanted) in [
            (
                "token_endpoint_auth_methods_supported",
                &given.token_endpoint_auth_methods_supported,
                "private_key_jwt",
            ),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                &given.token_endpoint_auth_signing_alg_values_supported,
                "RS256",
            ),
            (
                "id_token_signing_alg_values_supported",
                &given.id_token_signing_alg_values_supported,
                "RS256",
            ),
        ] {
            if !offered.is_empty() && !offered.iter().any(|one| one == wanted) {
                let unsupported =
                    DynamicRegistrationError::new(RegistrationFailure::ConfigurationUnsupported);
                return Err(unsupported.about(format!("{wanted} is not among its {name}.")));
            }
        }
        let text = |name: &str| {
            let text = given.platform.get(name)?.as_str()?.trim();
            // Nothing that turns the direction of writing, or is not seen.
            let is_plain = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
            let fits = !text.is_empty() && text.len() <= MAX_TEXT && text.chars().all(is_plain);
            fits.then(|| text.to_owned())
        };
        let messages = given.platform.get("messages_supported");
        let messages = messages.and_then(Value::as_array);
        let messages = messages.map(Vec::as_slice).unwrap_or_default();
        let placements = messages
            .iter()
            .filter_map(|message| message.get("placements")?.as_array())
            .flatten()
            .filter_map(Value::as_str);
        Ok(Self {
            issuer: needed("issuer", given.issuer)?,
            authorization_endpoint: needed("authorization_endpoint", given.authorization_endpoint)?,
            token_endpoint: needed("token_endpoint", given.token_endpoint)?,
            jwks_uri: needed("jwks_uri", given.jwks_uri)?,
            registration_endpoint: needed("registration_endpoint", given.registration_endpoint)?,
            authorization_server: given.authorization_server,
            scopes: given.scopes_supported,
            claims: given.claims_supported,
            // Some releases of Moodle list texts in place of objects.
            messages: messages
                .iter()
                .filter_map(|message| message.as_str().or_else(|| message.get("type")?.as_str()))
                .map(str::to_owned)
                .collect(),
            placements: placements.map(str::to_owned).collect(),
            variables: given
                .platform
                .get("variables")
                .and_then(texts_of)
                .unwrap_or_default(),
            product_family: text("product_family_code").map(|code| code.as_str().into()),
            version: text("version"),
        })
    }

    /// The four addresses, by their names.
    pub(super) fn endpoints(&self) -> [(&'static str, &str); 4] {
        [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("jwks_uri", &self.jwks_uri),
            ("registration_endpoint", &self.registration_endpoint),
        ]
    }

    /// What is known of a platform that is registered.
    pub(super) fn of_registration(registration: &Registration) -> Self {
        let endpoint = |endpoint: Option<&str>| endpoint.unwrap_or_default().to_owned();
        Self {
            issuer: registration.id().issuer().as_str().to_owned(),
            authorization_endpoint: registration.authorization_endpoint().to_owned(),
            token_endpoint: endpoint(registration.token_endpoint()),
            jwks_uri: String::new(),
            registration_endpoint: String::new(),
            authorization_server: None,
            scopes: Vec::new(),
            claims: Vec::new(),
            messages: Vec::new(),
            placements: Vec::new(),
            variables: Vec::new(),
            product_family: registration.product_family().cloned(),
            version: None,
        }
    }

    /// The issuer, byte for byte.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where users are sent to log in.
    #[must_use]
    pub fn authorization_endpoint(&self) -> &str {
        &self.authorization_endpoint
    }

    /// Where access tokens are asked for.
    #[must_use]
    pub fn token_endpoint(&self) -> &str {
        &self.token_endpoint
    }

    /// Where the platform publishes its keys.
    #[must_use]
    pub fn jwks_uri(&self) -> &str {
        &self.jwks_uri
    }

    /// Where the tool is registered.
    #[must_use]
    pub fn registration_endpoint(&self) -> &str {
        &self.registration_endpoint
    }

    /// The platform's `authorization_server`, as it was written. Canvas sends a bare host.
    #[must_use]
    pub fn authorization_server(&self) -> Option<&str> {
        self.authorization_server.as_deref()
    }

    /// The scopes that it says it has. Canvas leaves out `openid`.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The claims that it says it has.
    #[must_use]
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    /// The types of messages that it says it sends.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// The placements of all messages.
    #[must_use]
    pub fn placements(&self) -> &[String] {
        &self.placements
    }

    /// The variables that custom parameters may name.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Which product it is.
    #[must_use]
    pub fn product_family(&self) -> Option<&ProductFamily> {
        self.product_family.as_ref()
    }

    /// The product's version, in its own words.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl fmt::Debug for PlatformConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformConfiguration")
            .field("issuer", &RedactedUrl(&self.issuer))
            .field(
                "authorization_endpoint",
                &RedactedUrl(&self.authorization_endpoint),
            )
            .field("token_endpoint", &RedactedUrl(&self.token_endpoint))
            .field("jwks_uri", &RedactedUrl(&self.jwks_uri))
            .field("product_family", &self.product_family)
            .finish_non_exhaustive()
    }
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(texts_of(&Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The texts of a list, or one text; `None` where there is neither.
pub(super) fn texts_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => {
            let texts = values.iter().filter_map(Value::as_str);
            Some(texts.map(str::to_owned).collect())
        }
        Value::String(one) if !one.is_empty() => Some(vec![one.clone()]),
        _ => None,
    }
}

fn text_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}
