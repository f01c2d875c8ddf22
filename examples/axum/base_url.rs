//! The tool's address as browsers see it.

use url::{Host, Url};

/// The path in front of all addresses that the tool gives; empty where there is none. A proxy strips it.
pub(crate) fn path_of(base_url: &str) -> String {
    let url = Url::parse(base_url);
    url.map_or_else(
        |_| String::new(),
        |url| url.path().trim_end_matches('/').to_owned(),
    )
}

/// Lets https by, and plain http on loopback, without anything that a path cannot be added to.
pub(crate) fn check(given: &str) -> Result<(), String> {
    let wrong = |problem| {
        Err(format!(
            "the tool's address {given} {problem}; set LTI_BASE_URL to the address that browsers use"
        ))
    };
    let Ok(url) = Url::parse(given) else {
        return wrong("is not an absolute URL");
    };
    if !url.username().is_empty() || url.password().is_some() {
        // It is not quoted: a password has no place in a message.
        return Err("LTI_BASE_URL carries a user name or a password, and must not".to_owned());
    }
    let bare = url.query().is_none() && url.fragment().is_none();
    if !bare || !given.bytes().all(|byte| byte.is_ascii_graphic()) || given.contains('\\') {
        return wrong("is more than scheme, host, port and path");
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback => Ok(()),
        _ => wrong("is neither https nor plain http on loopback"),
    }
}
