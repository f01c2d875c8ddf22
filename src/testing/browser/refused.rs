//! A login that goes no further.

use std::{error::Error, fmt};

use bytes::Bytes;
use http::Response;

/// A login that was rejected, or that opens the tool in a new window instead, with the answer.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a test looks at the answer")]
pub struct Refused(pub Response<Bytes>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the login was refused with {}", self.0.status())
    }
}

impl Error for Refused {}
