//! How much of a store takes writes.

use std::num::NonZeroUsize;

/// How much of a store takes writes: at least one of its servers.
///
/// A store that takes no writes at all has an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreHealth {
    writable: NonZeroUsize,
    servers: usize,
}

impl StoreHealth {
    /// The health of a store that takes all writes, and is one server to whoever uses it.
    pub const WHOLE: Self = Self {
        writable: NonZeroUsize::MIN,
        servers: 1,
    };

    /// The health of a store over so many servers that share the nonces, of which `writable` take writes;
    /// `None` where that is none of them.
    #[must_use]
    pub fn of_servers(writable: usize, servers: usize) -> Option<Self> {
        NonZeroUsize::new(writable).map(|writable| Self {
            writable,
            servers: servers.max(writable.get()),
        })
    }

    /// How many servers take writes.
    #[must_use]
    pub fn writable(&self) -> usize {
        self.writable.get()
    }

    /// How many servers share the nonces.
    #[must_use]
    pub fn servers(&self) -> usize {
        self.servers
    }

    /// Whether a part of the launches would be turned away with `store_unavailable`.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.writable() < self.servers
    }
}
