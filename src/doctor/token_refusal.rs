//! What a refusal of a token means, as far as platforms say it (RFC 6749 §5.2 and their own words).

use crate::{
    doctor::{Finding, probe::Answer, token::TokenChecks},
    service_error::ActionBy,
};

pub(super) const SCOPE: &str = "token_scope";

/// Why no token came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenRefusal {
    Audience,
    UnknownKey,
    KeySetUnreachable,
    UnknownClient,
    Clock,
    Scope,
    NoJson,
    Redirect,
    Busy,
    Other,
}

impl TokenRefusal {
    /// Sorts an answer by its status, and by what the platform says.
    pub(super) fn of(answer: &Answer, said: Option<&str>) -> Self {
        let status = answer.status();
        if status.is_redirection() {
            return Self::Redirect;
        }
        if status.as_u16() == 429 || status.is_server_error() && said.is_none() {
            return Self::Busy;
        }
        if status.is_success() || matches!(status.as_u16(), 404 | 405 | 410) || answer.is_html() {
            return Self::NoJson;
        }
        let said = said.unwrap_or_default().to_lowercase();
        Self::of_words(&said).unwrap_or(match status.as_u16() {
            401 => Self::UnknownClient,
            _ => Self::Other,
        })
    }

    fn of_words(said: &str) -> Option<Self> {
        let has = |any: &[&str]| any.iter().any(|word| said.contains(word));
        let words: Vec<&str> = said.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let is_word = |any: &[&str]| any.iter().any(|word| words.contains(word));
        let found = if has(&["scope"]) {
            Self::Scope
        } else if is_word(&["expired", "iat", "exp", "nbf", "clock", "stale"])
            || has(&[
                "not yet valid",
                "in the future",
                "too old",
                "issued at",
                "token prior",
                "not before",
            ])
        {
            Self::Clock
        } else if has(&["jwk", "keyset", "key set", "public key"])
            && has(&[
                "fetch",
                "retriev",
                "reach",
                "timeout",
                "timed out",
                "load",
                "connect",
                "download",
                "resolve",
            ])
        {
            Self::KeySetUnreachable
        } else if is_word(&["kid", "keyid", "signature"])
            || has(&[
                "key id",
                "key not found",
                "no matching key",
                "invalid key",
                "jws",
            ])
        {
            Self::UnknownKey
        } else if is_word(&["aud"]) || has(&["audience"]) {
            Self::Audience
        } else if has(&["client", "issuer", "unauthorized"]) {
            Self::UnknownClient
        } else {
            return None;
        };
        Some(found)
    }

    /// Whether another audience may change it: platforms say little, and often something else.
    pub(super) fn may_be_of_audience(self) -> bool {
        match self {
            Self::Audience | Self::UnknownClient | Self::UnknownKey | Self::Other => true,
            Self::KeySetUnreachable
            | Self::Clock
            | Self::Scope
            | Self::NoJson
            | Self::Redirect
            | Self::Busy => false,
        }
    }

    /// Whether a clock that is off explains it.
    pub(super) fn may_be_of_clock(self) -> bool {
        match self {
            Self::Audience | Self::UnknownClient | Self::UnknownKey | Self::Clock | Self::Other => {
                true
            }
            Self::KeySetUnreachable | Self::Scope | Self::NoJson | Self::Redirect | Self::Busy => {
                false
            }
        }
    }

    pub(super) fn finding(self, seen: String, checks: &TokenChecks<'_>) -> Finding {
        let key_set = checks.key_set.unwrap_or("the tool's key set");
        match self {
            Self::Audience => Finding::error("token_audience", seen)
                .wanted("the audience that this platform checks")
                .remedy("set `token_audience` to what the platform calls the audience of token requests; none of those that are known was taken"),
            Self::UnknownKey => Finding::error("token_key_unknown", seen)
                .wanted("a platform that knows the key that the tool signs with")
                .remedy(match checks.is_key_set_good {
                    Some(false) => "first see to the tool's own key set, which platforms cannot use as it is".to_owned(),
                    Some(true) => format!("register {key_set} as the tool's key set; it has the key, so that the platform has another URL, a pasted key, or an old copy"),
                    None => format!("register {key_set} at the platform, and see that these very keys are published there"),
                })
                .by(match checks.is_key_set_good {
                    Some(true) => ActionBy::PlatformAdministrator,
                    _ => ActionBy::ToolOperator,
                }),
            Self::KeySetUnreachable => Finding::error("token_key_set_unreachable", seen)
                .wanted("a platform that can read the tool's key set")
                .remedy(format!("let the platform's servers reach {key_set}: no sign-in, no redirect, a public certificate with its whole chain, no firewall")),
            Self::UnknownClient => Finding::error("token_client_unknown", seen)
                .wanted("a client id that the platform knows at this token endpoint")
                .remedy("compare `client_id` and `token_endpoint` with the platform's page of this tool, and see whether the tool is switched on there"),
            Self::Clock => Finding::error("token_clock", seen)
                .wanted("two clocks that differ by less than 30 s")
                .remedy("let NTP set this machine's clock, and the platform's"),
            Self::Scope => scopes_off(Finding::error(SCOPE, seen)),
            Self::NoJson => Finding::error("token_not_json", seen)
                .wanted("JSON with an `access_token`, or with an `error`")
                .remedy("copy `token_endpoint` from the platform once more: what answers there is something else"),
            Self::Redirect => Finding::error("endpoint_redirect", seen)
                .wanted("the token endpoint that answers by itself")
                .remedy("copy `token_endpoint` from the platform once more: no redirect is followed"),
            Self::Busy => Finding::warning("token_refused", seen)
                .wanted("an answer to the request for a token")
                .remedy("run the check again in a few minutes; if it stays, the platform's server is at fault")
                .by(ActionBy::PlatformAdministrator),
            Self::Other => Finding::error("token_refused", seen)
                .wanted("an access token")
                .remedy("compare client id, token endpoint and the tool's key set with the platform's page of this tool"),
        }
    }
}

/// What to do where scopes are not given.
pub(super) fn scopes_off(finding: Finding) -> Finding {
    finding
        .wanted("the scopes of grades and rosters, as far as the tool uses them")
        .remedy("turn the services on for this tool at the platform: grades (line items, results, scores) and names and roles")
        .by(ActionBy::PlatformAdministrator)
}
