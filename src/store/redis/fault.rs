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
    /// Others changed a record again and again while it was to be changed.
    Contended,
    /// A change was made, and what it was to wait for did not happen in time.
    NotDurable(Option<Box<Self>>),
    /// The operating system gives no random numbers.
    NoRandomness(Box<dyn Error + Send + Sync>),
    /// A record that is damaged, or newer than this crate.
    Unreadable(Box<dyn Error + Send + Sync>),
    Redis(RedisError),
}

impl Fault {
    /// Whether the connection it happened on must not be used again.
    pub(super) fn spoils_connection(&self) -> bool {
        match self {
            Self::TimedOut | Self::NotUnderstood => true,
            Self::BackingOff
            | Self::Undecided
            | Self::Evicts(_)
            | Self::Contended
            | Self::NotDurable(_)
            | Self::NoRandomness(_)
            | Self::Unreadable(_) => false,
            Self::Redis(error) => error.code().is_none_or(|code| WRONG_SERVER.contains(&code)),
        }
    }

    /// Whether the server does not let us in, or does not allow this.
    pub(super) fn is_denial(&self) -> bool {
        let denials = ["NOAUTH", "WRONGPASS", "NOPERM"];
        matches!(self, Self::Redis(error) if error.code().is_some_and(|code| denials.contains(&code))
            || error.kind() == redis::ErrorKind::AuthenticationFailed)
    }

    /// Whether the server answered, and what it answered is an error.
    pub(super) fn is_reply(&self) -> bool {
        matches!(self, Self::Redis(error) if error.code().is_some())
    }

    /// Whether the server does not let us use the command: it is not in the access list, was renamed, is
    /// not offered by whoever runs the server, or is a script and runs into one of these. What is wrong
    /// with the server's state has a code of its own, and what a proxy answers may have none. A transaction
    /// that may not be ended is aborted.
    pub(super) fn is_command_refused(&self) -> bool {
        let refuses = |code: &str| {
            matches!(code, "NOPERM" | "ERR" | "EXECABORT")
                || !code.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        matches!(self, Self::Redis(error) if error.code().is_some_and(refuses))
    }

    /// Whether there is no way to do it at all: the commands are refused, or no server can be connected to for
    /// it alone.
    pub(super) fn is_no_way(&self) -> bool {
        let has_no_address =
            |error: &RedisError| error.kind() == redis::ErrorKind::InvalidClientConfig;
        self.is_command_refused() || matches!(self, Self::Redis(error) if has_no_address(error))
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
        match fault {
            fault @ Fault::NotDurable(_) => Self::not_durable(fault),
            fault => Self::unavailable(fault),
        }
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
            Self::Contended => "others changed the deployment meanwhile",
            Self::NotDurable(None) => {
                "too few replicas, or not the disk, acknowledged the change in time"
            }
            Self::NotDurable(Some(_)) => "Redis could not wait for its replicas or its disk",
            Self::NoRandomness(_) => "there are no random numbers",
            Self::Unreadable(_) => "the record in Redis cannot be read",
            Self::Redis(_) => "Redis answered with an error or was out of reach",
        })
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(source) | Self::NoRandomness(source) => Some(&**source),
            Self::NotDurable(Some(source)) => Some(&**source),
            Self::Redis(source) => Some(source),
            Self::BackingOff
            | Self::Contended
            | Self::NotDurable(None)
            | Self::Undecided
            | Self::TimedOut
            | Self::Evicts(_)
            | Self::NotUnderstood => None,
        }
    }
}
