//! Where a launch may lead: the tool's own origins and paths.

use std::fmt;

use url::Url;

use crate::web_address::{AddressProblem, WebAddress};

/// One origin, and the paths on it, that links may lead to.
#[derive(Clone, Debug)]
pub(super) struct AllowedTarget {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
}

impl AllowedTarget {
    /// Takes the path of `url` and everything below it.
    pub(super) fn parse(url: &str, allow_loopback_http: bool) -> Result<Self, AddressProblem> {
        let address = WebAddress::parse_safe(url)?;
        if !address.is_https() && !allow_loopback_http {
            return Err(AddressProblem::of("must be https"));
        }
        if address.url().query().is_some() {
            return Err(AddressProblem::of("carries a query"));
        }
        Self::of(address.url(), address.url().path())
    }

    /// Takes everything on the origin of `url`.
    pub(super) fn origin_of(url: &Url) -> Result<Self, AddressProblem> {
        Self::of(url, "/")
    }

    fn of(url: &Url, path: &str) -> Result<Self, AddressProblem> {
        Ok(Self {
            scheme: url.scheme().to_owned(),
            host: url
                .host_str()
                .ok_or(AddressProblem::of("has no host"))?
                .to_owned(),
            port: url.port_or_known_default(),
            path: path.to_owned(),
        })
    }

    fn covers(&self, url: &Url) -> bool {
        url.scheme() == self.scheme
            && url.host_str() == Some(&self.host)
            && url.port_or_known_default() == self.port
            && self.covers_path(url.path())
    }

    /// Whether it is that path, or below it by whole segments.
    fn covers_path(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()).is_some_and(|below| {
            below.is_empty() || below.starts_with('/') || self.path.ends_with('/')
        })
    }
}

/// The address as whoever allowed it would write it.
impl fmt::Display for AllowedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scheme, host, path, ..
        } = self;
        match (&**scheme, self.port) {
            ("https", Some(443)) | ("http", Some(80)) | (_, None) => {
                write!(f, "{scheme}://{host}{path}")
            }
            (_, Some(port)) => write!(f, "{scheme}://{host}:{port}{path}"),
        }
    }
}

/// Says of `target` whether it lies in one of these places, after real URL parsing.
pub(super) fn are_covering(
    allowed: &[AllowedTarget],
    target: &str,
) -> Result<bool, AddressProblem> {
    let address = WebAddress::parse(target)?;
    Ok(allowed.iter().any(|allowed| allowed.covers(address.url())))
}

#[cfg(test)]
mod tests {
    use super::*;

    // L12, L13, I05
    #[test]
    fn only_what_lies_on_the_allowed_paths_is_covered() {
        let allowed = [AllowedTarget::parse("https://tool.test/app", false).unwrap()];
        for (target, covered) in [
            ("https://tool.test/app", true),
            ("https://tool.test/app/1?x=%2F#part", true),
            ("https://tool.test:443/app", true),
            ("https://tool.test/application", false),
            ("https://tool.test/app.html", false),
            ("https://tool.test/other", false),
            ("https://tool.test/app/../other", false),
            ("https://tool.test/app/%2e%2E/other", false),
            ("https://tool.test@evil.example/app", false),
            ("https://:password@tool.test/app", false),
            ("https://@tool.test/app", false),
            ("https://tool.test/app/./1", false),
            ("https://tool.test/app/1/../2", false),
            ("https://tool.test/app/%2E/1", false),
            ("https://tool.test/app/..", false),
            ("https://tool.test/app\\1", false),
            ("https://tool.test/app/..%2Fother", false),
            ("https://tool.test/app/%2E%2e%2fother", false),
            ("https://tool.test/app/..%5cother", false),
            ("https://tool.test/app/a%2Fb..%2Fc", true),
            ("https:///tool.test/app", false),
            ("https://evil.example/app", false),
            ("http://tool.test:443/app", false),
            ("https://tool.test:444/app", false),
            ("http://tool.test/app", false),
            ("https:\\\\tool.test\\app", false),
            ("https://tool.test.evil.example/app", false),
            ("//tool.test/app", false),
            ("/app", false),
            ("https:tool.test/app", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            (" https://tool.test/app", false),
            ("https://tool.test/app\n", false),
            ("https://tool.test\u{3002}evil.example/app", false),
        ] {
            assert_eq!(
                are_covering(&allowed, target) == Ok(true),
                covered,
                "{target:?}"
            );
        }
    }
}
