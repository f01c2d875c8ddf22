//! Which product a platform is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::registration::ScoreTimestamps;

/// Which product a platform is (LTI Core 1.3 §5.4.2, `product_family_code`).
///
/// The codes that products send, and their usual names, are read in any case; every other text is kept as
/// [`Other`](Self::Other).
///
/// # Examples
///
/// ```
/// use tower_lti::registration::ProductFamily;
///
/// assert_eq!(ProductFamily::from("Canvas"), ProductFamily::Canvas);
/// assert_eq!(ProductFamily::from("desire2learn"), ProductFamily::Brightspace);
/// assert_eq!(ProductFamily::from("ilias").as_str(), "ilias");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProductFamily {
    /// Canvas.
    Canvas,
    /// Moodle, Totara and other descendants that send its code.
    Moodle,
    /// Blackboard Learn.
    Blackboard,
    /// Brightspace, of D2L.
    Brightspace,
    /// Schoology.
    Schoology,
    /// Sakai.
    Sakai,
    /// Open edX.
    OpenEdx,
    /// Another product, by the text that it sends.
    Other(String),
}

/// How each is written, and what else it is called.
const CODES: [(&str, ProductFamily); 16] = [
    ("canvas", ProductFamily::Canvas),
    ("moodle", ProductFamily::Moodle),
    ("BlackboardLearn", ProductFamily::Blackboard),
    ("blackboard", ProductFamily::Blackboard),
    ("blackboard learn", ProductFamily::Blackboard),
    ("desire2learn", ProductFamily::Brightspace),
    ("brightspace", ProductFamily::Brightspace),
    ("d2l", ProductFamily::Brightspace),
    ("schoology", ProductFamily::Schoology),
    ("sakai", ProductFamily::Sakai),
    ("openedx", ProductFamily::OpenEdx),
    ("open edx", ProductFamily::OpenEdx),
    ("open_edx", ProductFamily::OpenEdx),
    ("open-edx", ProductFamily::OpenEdx),
    ("edx", ProductFamily::OpenEdx),
    ("edx-platform", ProductFamily::OpenEdx),
];

impl ProductFamily {
    /// The code that the product sends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(text) => text,
            known => CODES
                .iter()
                .find(|(_, family)| family == known)
                .map_or("", |(code, _)| code),
        }
    }

    /// How exactly this product tells the times of scores apart: Moodle and Open edX compare whole seconds.
    #[must_use]
    pub fn score_timestamps(&self) -> ScoreTimestamps {
        match self {
            Self::Moodle | Self::OpenEdx => ScoreTimestamps::WholeSeconds,
            _ => ScoreTimestamps::Milliseconds,
        }
    }
}

impl ProductFamily {
    /// Whether a deep linking response for this product names a subject. Deep Linking 2.0 and Blackboard ask for it; the
    /// token endpoints of Moodle, Sakai and Open edX do not check `aud`, and would take such a response for a client
    /// assertion.
    #[must_use]
    pub fn deep_linking_response_has_subject(&self) -> bool {
        !matches!(self, Self::Moodle | Self::Sakai | Self::OpenEdx)
    }
}

impl From<&str> for ProductFamily {
    fn from(text: &str) -> Self {
        let text = text.trim();
        CODES
            .iter()
            .find(|(code, _)| code.eq_ignore_ascii_case(text))
            .map_or_else(
                || Self::Other(text.to_owned()),
                |(_, family)| family.clone(),
            )
    }
}

impl FromStr for ProductFamily {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for ProductFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ProductFamily {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProductFamily {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

/// The origin at which Brightspace gives tokens.
#[cfg(feature = "registration")]
pub(crate) const BRIGHTSPACE_TOKEN_ORIGIN: &str = "https://auth.brightspace.com";

/// The audience that Brightspace wants there (D2L, "LTI Advantage: platform details").
#[cfg(feature = "registration")]
pub(crate) const BRIGHTSPACE_AUDIENCE: &str = "https://api.brightspace.com/auth/token";
