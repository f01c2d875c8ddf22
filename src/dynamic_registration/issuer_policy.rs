//! Which issuer a configuration may speak for.

use std::{fmt, sync::Arc};

use url::Url;

use crate::web_address::WebAddress;

/// The hosts of vendors whose platforms share an issuer that is not their own address. A leading `*.` stands for any
/// name right below, except those of the vendor's other environments.
///
/// From the vendors' documents: Canvas, "LTI 1.3 configuration" and "Dynamic Registration"; Blackboard, "LTI Advantage".
const SHARED_ISSUERS: [(&str, &[&str]); 4] = [
    (
        "https://canvas.instructure.com",
        &["sso.canvaslms.com", "*.instructure.com"],
    ),
    (
        "https://canvas.beta.instructure.com",
        &["sso.beta.canvaslms.com", "*.beta.instructure.com"],
    ),
    (
        "https://canvas.test.instructure.com",
        &["sso.test.canvaslms.com", "*.test.instructure.com"],
    ),
    ("https://blackboard.com", &["developer.blackboard.com"]),
];

/// Names below a vendor's host that are other environments of its cloud.
const ENVIRONMENTS: [&str; 2] = ["beta", "test"];

type Decide = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// Which issuer a configuration may speak for (Dynamic Registration 1.0 §3.5.1): otherwise whoever can be reached by
/// https could pass for any school.
///
/// By default the configuration comes from the issuer's own origin (scheme, host and port), or from a host that the vendor
/// of a shared cloud names in its documents: Canvas and Blackboard. More can be allowed.
///
/// # Examples
///
/// ```
/// use tower_lti::dynamic_registration::IssuerPolicy;
///
/// // A Canvas of one's own, whose issuer is that of the cloud.
/// let policy = IssuerPolicy::default().allow("https://canvas.instructure.com", "canvas.school.example");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct IssuerPolicy {
    only_at_or_below: bool,
    allowed: Vec<(String, String)>,
    decide: Option<Decide>,
}

impl IssuerPolicy {
    /// Wants the configuration to lie at or below the issuer, where a host has platforms of several owners under paths
    /// of their own. What is allowed by the other methods, and the vendors' hosts, count beside that.
    pub fn at_or_below() -> Self {
        Self {
            only_at_or_below: true,
            ..Self::default()
        }
    }

    /// Allows an issuer's configuration to come by https from this host, too.
    pub fn allow(mut self, issuer: impl Into<String>, host: impl Into<String>) -> Self {
        self.allowed.push((issuer.into(), host.into()));
        self
    }

    /// Allows what `decide` says yes to: the issuer, and the address of the configuration.
    pub fn allow_if(mut self, decide: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Self {
        self.decide = Some(Arc::new(decide));
        self
    }

    /// Whether an endpoint may be there: that of an issuer which many share has to be at the vendor's hosts, or at one that
    /// is allowed. Whoever answers for the issuer otherwise would be all of them.
    pub(super) fn allows_endpoint(
        &self,
        issuer: &str,
        endpoint: &str,
        configuration: &Url,
    ) -> bool {
        if !is_shared(issuer) {
            return true;
        }
        self.decides(issuer, configuration)
            || is_at_vendor(issuer, endpoint)
            || Url::parse(endpoint).is_ok_and(|url| self.lists(issuer, &url))
    }

    /// Whether it is allowed by [`allow_if`](Self::allow_if).
    fn decides(&self, issuer: &str, configuration: &Url) -> bool {
        let decide = self.decide.as_ref();
        decide.is_some_and(|decide| decide(issuer, configuration.as_str()))
    }

    /// Whether it is allowed by [`allow`](Self::allow).
    fn lists(&self, issuer: &str, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let mut of_issuer = self.allowed.iter().filter(|(allowed, _)| allowed == issuer);
        url.scheme() == "https" && of_issuer.any(|(_, pattern)| host_matches(pattern, host))
    }

    /// Whether a configuration from there may speak for the issuer.
    pub(crate) fn allows(&self, issuer: &str, configuration: &Url) -> bool {
        let is_its_own = plain_address(issuer).is_some_and(|issuer| {
            issuer.origin() == configuration.origin()
                && (!self.only_at_or_below || is_at_or_below(&issuer, configuration))
        });
        is_its_own
            || is_at_vendor(issuer, configuration.as_str())
            || self.lists(issuer, configuration)
            || self.decides(issuer, configuration)
    }
}

/// An issuer that says where it is, and nothing else: it reads as another's with user info, a query or a fragment (OpenID
/// Connect Discovery 1.0 §3), and is no other text than the known one's with capitals or a port that goes without saying.
fn plain_address(issuer: &str) -> Option<Url> {
    let url = WebAddress::parse_safe(issuer).ok()?.into_url();
    let behind = issuer.strip_prefix(&url.origin().ascii_serialization())?;
    let is_plain = url.query().is_none() && (behind.is_empty() || behind.starts_with('/'));
    is_plain.then_some(url)
}

/// Whether platforms of several owners share this issuer.
pub(crate) fn is_shared(issuer: &str) -> bool {
    !hosts_of(issuer).is_empty()
}

/// Whether this is an address, by https, at a host that a vendor's documents name for its shared issuer.
pub(super) fn is_at_vendor(issuer: &str, url: &str) -> bool {
    let hosts = hosts_of(issuer);
    !hosts.is_empty()
        && Url::parse(url).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            let is_there = hosts.iter().any(|pattern| host_matches(pattern, host));
            is_there && url.scheme() == "https" && url.port().is_none()
        })
}

