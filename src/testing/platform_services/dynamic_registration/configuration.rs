//! The platform's configuration (LTI Dynamic Registration 1.0 §3.4, OpenID Connect Discovery 1.0).

use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::vocabulary::{CLAIMS, MESSAGES, PLATFORM_CONFIGURATION};
use crate::testing::{
    Dialect,
    platform_services::{access::bearer, reply::Reply, state::State},
};

impl State {
    /// Answers whoever asks for the configuration.
    pub(in crate::testing::platform_services) fn show_configuration(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Reply {
        let now = self.now();
        let secret = registration_secret(uri);
        let known = match self.dialect {
            dialect if dialect.has_secret_configuration_url() => {
                self.registering.tokens.check(secret.as_deref(), now)
            }
            dialect if dialect.guards_configuration() => {
                self.registering.tokens.check(bearer(headers), now)
            }
            _ => Ok(()),
        };
        if let Err(problem) = known {
            return self.dialect.refuse_token(problem);
        }
        let mut json = self.configuration(secret.as_deref());
        if let Some(alter) = &self.registering.configuration {
            alter(&mut json);
        }
        Reply::json(StatusCode::OK, "application/json; charset=utf-8", &json)
    }

    fn configuration(&self, secret: Option<&str>) -> Value {
        let base = &self.base_url;
        let mut scopes = self.scopes.clone();
        if self.dialect != Dialect::Canvas {
            scopes.push("openid".to_owned());
        }
        let mut endpoint = self.registration_endpoint();
        if let (Some(secret), true) = (secret, self.dialect.has_secret_configuration_url()) {
            endpoint = format!("{endpoint}?{REGISTRATION_SECRET}={secret}");
        }
        let placements: &[&str] = match self.dialect {
            Dialect::Canvas => &[
                "course_navigation",
                "assignment_selection",
                "link_selection",
            ],
            _ => &["ContentArea", "RichTextEditor"],
        };
        let [launch, selection] = MESSAGES;
        let mut json = json!({
            "issuer": self.registration_issuer(),
            "authorization_endpoint": format!("{base}/auth"),
            "token_endpoint": self.token_url(),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": format!("{base}/jwks"),
            "registration_endpoint": endpoint,
            "scopes_supported": scopes,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": CLAIMS,
            PLATFORM_CONFIGURATION: {
                "product_family_code": self.dialect.product_family(),
                "version": "1.0",
                "messages_supported": [
                    {"type": launch},
                    {"type": selection, "placements": placements},
                ],
                "variables": ["Context.id", "ResourceLink.id", "User.id"],
            },
        });
        if let Some(audience) = self.authorization_server() {
            json["authorization_server"] = audience.into();
        }
        json
    }

    /// The audience of assertions, where it is another than the token endpoint. Canvas names its host and means nothing
    /// by it.
    fn authorization_server(&self) -> Option<String> {
        if self.dialect == Dialect::Canvas {
            let uri: Uri = self.base_url.parse().ok()?;
            return uri.authority().map(ToString::to_string);
        }
        self.audience.clone()
    }

    pub(super) fn configuration_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.base_url)
    }

    fn registration_endpoint(&self) -> String {
        format!("{}/register", self.base_url)
    }

    /// The issuer that registering tools know: the platform's own address.
    pub(super) fn registration_issuer(&self) -> String {
        self.base_url.clone()
    }
}

/// The parameter of the configuration's URL and of the registration endpoint that Brightspace's secret stands in.
pub(super) const REGISTRATION_SECRET: &str = "registration";

/// The secret in a URL.
pub(super) fn registration_secret(uri: &Uri) -> Option<String> {
    let mut parameters = form_urlencoded::parse(uri.query()?.as_bytes());
    let found = parameters.find(|(name, _)| name == REGISTRATION_SECRET);
    found.map(|(_, value)| value.into_owned())
}
