//! Where users are sent with an onboarding ticket.

use std::{error::Error, fmt, str::FromStr, sync::Arc};

use http::{HeaderValue, header::InvalidHeaderValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    redact,
    web_address::{AddressProblem, WebAddress},
};

/// The query parameter that the ticket travels in.
const TICKET: &str = "ticket";

/// An address that users may be sent to with an onboarding ticket.
///
/// It is a path of the tool, such as `/onboarding`, or an absolute https address (http on loopback),
/// without user info, fragment, dot segments or anything that a browser could take for another host, such
/// as `//elsewhere` or `/\elsewhere`. A query of its own is kept, and must not have a `ticket`.
///
/// # Examples
///
/// ```
/// use tower_lti::{OnMissingDeployment, policy::OnboardingUrl};
///
/// let onboarding: OnboardingUrl = "/onboarding".parse()?;
/// let policy = OnMissingDeployment::Redirect(onboarding);
/// assert!("http://plain.example/onboarding".parse::<OnboardingUrl>().is_err());
/// # let _ = policy;
/// # Ok::<(), tower_lti::policy::OnboardingUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OnboardingUrl(Arc<str>);

impl OnboardingUrl {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with a ticket in its query.
    pub(crate) fn with_ticket(&self, ticket: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        HeaderValue::try_from(format!("{}{separator}{TICKET}={ticket}", self.0))
    }
}

impl FromStr for OnboardingUrl {
    type Err = OnboardingUrlError;

    fn from_str(given: &str) -> Result<Self, OnboardingUrlError> {
        match check(given) {
            Ok(()) => Ok(Self(given.into())),
            Err(problem) => Err(OnboardingUrlError {
                given: redact::url(given),
                problem: problem.problem(),
            }),
        }
    }
}

fn check(given: &str) -> Result<(), AddressProblem> {
    if given.starts_with('/') {
        check_path(given)?;
    } else {
        WebAddress::parse_safe(given)?;
    }
    let query = given.split_once('?').map_or("", |(_, query)| query);
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == TICKET) {
        return Err(AddressProblem::of(
            "has a query parameter `ticket` of its own",
        ));
    }
    Ok(())
}

/// Checks a path as browsers will read it: behind the tool's origin.
fn check_path(given: &str) -> Result<(), AddressProblem> {
    let below = given.trim_start_matches('/').to_ascii_lowercase();
    let names_host = given.starts_with("//")
        || ["\\", "%2f", "%5c"]
            .iter()
            .any(|slash| below.starts_with(slash));
    if names_host {
        return Err(AddressProblem::of("can be taken for the name of a host"));
    }
    WebAddress::parse_configured(&format!("https://tool.invalid{given}")).map(|_| ())
}

impl TryFrom<&str> for OnboardingUrl {
    type Error = OnboardingUrlError;

    fn try_from(given: &str) -> Result<Self, OnboardingUrlError> {
        given.parse()
    }
}

impl TryFrom<String> for OnboardingUrl {
    type Error = OnboardingUrlError;

    fn try_from(given: String) -> Result<Self, OnboardingUrlError> {
        given.parse()
    }
}

impl fmt::Display for OnboardingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OnboardingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::url(&self.0))
    }
}

impl Serialize for OnboardingUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OnboardingUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        given.parse().map_err(de::Error::custom)
    }
}

/// An address is not one that users may be sent to with a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnboardingUrlError {
    given: String,
    problem: &'static str,
}

impl fmt::Display for OnboardingUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the onboarding address {:?} {}; it has to be a path of the tool, or https",
            self.given, self.problem
        )
    }
}

impl Error for OnboardingUrlError {}