/// The hosts that a vendor's documents name for its shared issuer.
pub(super) fn hosts_of(issuer: &str) -> &'static [&'static str] {
    let shared = SHARED_ISSUERS.iter().find(|(known, _)| *known == issuer);
    shared.map(|(_, hosts)| *hosts).unwrap_or_default()
}

fn host_matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host
            .strip_suffix(parent)
            .and_then(|below| below.strip_suffix('.'))
            .is_some_and(|name| {
                !name.is_empty() && !name.contains('.') && !ENVIRONMENTS.contains(&name)
            }),
        None => host.eq_ignore_ascii_case(pattern),
    }
}

fn is_at_or_below(issuer: &Url, configuration: &Url) -> bool {
    let parent = issuer.path().trim_end_matches('/');
    let below = configuration.path().strip_prefix(parent);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

impl fmt::Debug for IssuerPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerPolicy")
            .field("only_at_or_below", &self.only_at_or_below)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // REG-03, S26
    #[test]
    fn a_configuration_speaks_for_its_own_origin_and_for_its_vendor_s_issuer() {
        let own = IssuerPolicy::default();
        let strict = IssuerPolicy::at_or_below();
        let listed = IssuerPolicy::default().allow("https://school.test", "lms.other.test");
        let asked = IssuerPolicy::default().allow_if(|issuer, url| {
            issuer == "urn:school" && url.starts_with("https://lms.other.test/")
        });
        for (policy, allowed, issuer, url) in [
            (
                &own,
                true,
                "https://lms.test",
                "https://lms.test/mod/lti/openid-configuration.php",
            ),
            (&own, true, "https://lms.test/moodle", "https://lms.test/c"),
            (&own, true, "https://lms.test", "https://lms.test:443/c"),
            (&own, false, "https://lms.test", "https://lms.test:8443/c"),
            (&own, false, "https://lms.test", "http://lms.test/c"),
            (
                &own,
                false,
                "https://lms.test",
                "https://lms.test.evil.test/c",
            ),
            (
                &own,
                false,
                "https://lms.test",
                "https://evil.test/https://lms.test",
            ),
            (&own, false, "urn:lms", "https://lms.test/c"),
            (&own, true, "https://lms.test/", "https://lms.test/c"),
            (&own, false, "http://localhost:80", "http://localhost/c"),
            (
                &own,
                true,
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080/c",
            ),
            (
                &own,
                false,
                "https://canvas.test@lms.test",
                "https://lms.test/c",
            ),
            (&own, false, "https://a:443@lms.test/", "https://lms.test/c"),
            (&own, false, "https:lms.test", "https://lms.test/c"),
            (
                &own,
                false,
                "https:\\\\lms.test\\canvas.test",
                "https://lms.test/c",
            ),
            (
                &own,
                false,
                "https://lms.test?https://a.test",
                "https://lms.test/c",
            ),
            (&own, false, "https://lms.test/?", "https://lms.test/c"),
            (
                &own,
                false,
                "https://lms.test/#a.test",
                "https://lms.test/c",
            ),
            (&own, false, "https://LMS.test", "https://lms.test/c"),
            (&own, false, "HTTPS://lms.test", "https://lms.test/c"),
            (&own, false, "https://lms.test:443", "https://lms.test/c"),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "https://x.beta.instructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "https://beta.instructure.com/c",
            ),
            (
                &own,
                true,
                "https://canvas.beta.instructure.com",
                "https://x.beta.instructure.com/c",
            ),
            (&own, false, "", "https://lms.test/c"),
            (&strict, true, "https://lms.test/a", "https://lms.test/a/c"),
            (&strict, true, "https://lms.test/a/", "https://lms.test/a"),
            (
                &strict,
                false,
                "https://lms.test/a",
                "https://lms.test/ab/c",
            ),
            (&strict, false, "https://lms.test/a", "https://lms.test/c"),
            (
                &own,
                true,
                "https://canvas.instructure.com",
                "https://sso.canvaslms.com/c",
            ),
            (
                &own,
                true,
                "https://canvas.instructure.com",
                "https://x.instructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "https://x.instructure.com:8443/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "https://evilinstructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "https://.instructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com",
                "http://x.instructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.instructure.com/",
                "https://x.instructure.com/c",
            ),
            (
                &own,
                false,
                "https://canvas.beta.instructure.com",
                "https://x.instructure.com/c",
            ),
            (
                &own,
                true,
                "https://blackboard.com",
                "https://developer.blackboard.com/c",
            ),
            (
                &own,
                false,
                "https://blackboard.com",
                "https://x.blackboard.com/c",
            ),
            (
                &listed,
                true,
                "https://school.test",
                "https://lms.other.test/c",
            ),
            (
                &listed,
                false,
                "https://school.test",
                "http://lms.other.test/c",
            ),
            (
                &listed,
                false,
                "https://school.test/",
                "https://lms.other.test/c",
            ),
            (&asked, true, "urn:school", "https://lms.other.test/c"),
            (&asked, false, "urn:other", "https://lms.other.test/c"),
        ] {
            let parsed = Url::parse(url).unwrap();
            assert_eq!(policy.allows(issuer, &parsed), allowed, "{issuer} {url}");
        }
    }
}
