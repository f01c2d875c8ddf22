//! The tool's metadata, as it is posted to a platform.

use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    dynamic_registration::{PlatformConfiguration, RegistrationTerms, ToolMessage, ToolProfile},
    registration::ProductFamily,
    tool::LtiTool,
};

/// LTI's part of the metadata.
pub(super) const TOOL_CONFIGURATION: &str =
    "https://purl.imsglobal.org/spec/lti-tool-configuration";

/// The tool's metadata, as it is posted to a platform (Dynamic Registration 1.0 §3.5, RFC 7591 §2).
pub(super) struct ClientMetadata {
    json: Map<String, Value>,
}

impl ClientMetadata {
    pub(super) fn new(
        tool: &LtiTool,
        profile: &ToolProfile,
        configuration: &PlatformConfiguration,
        terms: &RegistrationTerms,
    ) -> Self {
        let target = profile.target_link_uri.as_deref();
        let target = target.unwrap_or(tool.launch_url());
        let mut json = profile.members.clone();
        let scopes = offered(&profile.scopes, &configuration.scopes);
        for (name, value) in [
            ("application_type", json!("web")),
            ("response_types", json!(["id_token"])),
            ("grant_types", json!(["implicit", "client_credentials"])),
            (
                "initiate_login_uri",
                json!(login_url(profile, terms.login_name.as_deref())),
            ),
            ("redirect_uris", json!([tool.launch_url()])),
            ("client_name", json!(profile.client_name)),
            ("jwks_uri", json!(profile.jwks_url)),
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            ("scope", json!(scopes.join(" "))),
        ] {
            json.insert(name.to_owned(), value);
        }
        for (name, url) in &profile.about {
            json.insert((*name).to_owned(), json!(url));
        }
        if !profile.contacts.is_empty() {
            json.insert("contacts".to_owned(), json!(profile.contacts));
        }
        let mut lti = profile.tool_members.clone();
        lti.insert("domain".to_owned(), json!(authority(target)));
        lti.insert("target_link_uri".to_owned(), json!(target));
        lti.insert("claims".to_owned(), json!(profile.claims));
        lti.insert(
            "custom_parameters".to_owned(),
            json!(profile.custom_parameters),
        );
        if let Some(description) = &profile.description {
            lti.insert("description".to_owned(), json!(description));
        }
        if !profile.secondary_domains.is_empty() {
            lti.insert(
                "secondary_domains".to_owned(),
                json!(profile.secondary_domains),
            );
        }
        lti.insert(
            "messages".to_owned(),
            messages(&profile.messages, configuration),
        );
        json.insert(TOOL_CONFIGURATION.to_owned(), Value::Object(lti));
        Self { json }
    }

    /// Reads what a handle has kept.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let json = serde_json::from_str(text).ok()?;
        Some(Self { json })
    }

    pub(super) fn to_text(&self) -> String {
        Value::Object(self.json.clone()).to_string()
    }

    /// The same for a client that is registered (RFC 7592 §2.2).
    pub(super) fn of_client(mut self, client_id: &str) -> Self {
        self.json.insert("client_id".to_owned(), json!(client_id));
        self
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.json
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(super) fn redirect_uri(&self) -> &str {
        let uris = self.json.get("redirect_uris");
        uris.and_then(|uris| uris.get(0)?.as_str())
            .unwrap_or_default()
    }

    /// The scopes, in order.
    pub(super) fn scopes(&self) -> Vec<&str> {
        self.text("scope").split_whitespace().collect()
    }

    pub(super) fn claims(&self) -> Vec<&str> {
        let claims = self.of_tool("claims").and_then(Value::as_array);
        claims
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The types of its messages.
    pub(super) fn messages(&self) -> Vec<&str> {
        let messages = self.of_tool("messages").and_then(Value::as_array);
        let types = messages.into_iter().flatten();
        types
            .filter_map(|message| message.get("type")?.as_str())
            .collect()
    }

    fn of_tool(&self, name: &str) -> Option<&Value> {
        self.json.get(TOOL_CONFIGURATION)?.get(name)
    }
}

/// The login URL: the registration's own where it has a login name.
fn login_url(profile: &ToolProfile, login_name: Option<&str>) -> String {
    match login_name {
        Some(name) => format!("{}/{name}", profile.login_url.trim_end_matches('/')),
        None => profile.login_url.clone(),
    }
}

/// What the platform has of what is wanted; all of it where the platform says nothing.
fn offered<'a>(wanted: &'a [String], has: &[String]) -> Vec<&'a str> {
    let is_offered = |one: &&String| has.is_empty() || has.contains(one);
    wanted
        .iter()
        .filter(is_offered)
        .map(String::as_str)
        .collect()
}

/// The messages that the platform has; all of them where it has none.
fn messages(messages: &[ToolMessage], configuration: &PlatformConfiguration) -> Value {
    let has = &configuration.messages;
    let family: Option<&ProductFamily> = configuration.product_family();
    let offered: Vec<Value> = messages
        .iter()
        .filter(|message| has.iter().any(|one| one == message.message_type()))
        .map(|message| message.to_json(family))
        .collect();
    if offered.is_empty() {
        messages
            .iter()
            .map(|message| message.to_json(family))
            .collect()
    } else {
        offered.into()
    }
}

/// Host and port, as Moodle compares it with the target's: the port where it is not the scheme's own.
fn authority(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    match parsed.as_ref().and_then(Url::port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
