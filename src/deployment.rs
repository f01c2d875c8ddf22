//! A deployment: one installation of the tool under a registration.
//!
//! A platform may install one registered tool many times: once for the whole institution, once for
//! a course. Each installation has a deployment id, and the triple of issuer, client id and
//! deployment id is what a tool may treat as a tenant (LTI Core 1.3 §3.1.3).

use std::{
    error::Error,
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::{clock::unix_millis, digest::Digest, identifier::identifier, identity::RegistrationId};

identifier! {
    /// The id that a platform gave a deployment.
    ///
    /// Kept and compared byte for byte: `Dep-1` and `dep-1` are two deployments (LTI Core 1.3 §5.3.3).
    DeploymentId
}

/// Identifies a deployment: its registration and its id, together (LTI Core 1.3 §6.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeploymentKey {
    registration: RegistrationId,
    id: DeploymentId,
}

impl DeploymentKey {
    /// Creates the key from its two parts.
    #[must_use]
    pub fn new(registration: RegistrationId, id: DeploymentId) -> Self {
        Self { registration, id }
    }

    /// The registration that it is a deployment of.
    #[must_use]
    pub fn registration(&self) -> &RegistrationId {
        &self.registration
    }

    /// The id that the platform gave it.
    #[must_use]
    pub fn id(&self) -> &DeploymentId {
        &self.id
    }

    /// A SHA-256 of the three length-prefixed parts, as 43 characters of unpadded base64url.
    ///
    /// Ids may hold `:`, `/` and spaces; this can stand in any key, path or log.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.hash().to_text()
    }

    pub(crate) fn hash(&self) -> Digest {
        Digest::of([
            "deployment",
            self.registration.issuer().as_str(),
            self.registration.client_id().as_str(),
            self.id.as_str(),
        ])
    }
}

/// Gives an enum the words that it is kept as: the same as with serde.
macro_rules! words {
    ($of:ident { $($variant:ident = $word:literal,)+ }) => {
        impl $of {
            /// The word that it is kept as. It does not change from one release to the next.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $of {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $of {
            type Err = UnknownWord;

            /// Reads the word again.
            ///
            /// # Errors
            ///
            /// Fails with any other word, so that nothing is taken for active that is not.
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord(word.to_owned())),
                }
            }
        }
    };
}

/// Says whether a deployment may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeploymentStatus {
    /// Launches go through.
    Active,
    /// Somebody has yet to approve it; launches are refused.
    Pending,
    /// An administrator has shut it; launches are refused, however good the token.
    Disabled,
}

words! {
    DeploymentStatus {
        Active = "active",
        Pending = "pending",
        Disabled = "disabled",
    }
}

/// Says how a deployment came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeploymentOrigin {
    /// Its first launch made it.
    FirstLaunch,
    /// An administrator entered it.
    Administrator,
    /// It went through onboarding.
    Onboarding,
}

words! {
    DeploymentOrigin {
        FirstLaunch = "first_launch",
        Administrator = "administrator",
        Onboarding = "onboarding",
    }
}

/// A word that stands for no status, or for no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(String);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not known here", self.0)
    }
}

impl Error for UnknownWord {}

/// Says whether a record was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum DeploymentOutcome {
    /// This very call made the record; nobody else is told so.
    Created,
    /// The record was there, or somebody else's call made it first.
    Existing,
}

/// A page of a registration's deployments, in the order of their ids.
#[derive(Clone, Debug)]
pub struct DeploymentPage {
    deployments: Vec<Deployment>,
    next: Option<DeploymentId>,
}

impl DeploymentPage {
    /// The most deployments on one page, however many are asked for.
    ///
    /// A page that is larger would hold up whatever else its store does: 1,000.
    pub const MOST: usize = 1_000;

    /// How many a page has that so many were asked for: no more than [`MOST`](Self::MOST).
    ///
    /// For stores of one's own.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::deployment::DeploymentPage;
    ///
    /// assert_eq!(DeploymentPage::bounded(50), 50);
    /// assert_eq!(DeploymentPage::bounded(usize::MAX), DeploymentPage::MOST);
    /// ```
    #[must_use]
    pub fn bounded(limit: usize) -> usize {
        limit.min(Self::MOST)
    }

    /// Creates a page, and says where the next one begins: after `next`, if there may be one.
    #[must_use]
    pub fn new(deployments: Vec<Deployment>, next: Option<DeploymentId>) -> Self {
        Self { deployments, next }
    }

    /// The deployments on this page.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// The id to ask for the next page with; `None` on the last one.
    #[must_use]
    pub fn next(&self) -> Option<&DeploymentId> {
        self.next.as_ref()
    }
}

/// What is known of a deployment. It holds no personal data.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use tower_lti::{
///     deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
///     registration::RegistrationId,
/// };
///
/// let key = DeploymentKey::new(RegistrationId::new("https://lms.example", "tool-1"), "dep-1".into());
/// let deployment = Deployment::new(
///     key,
///     DeploymentStatus::Active,
///     DeploymentOrigin::Administrator,
///     SystemTime::now(),
/// );
/// assert_eq!(deployment.id().as_str(), "dep-1");
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    key: DeploymentKey,
    status: DeploymentStatus,
    origin: DeploymentOrigin,
    created_at_ms: u64,
    #[serde(skip)]
    extensions: http::Extensions,
}

impl Deployment {
    /// Creates a record. `created_at` is kept in whole milliseconds.
    #[must_use]
    pub fn new(
        key: DeploymentKey,
        status: DeploymentStatus,
        origin: DeploymentOrigin,
        created_at: SystemTime,
    ) -> Self {
        Self {
            key,
            status,
            origin,
            created_at_ms: unix_millis(created_at),
            extensions: http::Extensions::new(),
        }
    }

    /// What identifies it: issuer, client id and deployment id.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.key
    }

    /// The id that the platform gave it.
    #[must_use]
    pub fn id(&self) -> &DeploymentId {
        &self.key.id
    }

    /// Whether it may be used.
    #[must_use]
    pub fn status(&self) -> DeploymentStatus {
        self.status
    }

    /// The same record with another status.
    #[must_use]
    pub fn with_status(mut self, status: DeploymentStatus) -> Self {
        self.status = status;
        self
    }

    /// How it came to be known.
    #[must_use]
    pub fn origin(&self) -> DeploymentOrigin {
        self.origin
    }

    /// When the record was made.
    #[must_use]
    pub fn created_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.created_at_ms)
    }

    /// What a store of your own put beside the record, for the handler to read.
    ///
    /// A store over your database can hand the handler the row it found, so that no second query is
    /// needed. It is not kept by the stores of this crate, nor serialized.
    #[must_use]
    pub fn extensions(&self) -> &http::Extensions {
        &self.extensions
    }

    /// The same, to put something there.
    pub fn extensions_mut(&mut self) -> &mut http::Extensions {
        &mut self.extensions
    }
}
