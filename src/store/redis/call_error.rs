//! Why a call failed, and what follows from it.

use std::{error::Error, fmt};

use redis::RedisError;

use crate::store::StoreError;

/// Error codes of a server that cannot serve us, or not for a while.
const UNUSABLE_SERVER: [&str; 6] = [
    "READONLY",
    "NOAUTH",
    "MASTERDOWN",
    "LOADING",
    "MOVED",
    "CLUSTERDOWN",
];

/// A call that failed.
#[derive(Debug)]
pub(crate) enum CallError {
    /// Connecting failed a moment ago, and is not retried yet.
    BackingOff,
    TimedOut,
    /// The value expired between writing and reading it.
    OutcomeUnknown,
    /// The server evicts keys, by this policy.
    Evicts(String),
    /// A reply of a type that the command never returns.
    UnexpectedReply,
    /// Concurrent changes of a record won every time.
    Contended,
    /// A change was made, but not acknowledged by replicas or the disk in time.
    NotDurable(Option<Box<Self>>),
    /// The operating system's random number generator failed.
    NoRandomness(Box<dyn Error + Send + Sync>),
    /// A record that is invalid, or newer than this crate.
    InvalidRecord(Box<dyn Error + Send + Sync>),
    Redis(RedisError),
}

impl CallError {
    /// Whether the connection must not be used again.
    pub(crate) fn is_connection_fatal(&self) -> bool {
        match self {
            Self::TimedOut | Self::UnexpectedReply => true,
            Self::BackingOff
            | Self::OutcomeUnknown
            | Self::Evicts(_)
            | Self::Contended
            | Self::NotDurable(_)
            | Self::NoRandomness(_)
            | Self::InvalidRecord(_) => false,
            Self::Redis(error) => error
                .code()
                .is_none_or(|code| UNUSABLE_SERVER.contains(&code)),
        }
    }

    /// Whether authentication failed, or the access list denies the command.
    pub(crate) fn is_access_denied(&self) -> bool {
        let denials = ["NOAUTH", "WRONGPASS", "NOPERM"];
        matches!(self, Self::Redis(error) if error.code().is_some_and(|code| denials.contains(&code))
            || error.kind() == redis::ErrorKind::AuthenticationFailed)
    }

    /// Whether the server replied with an error.
    pub(crate) fn is_error_reply(&self) -> bool {
        matches!(self, Self::Redis(error) if error.code().is_some())
    }

    /// Whether the command is unavailable: denied by the access list, renamed, not offered by a managed Redis, or
    /// a script that runs into one of these. Errors of the server's state have codes of their own; errors of a
    /// proxy may have none. A transaction that may not be ended is aborted.
    pub(crate) fn is_command_unavailable(&self) -> bool {
        let refuses = |code: &str| {
            matches!(code, "NOPERM" | "ERR" | "EXECABORT")
                || !code.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        matches!(self, Self::Redis(error) if error.code().is_some_and(refuses))
    }

    /// Whether it is impossible: the commands are unavailable, or no dedicated connection can be made.
    pub(crate) fn is_unsupported(&self) -> bool {
        let has_no_address =
            |error: &RedisError| error.kind() == redis::ErrorKind::InvalidClientConfig;
        self.is_command_unavailable() || matches!(self, Self::Redis(error) if has_no_address(error))
    }

    /// Whether the server does not support `SET … NX GET`: Redis before 7.0.
    pub(crate) fn is_syntax_error(&self) -> bool {
        matches!(self, Self::Redis(error) if error.code() == Some("ERR")
            && error.detail().is_some_and(|detail| detail.contains("syntax error")))
    }
}

impl From<RedisError> for CallError {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        match error {
            error @ CallError::NotDurable(_) => Self::not_durable(error),
            error => Self::unavailable(error),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BackingOff => "connecting to Redis failed a moment ago",
            Self::Evicts(_) => "Redis evicts keys, and would forget used nonces",
            Self::OutcomeUnknown => "a nonce was there and is gone again",
            Self::TimedOut => "Redis did not answer in time",
            Self::UnexpectedReply => "Redis answered with something that is not understood",
            Self::Contended => "others changed the deployment meanwhile",
            Self::NotDurable(None) => {
                "too few replicas, or not the disk, acknowledged the change in time"
            }
            Self::NotDurable(Some(_)) => "Redis could not wait for its replicas or its disk",
            Self::NoRandomness(_) => "there are no random numbers",
            Self::InvalidRecord(_) => "the record in Redis cannot be read",
            Self::Redis(_) => "Redis answered with an error or was out of reach",
        })
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::InvalidRecord(source) | Self::NoRandomness(source) => Some(&**source),
            Self::NotDurable(Some(source)) => Some(&**source),
            Self::Redis(source) => Some(source),
            Self::BackingOff
            | Self::Contended
            | Self::NotDurable(None)
            | Self::OutcomeUnknown
            | Self::TimedOut
            | Self::Evicts(_)
            | Self::UnexpectedReply => None,
        }
    }
}
