//! Which keys there are where none verifies a token, for the operator.

use std::{error::Error, fmt};

use crate::key_set::{KeySet, SignatureAlgorithm};

/// No key of a set verifies a token. It says which keys there are, and nothing that the token says: that is
/// not proven.
#[derive(Clone)]
pub(crate) struct NoKeyVerifies {
    is_named: bool,
    algorithm: SignatureAlgorithm,
    keys: KeySet,
}

impl NoKeyVerifies {
    pub(super) fn of(key_id: &str, algorithm: SignatureAlgorithm, keys: &KeySet) -> Self {
        Self {
            is_named: keys.names(key_id),
            algorithm,
            keys: keys.clone(),
        }
    }
}

impl fmt::Display for NoKeyVerifies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let among = if self.is_named { "among" } else { "not among" };
        write!(
            f,
            "the key that the token names, for {}, is {among} those that can serve; {}",
            self.algorithm,
            self.keys.listing()
        )
    }
}

impl fmt::Debug for NoKeyVerifies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoKeyVerifies({self})")
    }
}

impl Error for NoKeyVerifies {}
