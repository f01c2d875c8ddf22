//! Detecting data loss of Redis.
//!
//! Redis may come back without writes that it acknowledged: restarted without persistence, replaced by a replica
//! that lagged behind, or restored from an old copy. A consumed nonce would then be accepted again. Four things
//! tell that data may be lost:
//!
//! 1. The *epoch key*, which records the server that wrote it and since when no data was lost, is gone or was
//!    written by another server (`server_epoch`).
//! 2. The *canary*, the nonce that this process consumed last, is gone (`partition`).
//! 3. The server is another process or has another replication history (`server_identity`).
//! 4. The server's clock was set forward, so that nonces expired too early (`server_clock`).
//!
//! After a loss, logins from before the server's last reply are rejected. Nothing in this folder does I/O.

mod guard;
mod masters;
mod partition;
mod server_clock;
mod server_epoch;
mod server_identity;
mod server_info;

#[cfg(feature = "redis-cluster")]
pub(super) use self::server_info::info_field;
pub(super) use self::{
    guard::DataLossGuard,
    partition::{ConsumedNonce, EpochAnswer, EpochQuery, NewEpoch, ServerData},
    server_epoch::ServerEpoch,
    server_info::ServerInfo,
};
