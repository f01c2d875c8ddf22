//! The checks of one registration, in order.

use std::collections::HashMap;

use url::Url;

use crate::{
    access_token::Asker,
    doctor::{
        Finding, discovery, endpoints, issuer,
        listed::Entry,
        platform_clock, platform_keys,
        probe::{Answer, Probe},
        product,
        site::same_site,
        token::TokenChecks,
    },
    identity::RegistrationId,
    key_set::KeySource,
    redact,
    registration::{Registration, RegistrationStatus},
};

const STATUS: &str = "registration_status";
const TOKEN: &str = "token_unchecked";

/// What registrations are checked with.
pub(super) struct Examination {
    pub(super) probe: Probe,
    /// Where the tool's keys are known.
    pub(super) asker: Option<Asker>,
    pub(super) allow_loopback_http: bool,
    /// Whether platforms can read the tool's key set; `None` where that is not known.
    pub(super) is_key_set_good: Option<bool>,
    pub(super) key_set: Option<String>,
    pub(super) launch: Option<String>,
    /// Where a client id is that of several registrations.
    pub(super) shared: HashMap<RegistrationId, Finding>,
}

impl Examination {
    pub(super) async fn of(&self, entry: &Entry) -> Vec<Finding> {
        let registration = &*entry.registration;
        let mut findings = status(registration);
        findings.extend(self.shared.get(registration.id()).cloned());
        findings.extend(issuer::check(registration));
        let texts = endpoints::check_texts(registration, self.allow_loopback_http);
        findings.extend(texts);
        findings.extend(product::check(registration));
        findings.extend(self.redirect_uri(registration));
        if registration.uses_plain_http() && !self.allow_loopback_http {
            return findings;
        }
        let addresses = registration.addresses(self.allow_loopback_http);
        let mut answers: Vec<Answer> = Vec::new();
        if let KeySource::Url(url) = registration.key_source() {
            let url = url.as_str();
            let (found, answer) =
                platform_keys::check(&self.probe, registration, url, &addresses).await;
            findings.extend(found);
            answers.extend(answer);
        }
        let (found, authorization) =
            endpoints::check_authorization(&self.probe, registration, &addresses).await;
        findings.extend(found);
        let (found, token) = self.token(entry).await;
        findings.extend(found);
        if let (Some(authorization), Some(token)) = (&authorization, &token)
            && let Some(swapped) = endpoints::check_pair(authorization, token)
        {
            findings.push(swapped);
        }
        findings.extend(discovery::check(&self.probe, registration, &addresses).await);
        answers.extend(token);
        answers.extend(authorization);
        if !findings
            .iter()
            .any(|finding| finding.check == "token_clock")
        {
            findings.extend(answers.iter().find_map(platform_clock::check));
        }
        findings
    }

    /// The token endpoint: asked for a token where the tool's keys are known.
    async fn token(&self, entry: &Entry) -> (Vec<Finding>, Option<Answer>) {
        let registration = &entry.registration;
        let Some(url) = registration.token_endpoint() else {
            let finding = Finding::note(
                TOKEN,
                "no `token_endpoint`: launches alone, no grades and rosters",
            );
            return (vec![finding], None);
        };
        let why_not = self.why_no_token(registration);
        if let (Some(asker), None) = (&self.asker, why_not) {
            let checks = TokenChecks {
                probe: &self.probe,
                asker,
                is_key_set_good: self.is_key_set_good,
                key_set: self.key_set.as_deref(),
            };
            return checks.check(registration).await;
        }
        let addresses = registration.addresses(self.allow_loopback_http);
        let (mut findings, answer) = endpoints::check_token(&self.probe, url, &addresses).await;
        let why_not = why_not.unwrap_or("the tool's keys were not given");
        findings.push(Finding::note(
            TOKEN,
            format!("no token was asked for: {why_not}"),
        ));
        (findings, answer)
    }

    /// A request for a token proves the tool to whoever answers: it is for those that count, and for one at a time.
    fn why_no_token(&self, registration: &Registration) -> Option<&'static str> {
        if registration.status() != RegistrationStatus::Active {
            Some("the registration is not active")
        } else if self.shared.contains_key(registration.id()) {
            Some("another registration has this client id there")
        } else {
            None
        }
    }

    /// A redirect URI of the registration's own that is not at the tool.
    fn redirect_uri(&self, registration: &Registration) -> Option<Finding> {
        let (given, launch) = (registration.redirect_uri()?, self.launch.as_deref()?);
        let (one, other) = (Url::parse(given).ok()?, Url::parse(launch).ok()?);
        if same_site(&one, &other) {
            return None;
        }
        let finding = Finding::warning(
            "redirect_uri",
            format!(
                "`redirect_uri` is {}, and the launch URL is {}",
                redact::url(given),
                redact::url(launch)
            ),
        );
        Some(finding.wanted("a redirect URI at the tool").remedy(
            "remove `redirect_uri`, or write the URL that the tool answers at for this platform",
        ))
    }
}

/// A registration that is refused whatever comes.
fn status(registration: &Registration) -> Vec<Finding> {
    let seen = match registration.status() {
        RegistrationStatus::Disabled => {
            "the registration is disabled: its logins and launches are refused"
        }
        RegistrationStatus::Pending => {
            "the registration waits for approval: its logins and launches are refused"
        }
        RegistrationStatus::Active => return Vec::new(),
    };
    let finding = Finding::warning(STATUS, seen);
    vec![finding.wanted("a registration that is active").remedy(
        "approve or enable it where the tool's registrations are kept, once it is meant to be used",
    )]
}
