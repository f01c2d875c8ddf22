//! A new connection: connects, and checks that the server is fit and has our data.

use std::sync::{Arc, atomic::Ordering};

use tokio::time::Instant;

use super::context::ServerContext;
use crate::{
    observe::event,
    store::redis::{call_error::CallError, servers::Transport},
};

impl ServerContext {
    /// Connects to the servers.
    pub(super) async fn connect(self: &Arc<Self>, is_first: bool) -> Result<Transport, CallError> {
        let asked = Instant::now();
        let is_cluster = self.settings.servers.is_cluster();
        let timeout = self.settings.operation_timeout;
        let mut transport = self.settings.servers.connect(timeout).await?;
        let info = match transport.info().await {
            // One server of a cluster may be down.
            Err(_) if is_cluster => None,
            info => info?,
        };
        let info = info.unwrap_or_else(|| {
            event::store_policy_unknown();
            Default::default()
        });
        self.evicted_at_connect
            .store(info.evicted_keys, Ordering::Relaxed);
        if let Some(policy) = &info.eviction_policy {
            event::store_evicts(policy);
            // Later on it is an error in the log: rejecting all launches would not bring back any key.
            if !self.settings.allow_eviction && is_first {
                return Err(CallError::Evicts(policy.clone()));
            }
        }
        match self.probe(&mut transport).await {
            Err(error) if !is_cluster => return Err(error),
            _ => {}
        }
        self.check_new_connection(&mut transport, &info, asked)
            .await?;
        Ok(transport)
    }
}
