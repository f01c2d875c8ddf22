//! Whose pages may frame ours.

use url::Url;

use crate::dynamic_registration::{
    RegistrationAccess,
    issuer_policy::{hosts_of, is_shared},
};

/// Whose pages may frame ours.
///
/// An invite speaks for whoever has it: the platform may frame it, from where its configuration came, and any page where
/// a cloud has names of its schools' own. What rests on the visitor's sign-in is framed by none that the request itself names:
/// a page of an attacker's could have it clicked unseen.
pub(super) struct Framing(Vec<String>);

impl Framing {
    pub(super) fn new(
        access: &RegistrationAccess,
        configuration: &Url,
        issuer: &str,
        more: &[String],
    ) -> Self {
        let mut sources = vec!["'self'".to_owned()];
        if !matches!(access, RegistrationAccess::Checked(_)) {
            sources.extend(source_of(configuration));
        }
        if matches!(access, RegistrationAccess::Invited) && is_shared(issuer) {
            sources.push("https:".to_owned());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-81, S30: a school knows its Canvas by a name of its own.
    #[test]
    fn a_shared_cloud_that_is_invited_may_be_framed_by_any_https_page() {
        let canvas = "https://canvas.instructure.com";
        let url = Url::parse("https://sso.canvaslms.com/c").unwrap();
        let is_open = |access, issuer| {
            let policy = Framing::new(&access, &url, issuer, &[]).policy();
            policy.split(' ').any(|source| source == "https:")
        };
        assert!(is_open(RegistrationAccess::Invited, canvas));
        for (access, issuer) in [
            (RegistrationAccess::Invited, "https://sso.canvaslms.com"),
            (RegistrationAccess::InsecureAnybody, canvas),
            (RegistrationAccess::checked(|_| async { None }), canvas),
        ] {
            assert!(!is_open(access, issuer));
        }
    }
}
