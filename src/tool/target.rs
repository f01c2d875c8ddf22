//! Where a launch may lead: the tool's own origins and paths.

use url::Url;

/// One origin, and the paths on it, that links may lead to.
#[derive(Clone, Debug)]
pub(super) struct AllowedTarget {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
}

impl AllowedTarget {
    /// Takes everything below the path of `url`.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let parsed = parse_plainly(url)?;
        Some(Self {
            scheme: parsed.scheme().to_owned(),
            host: parsed.host_str()?.to_owned(),
            port: parsed.port_or_known_default(),
            path: parsed.path().to_owned(),
        })
    }

    /// Takes everything on the origin of `url`.
    pub(super) fn origin_of(url: &Url) -> Option<Self> {
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default(),
            path: "/".to_owned(),
        })
    }

    fn covers(&self, url: &Url) -> bool {
        url.scheme() == self.scheme
            && url.host_str() == Some(&self.host)
            && url.port_or_known_default() == self.port
            && url.path().starts_with(&self.path)
    }
}

/// Whether `target` lies in one of these places, after real URL parsing.
pub(super) fn are_covering(allowed: &[AllowedTarget], target: &str) -> bool {
    parse_plainly(target).is_some_and(|url| allowed.iter().any(|allowed| allowed.covers(&url)))
}

/// Parses an absolute URL that no two parsers could read differently.
fn parse_plainly(text: &str) -> Option<Url> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let (_, after_scheme) = text.split_once("://")?;
    let authority_ends = after_scheme
        .find(['/', '?', '#'])
        .unwrap_or(after_scheme.len());
    let (authority, rest) = after_scheme.split_at(authority_ends);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    // What is escaped is plain again to a server that decodes the path first.
    let decoded;
    let path = if path.contains('%') {
        let lower = path.to_ascii_lowercase();
        decoded = lower
            .replace("%2f", "/")
            .replace("%5c", "/")
            .replace("%2e", ".");
        &decoded
    } else {
        path
    };
    // An empty authority or a user part, and a path that parsing would shorten.
    let plain = !authority.is_empty()
        && !authority.contains('@')
        && url.username().is_empty()
        && url.password().is_none()
        && !path.split('/').any(|segment| matches!(segment, "." | ".."));
    plain.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    // L12, L13, I05
    #[test]
    fn only_what_lies_on_the_allowed_paths_is_covered() {
        let allowed = [AllowedTarget::parse("https://tool.test/app").unwrap()];
        for (target, covered) in [
            ("https://tool.test/app", true),
            ("https://tool.test/app/1?x=%2F#part", true),
            ("https://tool.test:443/app", true),
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
            assert_eq!(are_covering(&allowed, target), covered, "{target:?}");
        }
    }
}
