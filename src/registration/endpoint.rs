//! The URLs of a platform: https, or plain http on this very machine.

use std::{fmt, net::IpAddr, sync::Arc};

use url::{Host, Url};

use crate::registration::RegistrationError;

/// An endpoint that was looked at once and is kept as it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Endpoint {
    text: Arc<str>,
    plain_http: bool,
}

impl Endpoint {
    /// Takes `given` if it is https without user info or fragment, or plain http on loopback.
    pub(crate) fn parse(setting: &'static str, given: &str) -> Result<Self, RegistrationError> {
        let wrong = |problem| RegistrationError::Endpoint {
            setting,
            given: given.to_owned(),
            problem,
        };
        if !given.bytes().all(|byte| byte.is_ascii_graphic()) || given.contains('\\') {
            return Err(wrong(
                "holds a space, a backslash or a character beyond ASCII",
            ));
        }
        let url = Url::parse(given).map_err(|_| wrong("is not an absolute URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("carries a user name or password"));
        }
        if url.fragment().is_some() {
            return Err(wrong("carries a fragment"));
        }
        let plain_http = match url.scheme() {
            "https" => false,
            "http" if is_loopback(&url) => true,
            "http" => return Err(wrong("must be https")),
            _ => return Err(wrong("must be an https URL")),
        };
        Ok(Self {
            text: given.into(),
            plain_http,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is plain http, and so fit only for a tool that itself runs on loopback.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.plain_http
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

/// Whether the URL's host is this machine's loopback interface, by name or by address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}
