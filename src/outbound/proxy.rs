//! The proxy that requests go through.

use std::{error::Error, fmt};

use url::Url;

use crate::redact;

/// What is on this very machine, and never asked through a proxy: there it would be another machine.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// An http proxy that requests go through.
#[derive(Clone)]
pub(super) struct OutboundProxy {
    url: Url,
}

impl OutboundProxy {
    pub(super) fn parse(given: &str) -> Result<Self, ProxyError> {
        let wrong = || ProxyError {
            given: redact::url(given),
        };
        let url = Url::parse(given).map_err(|_| wrong())?;
        let is_http = matches!(url.scheme(), "http" | "https");
        if is_http && url.has_host() && matches!(url.path(), "" | "/") && url.query().is_none() {
            Ok(Self { url })
        } else {
            Err(wrong())
        }
    }

    /// Its host, where that is a name.
    pub(super) fn name(&self) -> Option<&str> {
        self.url.domain()
    }

    pub(super) fn to_reqwest(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        let proxy = reqwest::Proxy::all(self.url.clone())?;
        Ok(proxy.no_proxy(reqwest::NoProxy::from_string(LOOPBACK)))
    }
}

/// Without user name and password.
impl fmt::Debug for OutboundProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&redact::url(self.url.as_str()), f)
    }
}

/// A text is no URL of a proxy. It quotes scheme and host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyError {
    given: String,
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the proxy {:?} is no http or https URL of a host, without path and query",
            self.given
        )
    }
}

impl Error for ProxyError {}
