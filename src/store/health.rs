//! The health of a store: how many of its servers accept writes.

use std::num::NonZeroUsize;

/// The health of a store: how many of its servers accept writes, at least one.
///
/// A store that accepts no writes returns an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreHealth {
    writable: NonZeroUsize,
    servers: usize,
}

impl StoreHealth {
    /// The health of a store that is one server, or behaves as one, and accepts writes.
    pub const WHOLE: Self = Self {
        writable: NonZeroUsize::MIN,
        servers: 1,
    };

    /// The health of a store whose nonces are spread over `servers`, of which `writable` accept writes;
    /// `None` if none does.
    #[must_use]
    pub fn of_servers(writable: usize, servers: usize) -> Option<Self> {
        NonZeroUsize::new(writable).map(|writable| Self {
            writable,
            servers: servers.max(writable.get()),
        })
    }

    /// How many servers accept writes.
    #[must_use]
    pub fn writable(&self) -> usize {
        self.writable.get()
    }

    /// How many servers the nonces are spread over.
    #[must_use]
    pub fn servers(&self) -> usize {
        self.servers
    }

    /// Whether some launches would be rejected with `store_unavailable`.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.writable() < self.servers
    }
}
