//! What a platform opens the registration URL with.

use http::{HeaderValue, Uri};
use url::Url;

use crate::{
    dynamic_registration::{DynamicRegistrationError, RegistrationFailure},
    form::Fields,
    web_address::WebAddress,
};

/// The longest address of a configuration, in bytes.
const MAX_URL_BYTES: usize = 4 * 1024;

/// The longest registration token, in bytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The parameter with the platform's token.
const TOKEN: &str = "registration_token";

/// What a platform opens the registration URL with (Dynamic Registration 1.0 §3.3).
pub(super) struct RegistrationRequest {
    pub(super) configuration_url: Url,
    pub(super) token: Option<RegistrationToken>,
    pub(super) invite: Option<String>,
}

/// The token that a platform gives along, checked to fit into a header. It has no `Debug`.
#[derive(Clone)]
pub(super) struct RegistrationToken(String);

impl RegistrationRequest {
    /// Reads a query. Parameters of other names are the application's own.
    pub(super) fn read(uri: &Uri) -> Result<Self, DynamicRegistrationError> {
        let query = uri.query().unwrap_or_default();
        let fields = Fields::parse(query.as_bytes())
            .map_err(|error| RegistrationFailure::RequestMalformed.caused_by(error))?;
        let one = |name: &str| match fields.get(name) {
            Some(value) => Ok(Some(value)),
            // The value of one that comes twice is none.
            None if fields.has(name) => Err(DynamicRegistrationError::new(
                RegistrationFailure::RequestMalformed,
            )
            .about(format!("{name} is empty, or is there more than once"))),
            None => Ok(None),
        };
        let given = one("openid_configuration")?.ok_or(RegistrationFailure::NoConfigurationUrl)?;
        // A platform without tokens may write the parameter all the same.
        let token = match fields.get(TOKEN) {
            None if count(query, TOKEN) == 1 => None,
            _ => one(TOKEN)?,
        };
        Ok(Self {
            configuration_url: configuration_url(given)?,
            token: token.map(RegistrationToken::new).transpose()?,
            invite: one("invite")?.map(str::to_owned),
        })
    }
}

/// How often a parameter is there.
fn count(query: &str, name: &str) -> usize {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(known, _)| known == name)
        .count()
}

fn configuration_url(given: &str) -> Result<Url, DynamicRegistrationError> {
    let refused = |problem: &str| {
        DynamicRegistrationError::new(RegistrationFailure::ConfigurationUrlRefused)
            .about(format!("openid_configuration {problem}"))
    };
    if given.len() > MAX_URL_BYTES {
        return Err(refused("is longer than 4096 bytes"));
    }
    match WebAddress::parse_safe(given) {
        Ok(address) => Ok(address.into_url()),
        Err(problem) => Err(refused(problem.problem())),
    }
}

impl RegistrationToken {
    pub(super) fn new(given: &str) -> Result<Self, DynamicRegistrationError> {
        let fits =
            given.len() <= MAX_TOKEN_BYTES && given.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && !given.is_empty() {
            Ok(Self(given.to_owned()))
        } else {
            let malformed = DynamicRegistrationError::new(RegistrationFailure::RequestMalformed);
            Err(malformed.about("a token is 1 to 16384 characters of printable ASCII"))
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As the header `Authorization` has it.
    pub(super) fn to_bearer(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
