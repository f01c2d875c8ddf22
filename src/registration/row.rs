//! One registration in JSON.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    identity::{ClientId, Issuer},
    key_set::{KeySet, SignatureAlgorithm},
    policy::OnMissingDeployment,
    registration::{
        AuthorizedPartyCheck, ProductFamily, Registration, RegistrationError, RegistrationStatus,
        ScoreTimestamps, TargetLinkUriCheck, ToolKeyAlgorithm,
    },
};

/// One object of the JSON form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    issuer: Issuer,
    client_id: ClientId,
    discriminator: Option<String>,
    #[serde(alias = "auth_login_url")]
    authorization_endpoint: String,
    #[serde(alias = "auth_token_url")]
    token_endpoint: Option<String>,
    token_audience: Option<String>,
    jwks_url: Option<String>,
    jwks: Option<Box<RawValue>>,
    algorithms: Option<Vec<String>>,
    #[serde(alias = "launch_url")]
    redirect_uri: Option<String>,
    #[serde(default)]
    trusted_audiences: Vec<String>,
    #[serde(default)]
    authorized_party_check: AuthorizedPartyCheck,
    /// The older form of `authorized_party_check`.
    #[serde(default)]
    strict_azp: bool,
    #[serde(default)]
    target_link_uri_check: TargetLinkUriCheck,
    /// The older form of `target_link_uri_check`.
    #[serde(default)]
    allow_target_link_uri_mismatch: bool,
    deployment_quota: Option<usize>,
    on_missing_deployment: Option<OnMissingDeployment>,
    login_name: Option<String>,
    product_family: Option<ProductFamily>,
    status: Option<RegistrationStatus>,
    /// The older form of `status`.
    #[serde(default)]
    disabled: bool,
    certificate_authorities: Option<OneOrMany>,
    #[serde(default)]
    insecure_allow_private_network: bool,
    #[serde(default)]
    service_origins: Vec<String>,
    #[serde(default)]
    tool_key_algorithm: ToolKeyAlgorithm,
    #[serde(default)]
    token_audience_as_array: bool,
    assertion_names_deployment: Option<bool>,
    deep_linking_response_has_subject: Option<bool>,
    score_timestamps: Option<ScoreTimestamps>,
    name: Option<String>,
    registered_at: Option<String>,
    registration_client_uri: Option<String>,
    registration_access_token: Option<String>,
    #[expect(dead_code, reason = "it is the reader's own")]
    notes: Option<IgnoredAny>,
}

/// A text, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Row {
    pub(super) fn into_registration(self) -> Result<Registration, RegistrationError> {
        let mut builder = Registration::builder(self.issuer, self.client_id)
            .authorization_endpoint(self.authorization_endpoint)
            .disabled(self.disabled)
            .service_origins(self.service_origins)
            .tool_key_algorithm(self.tool_key_algorithm)
            .token_audience_as_array(self.token_audience_as_array)
            .assertion_names_deployment(self.assertion_names_deployment.unwrap_or(true))
            .authorized_party_check(if self.strict_azp {
                AuthorizedPartyCheck::Always
            } else {
                self.authorized_party_check
            })
            .target_link_uri_check(if self.allow_target_link_uri_mismatch {
                TargetLinkUriCheck::InsecureWarn
            } else {
                self.target_link_uri_check
            });
        builder.registered_at = self.registered_at;
        builder.client_uri = self.registration_client_uri;
        builder.access_token = self.registration_access_token;
        if let Some(discriminator) = self.discriminator {
            builder = builder.discriminator(discriminator);
        }
        if let Some(status) = self.status {
            builder = builder.status(status);
        }
        if let Some(name) = self.name {
            builder = builder.name(name);
        }
        for audience in self.trusted_audiences {
            builder = builder.add_trusted_audience(audience);
        }
        if let Some(url) = self.token_endpoint {
            builder = builder.token_endpoint(url);
        }
        if let Some(audience) = self.token_audience {
            builder = builder.token_audience(audience);
        }
        if let Some(url) = self.redirect_uri {
            builder = builder.redirect_uri(url);
        }
        if let Some(policy) = self.on_missing_deployment {
            builder = builder.on_missing_deployment(policy);
        }
        if let Some(most) = self.deployment_quota {
            builder = builder.deployment_quota(most);
        }
        if let Some(name) = self.login_name {
            builder = builder.login_name(name);
        }
        if self.insecure_allow_private_network {
            builder = builder.insecure_allow_private_network();
        }
        if let Some(has_subject) = self.deep_linking_response_has_subject {
            builder = builder.deep_linking_response_has_subject(has_subject);
        }
        if let Some(family) = self.product_family {
            builder = builder.product_family(family);
        }
        if let Some(timestamps) = self.score_timestamps {
            builder = builder.score_timestamps(timestamps);
        }
        let authorities = match self.certificate_authorities {
            None => Vec::new(),
            Some(OneOrMany::One(pem)) => vec![pem],
            Some(OneOrMany::Many(pems)) => pems,
        };
        for pem in authorities {
            builder = builder.certificate_authorities(pem);
        }
        if let Some(names) = self.algorithms {
            let algorithms: Result<Vec<SignatureAlgorithm>, _> =
                names.iter().map(|name| name.parse()).collect();
            let algorithms =
                algorithms.map_err(|source| RegistrationError::Algorithm { source })?;
            builder = builder.algorithms(algorithms);
        }
        if let Some(keys) = self.jwks {
            let keys = KeySet::read(keys.get().as_bytes()).map_err(|problem| {
                RegistrationError::KeySet {
                    registration: builder.id.clone(),
                    problem: problem.in_full(),
                }
            })?;
            builder = builder.key_set(keys);
        } else if let Some(url) = self.jwks_url {
            builder = builder.jwks_url(url);
        }
        builder.build()
    }
}
