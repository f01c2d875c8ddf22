//! A look at the server now and then, for what nobody would notice before it hurts.

use std::sync::{Arc, Weak};

use super::{connection::Connection, looking::BETWEEN_LOOKS};
use crate::observe::event;

/// Looks for as long as there is a store, beginning one pause from now.
///
/// Every second, for a server that has another's data, or was replaced by another; now and then, for one that
/// evicts. An evicting policy that was set since is an error in the log, and so are keys that were evicted: a
/// nonce may have been among them.
pub(super) fn start(connection: &Arc<Connection>) {
    let are_watched = connection.settings().servers.are_watched();
    let every_second = Arc::downgrade(connection);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let Some(connection) = every_second.upgrade() else {
                return;
            };
            if are_watched {
                connection.follow().await;
            }
            connection.look().await;
        }
    });
    let pause = connection.settings().between_looks;
    let connection = Arc::downgrade(connection);
    tokio::spawn(async move {
        let mut evicted = connection.upgrade().map_or(0, |one| one.evicted_before());
        loop {
            tokio::time::sleep(pause).await;
            let Some(now) = look(&connection, evicted).await else {
                return;
            };
            evicted = now;
        }
    });
}

/// Looks once, and returns how many keys have been evicted by now, as far as that is known; nothing
/// where there is no store any more.
async fn look(connection: &Weak<Connection>, before: u64) -> Option<u64> {
    let connection = connection.upgrade()?;
    let Ok(Some(inspection)) = connection.inspect().await else {
        return Some(before);
    };
    if let Some(policy) = &inspection.evicts_by {
        event::store_evicts(policy);
    }
    // A server that was started anew begins to count anew.
    let more = inspection
        .evicted
        .checked_sub(before)
        .unwrap_or(inspection.evicted);
    if more > 0 {
        event::store_evicted_keys(more);
    }
    Some(inspection.evicted)
}
