//! What can go wrong with a call, sorted by what is to be done about it.

use std::{error::Error, fmt};

use redis::RedisError;

use crate::store::StoreError;

/// Error codes of a server that is the wrong one to talk to, or will be for a while.
const WRONG_SERVER: [&str; 6] = [
    "READONLY",
    "NOAUTH",
    "MASTERDOWN",
    "LOADING",
    "MOVED",
    "CLUSTERDOWN",
];

/// A call that failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// Connecting has only just failed, and is not tried again yet.
    BackingOff,
    TimedOut,
    /// A value was there and is gone again.
    Undecided,
    /// The server evicts keys by this policy.
    Evicts(String),
    /// A reply of a kind that the command never has.
    NotUnderstood,
    /// A record that is damaged, or newer than this crate.
    Unreadable(Box<dyn Error + Send + Sync>),
    Redis(RedisError),
}

impl Fault {
    /// Whether the connection it happened on must not be used again.
    pub(super) fn spoils_connection(&self) -> bool {
        match self {
            Self::TimedOut | Self::NotUnderstood => true,
            Self::BackingOff | Self::Undecided | Self::Evicts(_) | Self::Unreadable(_) => false,
            Self::Redis(error) => error.code().is_none_or(|code| WRONG_SERVER.contains(&code)),
        }
    }

    /// Whether the server does not let us in, or does not allow this.
    pub(super) fn is_denial(&self) -> bool {
        let denials = ["NOAUTH", "WRONGPASS", "NOPERM"];
        matches!(self, Self::Redis(error) if error.code().is_some_and(|code| denials.contains(&code))
            || error.kind() == redis::ErrorKind::AuthenticationFailed)
    }

    /// Whether the access list of the server forbids the command.
    pub(super) fn is_forbidden(&self) -> bool {
        matches!(self, Self::Redis(error) if error.code() == Some("NOPERM"))
    }

    /// Whether the server knows no `SET … NX GET`: Redis before 7.0.
    pub(super) fn is_syntax_error(&self) -> bool {
        matches!(self, Self::Redis(error) if error.code() == Some("ERR")
            && error.detail().is_some_and(|detail| detail.contains("syntax error")))
    }
}

impl From<RedisError> for Fault {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::unavailable(fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BackingOff => "connecting to Redis failed a moment ago",
            Self::Evicts(_) => "Redis evicts keys, and would forget used nonces",
            Self::Undecided => "a nonce was there and is gone again",
            Self::TimedOut => "Redis did not answer in time",
            Self::NotUnderstood => "Redis answered with something that is not understood",
            Self::Unreadable(_) => "the record in Redis cannot be read",
            Self::Redis(_) => "Redis answered with an error or was out of reach",
        })
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(source) => Some(&**source),
            Self::Redis(source) => Some(source),
            Self::BackingOff
            | Self::Undecided
            | Self::TimedOut
            | Self::Evicts(_)
            | Self::NotUnderstood => None,
        }
    }
}
