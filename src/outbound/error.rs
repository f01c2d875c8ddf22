//! Why a request brought no response.

use std::{error::Error, fmt};

use crate::outbound::address_policy::ForbiddenAddress;

/// A request brought no response that can be read.
#[derive(Debug)]
pub(crate) enum OutboundError {
    /// The URL itself is rejected; nothing was sent.
    ForbiddenUrl(ForbiddenAddress),
    /// Its name leads to forbidden addresses alone; nothing was sent.
    ForbiddenAddress(reqwest::Error),
    /// The server cannot be reached, is late, or broke off.
    Unreachable(reqwest::Error),
    /// The body goes beyond the bound.
    TooLarge { max_bytes: usize },
}

impl OutboundError {
    /// Tells a forbidden address from trouble on the way. The URL, whose query may hold a key, is taken out.
    pub(super) fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if one.is::<ForbiddenAddress>() {
                return Self::ForbiddenAddress(error);
            }
            cause = one.source();
        }
        Self::Unreachable(error)
    }
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForbiddenUrl(why) => why.fmt(f),
            Self::ForbiddenAddress(error) | Self::Unreachable(error) => error.fmt(f),
            Self::TooLarge { max_bytes } => {
                write!(f, "the answer has more than {} KiB", max_bytes / 1024)
            }
        }
    }
}

impl Error for OutboundError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::ForbiddenUrl(_) | Self::TooLarge { .. } => None,
            Self::ForbiddenAddress(error) | Self::Unreachable(error) => error.source(),
        }
    }
}
