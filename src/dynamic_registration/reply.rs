//! What a platform made of the registration.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, RegistrationFailure, configuration::texts_of,
        metadata::ClientMetadata,
    },
    registration::is_client_id,
};

/// What a platform made of the registration (RFC 7591 §3.2.1). All but the client id is read leniently.
pub(super) struct RegistrationReply {
    pub(super) client_id: String,
    pub(super) deployment_id: Option<String>,
    client_uri: Option<String>,
    pub(super) access_token: Option<String>,
    redirect_uris: Option<Vec<String>>,
    jwks_uri: Option<String>,
    login_uri: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) claims: Option<Vec<String>>,
    pub(super) messages: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Given<'a> {
    #[serde(borrow)]
    client_id: Option<&'a RawValue>,
    #[serde(default)]
    registration_client_uri: Value,
    #[serde(default)]
    registration_access_token: Value,
    #[serde(default)]
    redirect_uris: Value,
    #[serde(default)]
    jwks_uri: Value,
    #[serde(default)]
    initiate_login_uri: Value,
    #[serde(default)]
    scope: Value,
    #[serde(default)]
    deployment_id: Value,
    #[serde(
        default,
        rename = "https://purl.imsglobal.org/spec/lti-tool-configuration"
    )]
    tool: Value,
}

impl RegistrationReply {
    pub(super) fn read(json: &[u8]) -> Result<Self, DynamicRegistrationError> {
        let not_json = RegistrationFailure::ReplyNotJson;
        if !json.trim_ascii_start().starts_with(b"{") {
            return Err(not_json.into());
        }
        let given: Given<'_> = serde_json::from_slice(json).map_err(|error| {
            if error.is_data() {
                DynamicRegistrationError::new(RegistrationFailure::ReplyInvalid)
                    .about("A member occurs twice.")
                    .with_source(error)
            } else {
                not_json.caused_by(error)
            }
        })?;
        let deployment = [given.tool.get("deployment_id"), Some(&given.deployment_id)];
        Ok(Self {
            client_id: client_id(given.client_id)?,
            deployment_id: deployment
                .into_iter()
                .flatten()
                .find_map(text_or_number)
                .filter(|id| !id.is_empty()),
            client_uri: text(&given.registration_client_uri),
            access_token: text(&given.registration_access_token),
            redirect_uris: texts_of(&given.redirect_uris),
            jwks_uri: text(&given.jwks_uri),
            login_uri: text(&given.initiate_login_uri),
            scopes: match &given.scope {
                Value::String(scope) => Some(scope.split_whitespace().map(str::to_owned).collect()),
                other => texts_of(other),
            },
            claims: given.tool.get("claims").and_then(texts_of),
            messages: given.tool.get("messages").and_then(|messages| {
                let types = messages.as_array()?.iter().filter_map(|message| {
                    message.as_str().or_else(|| message.get("type")?.as_str())
                });
                Some(types.map(str::to_owned).collect())
            }),
        })
    }

    /// Where the registration can be managed.
    pub(super) fn client_uri(&self) -> Option<&str> {
        self.client_uri.as_deref()
    }

    /// Where the registration can be managed, and with which token.
    pub(super) fn management(&self) -> Option<(&str, &str)> {
        self.client_uri.as_deref().zip(self.access_token.as_deref())
    }

    /// Refuses addresses by which launches would not come here, or keys would be somebody else's.
    pub(super) fn agree_with(&self, sent: &ClientMetadata) -> Result<(), DynamicRegistrationError> {
        let differs = |name: &str| {
            DynamicRegistrationError::new(RegistrationFailure::ReplyDiffers)
                .about(format!("{name} is not what the tool has sent."))
        };
        if let Some(uris) = &self.redirect_uris
            && uris.as_slice() != [sent.redirect_uri()]
        {
            return Err(differs("redirect_uris"));
        }
        for (name, came) in [
            ("jwks_uri", &self.jwks_uri),
            ("initiate_login_uri", &self.login_uri),
        ] {
            if let Some(came) = came
                && came != sent.text(name)
            {
                return Err(differs(name));
            }
        }
        Ok(())
    }

    /// What was asked for and is not there: scopes, claims, messages. What a platform says nothing of counts as given.
    pub(super) fn left_out(&self, sent: &ClientMetadata) -> LeftOut {
        LeftOut {
            scopes: missing(&sent.scopes(), self.scopes.as_deref()),
            // The issuer is in every token.
            claims: missing(&sent.claims(), self.claims.as_deref())
                .into_iter()
                .filter(|claim| claim != "iss")
                .collect(),
            // Every platform sends resource links, and Moodle does not name them.
            messages: missing(&sent.messages(), self.messages.as_deref())
                .into_iter()
                .filter(|message| message != "LtiResourceLinkRequest")
                .collect(),
        }
    }
}

/// What was asked for and not given.
#[derive(Default)]
pub(super) struct LeftOut {
    pub(super) scopes: Vec<String>,
    pub(super) claims: Vec<String>,
    pub(super) messages: Vec<String>,
}

impl LeftOut {
    pub(super) fn len(&self) -> usize {
        self.scopes.len() + self.claims.len() + self.messages.len()
    }
}

fn missing(sent: &[&str], came: Option<&[String]>) -> Vec<String> {
    let Some(came) = came else {
        return Vec::new();
    };
    let is_missing = |one: &&&str| !came.iter().any(|there| there == **one);
    sent.iter()
        .filter(is_missing)
        .map(|one| (*one).to_owned())
        .collect()
}

/// A text, or a whole number, whose digits are taken as they stand: some are beyond what a double can hold.
fn client_id(given: Option<&RawValue>) -> Result<String, DynamicRegistrationError> {
    let invalid = |what: &str| {
        DynamicRegistrationError::new(RegistrationFailure::ReplyInvalid)
            .about(format!("client_id {what}."))
    };
    let raw = given.map(RawValue::get).unwrap_or("null");
    let id = if !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        raw.to_owned()
    } else {
        serde_json::from_str::<String>(raw)
            .map_err(|_| invalid("is missing, or neither a text nor a whole number"))?
    };
    if !is_client_id(&id) {
        return Err(invalid(
            "is not 1 to 1024 characters of printable ASCII without spaces around them",
        ));
    }
    Ok(id)
}

/// A text that is not empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn text_or_number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
