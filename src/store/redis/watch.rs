//! A look at the server now and then, for what nobody would notice before it hurts.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::connection::Connection;
use crate::observe::event;

/// How often sentinels are asked whether the master is elsewhere by now.
const BETWEEN_QUESTIONS: Duration = Duration::from_secs(1);

/// Looks for as long as there is a store, beginning one pause from now.
///
/// An evicting policy that was set since is an error in the log, and so are keys that were evicted: a
/// nonce may have been among them.
pub(super) fn start(connection: &Arc<Connection>) {
    if connection.settings().servers.are_watched() {
        let connection = Arc::downgrade(connection);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(BETWEEN_QUESTIONS).await;
                let Some(connection) = connection.upgrade() else {
                    return;
                };
                connection.follow().await;
            }
        });
    }
    let pause = connection.settings().between_looks;
    let connection = Arc::downgrade(connection);
    tokio::spawn(async move {
        let mut evicted = None;
        loop {
            tokio::time::sleep(pause).await;
            let Some(now) = look(&connection, evicted).await else {
                return;
            };
            evicted = now;
        }
    });
}

/// Looks once, and returns how many keys have been evicted by now, as far as that is known. There is
/// nothing to look at any more where it returns nothing.
async fn look(connection: &Weak<Connection>, before: Option<u64>) -> Option<Option<u64>> {
    let connection = connection.upgrade()?;
    let Ok(Some(inspection)) = connection.inspect().await else {
        return Some(before);
    };
    if let Some(policy) = &inspection.evicts_by {
        event::store_evicts(policy);
    }
    // A server that was started anew begins to count anew.
    let more = inspection.evicted.saturating_sub(before.unwrap_or(0));
    if more > 0 {
        event::store_evicted_keys(more);
    }
    Some(Some(inspection.evicted))
}
