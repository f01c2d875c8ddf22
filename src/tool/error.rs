//! What can be wrong with a tool's configuration.

use std::{error::Error, fmt, time::Duration};

use crate::random::RandomnessError;

/// A tool cannot be built as it is configured.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// No launch URL was set.
    MissingLaunchUrl,
    /// The launch URL cannot be used.
    LaunchUrl {
        /// What was given.
        given: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An allowed target is not an absolute URL that can be used.
    Target {
        /// What was given.
        given: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A login parameter cannot be kept.
    LoginParameter {
        /// Its name.
        name: String,
    },
    /// Two languages have the same tag.
    LanguageTwice {
        /// The tag.
        tag: String,
    },
    /// No registrations were set.
    MissingRegistrations,
    /// A registration uses plain http, and the tool does not run on loopback for development.
    PlainHttpRegistration {
        /// Its issuer.
        issuer: String,
        /// Its client id.
        client_id: String,
    },
    /// The tool's keys have none of the algorithm that a registration with a token endpoint asks for.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    MissingToolKey {
        /// Its issuer.
        issuer: String,
        /// Its client id.
        client_id: String,
        /// The algorithm.
        algorithm: crate::registration::ToolKeyAlgorithm,
    },
    /// The store outlives the process or is shared, and no login secret was set.
    MissingLoginSecret,
    /// A previous login secret was set, and none to sign with.
    PreviousLoginSecretAlone,
    /// A login secret was set, and the store forgets used nonces when the process ends.
    VolatileStore,
    /// No way to fetch key sets: the `reqwest` feature is off and none was set.
    MissingKeySets,
    /// A key set may not become as old as that: one minute to one day are allowed.
    KeySetAge {
        /// The setting's name in [`Limits`](crate::tool::Limits).
        setting: &'static str,
        /// What was given.
        given: Duration,
    },
    /// The tool keys, or those of one registration, hold none for RS256 or ES256, which registrations ask for.
    NoSigningKey,
    /// Sessions are wanted, and nothing is set that keeps them.
    #[cfg(feature = "sessions")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    MissingSessionStore,
    /// The operating system gave no random bytes for a secret.
    Randomness(RandomnessError),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingLaunchUrl => f.write_str(
                "no launch URL is set: call `launch_url` with the absolute URL that platforms post launches to",
            ),
            Self::LaunchUrl { given, problem } => write!(f, "the launch URL {given:?} {problem}"),
            Self::Target { given, problem } => {
                write!(f, "the allowed target {given:?} {problem}")
            }
            Self::LoginParameter { name } => write!(
                f,
                "the login parameter {name:?} cannot be kept: at most eight are, of names of 1 to 64 \
                 letters, digits, `_`, `.` and `-` that are none of LTI's own",
            ),
            Self::LanguageTwice { tag } => {
                write!(f, "two languages have the tag {tag:?}: put their texts into one")
            }
            Self::MissingRegistrations => {
                f.write_str("no registrations are set: call `registrations`")
            }
            Self::PlainHttpRegistration { issuer, client_id } => write!(
                f,
                "registration {client_id:?} at {issuer:?} uses plain http, which only a tool on \
                 loopback may do, with `insecure_allow_loopback_http`",
            ),
            #[cfg(feature = "services")]
            Self::MissingToolKey {
                issuer,
                client_id,
                algorithm,
            } => write!(
                f,
                "no key of the tool signs by {}, which registration {client_id:?} at {issuer:?} asks for: add \
                 one to `tool_keys`, or change `tool_key_algorithm` of the registration",
                algorithm.as_str(),
            ),
            Self::MissingLoginSecret => f.write_str(
                "no login secret is set, and the store is shared: all instances need the same one",
            ),
            Self::PreviousLoginSecretAlone => f.write_str(
                "only a previous login secret is set, which verifies and never signs: set the present one \
                 with `login_secret`",
            ),
            Self::VolatileStore => f.write_str(
                "a login secret is set, and the store forgets used nonces at restart: leave the \
                 secret out, use a store that lasts, or call `insecure_allow_volatile_store` where there is \
                 one instance only",
            ),
            Self::MissingKeySets => f.write_str(
                "nothing can fetch key sets: turn on the `reqwest` feature or call `key_sets`",
            ),
            Self::KeySetAge { setting, given } => write!(
                f,
                "`{setting}` is {given:?}, and must be one minute to one day",
            ),
            Self::NoSigningKey => f.write_str(
                "the tool keys hold none to sign with: RSA (RS256) or EC on P-256 (ES256) is needed",
            ),
            #[cfg(feature = "sessions")]
            Self::MissingSessionStore => f.write_str(
                "the store keeps no sessions: use a `MemoryStore` or a `RedisStore`, or call `session_store`",
            ),
            Self::Randomness(_) => f.write_str("a login secret could not be made"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Randomness(source) => Some(source),
            _ => None,
        }
    }
}
