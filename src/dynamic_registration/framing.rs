//! Whose pages may frame ours.

use url::Url;

use crate::dynamic_registration::issuer_policy::hosts_of;

/// Whose pages may frame ours: the platform's, from where its configuration came, and nobody else's.
pub(super) struct Framing(Vec<String>);

impl Framing {
    pub(super) fn new(configuration: &Url, issuer: &str, more: &[String]) -> Self {
        let mut sources = vec!["'self'".to_owned()];
        sources.extend(source_of(configuration));
        let vendor = hosts_of(issuer).iter();
        sources.extend(vendor.map(|host| format!("https://{host}")));
        sources.extend(more.iter().cloned());
        Self(sources)
    }

    /// As a content security policy has it.
    pub(super) fn policy(&self) -> String {
        format!("frame-ancestors {}", self.0.join(" "))
    }
}

/// An origin as a policy can name it; IPv6 addresses and hosts with an underscore it cannot (CSP Level 3 §2.3.1).
pub(super) fn source_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let is_nameable = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    is_nameable.then(|| url.origin().ascii_serialization())
}
