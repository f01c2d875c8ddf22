//! Whether the metadata of a tool is what the specification says (LTI Dynamic Registration 1.0 §3.5).

use serde_json::Value;
use url::Url;

use super::vocabulary::TOOL_CONFIGURATION;
use crate::testing::Dialect;

/// What is wrong with metadata: a code of RFC 7591 §3.2.2, and words.
pub(super) type MetadataProblem = (&'static str, String);

const INVALID_METADATA: &str = "invalid_client_metadata";
const INVALID_REDIRECT: &str = "invalid_redirect_uri";

/// Members of RFC 7592 §2.2 that a tool must not send.
const NOT_SENT: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Judges what a tool says of itself.
pub(super) fn check(metadata: &Value, dialect: Dialect) -> Result<(), MetadataProblem> {
    let wrong = |what: &str| Err((INVALID_METADATA, what.to_owned()));
    if !metadata.is_object() {
        return wrong("the body is no JSON object");
    }
    for name in ["response_types", "initiate_login_uri", "redirect_uris"] {
        if metadata.get(name).is_none() {
            let code = match name {
                "redirect_uris" => INVALID_REDIRECT,
                _ => INVALID_METADATA,
            };
            return Err((code, format!("missing required attribute {name}")));
        }
    }
    for (name, wanted) in [
        ("application_type", "web"),
        ("token_endpoint_auth_method", "private_key_jwt"),
    ] {
        if metadata[name] != wanted {
            return Err((INVALID_METADATA, format!("{name} is not {wanted}")));
        }
    }
    for (name, wanted) in [
        ("response_types", &["id_token"][..]),
        ("grant_types", &["implicit", "client_credentials"]),
    ] {
        let has = |value: &&str| texts(&metadata[name]).any(|known| known == *value);
        if !wanted.iter().all(has) {
            return Err((INVALID_METADATA, format!("{name} lacks one of {wanted:?}")));
        }
    }
    for name in ["initiate_login_uri", "jwks_uri"] {
        if !is_url(&metadata[name]) {
            return Err((INVALID_METADATA, format!("{name} is no URL")));
        }
    }
    let redirects = metadata["redirect_uris"].as_array();
    if !redirects.is_some_and(|urls| !urls.is_empty() && urls.iter().all(is_url)) {
        let what = "redirect_uris is no list of URLs".to_owned();
        return Err((INVALID_REDIRECT, what));
    }
    if metadata["client_name"].as_str().is_none_or(str::is_empty) {
        return wrong("client_name is missing");
    }
    if !metadata["scope"].is_string() {
        return wrong("scope is missing");
    }
    if let Some(name) = NOT_SENT.iter().find(|name| metadata.get(**name).is_some()) {
        return Err((
            INVALID_METADATA,
            format!("{name} is not the tool's to send"),
        ));
    }
    check_tool(&metadata[TOOL_CONFIGURATION], dialect)
}

fn check_tool(tool: &Value, dialect: Dialect) -> Result<(), MetadataProblem> {
    let wrong = |what: &str| Err((INVALID_METADATA, what.to_owned()));
    let Some(target) = tool["target_link_uri"]
        .as_str()
        .filter(|_| is_url(&tool["target_link_uri"]))
    else {
        return wrong("target_link_uri is missing");
    };
    match tool["domain"].as_str() {
        None | Some("") => return wrong("missing_domain"),
        Some(domain) if !is_at(target, domain, dialect) => {
            return wrong("domain_targetlinkuri_mismatch");
        }
        Some(_) => {}
    }
    if tool["claims"]
        .as_array()
        .is_none_or(|claims| !claims.iter().all(Value::is_string))
    {
        return wrong("claims is no list of names");
    }
    let is_message = |message: &Value| {
        let target = message.get("target_link_uri");
        message["type"].is_string() && target.is_none_or(is_url)
    };
    if tool["messages"]
        .as_array()
        .is_none_or(|all| !all.iter().all(is_message))
    {
        return wrong("messages is no list of messages");
    }
    let is_map_of_texts = |map: &Value| {
        let map = map.as_object();
        map.is_some_and(|map| map.values().all(Value::is_string))
    };
    if !tool.get("custom_parameters").is_none_or(is_map_of_texts) {
        return wrong("custom_parameters is no map of texts");
    }
    Ok(())
}

/// Whether a URL is at this domain. Moodle compares with the port.
fn is_at(url: &str, domain: &str, dialect: Dialect) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or("");
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    domain == authority || (dialect != Dialect::Moodle && domain == host)
}

fn is_url(value: &Value) -> bool {
    let url = value.as_str().and_then(|text| Url::parse(text).ok());
    url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.fragment().is_none())
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str)
}
