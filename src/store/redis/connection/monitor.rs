//! Checks in the background, for as long as the store exists.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::time::{Instant, timeout, timeout_at};

use super::{epoch_check::MONITOR_CHECK_INTERVAL, shared::Connection};
use crate::{
    observe::event,
    store::redis::{call_error::CallError, data_loss::ServerInfo},
};

/// Starts two tasks. Every second: whether another server is the master, and whether data was lost. At the
/// configured interval: whether keys are or were evicted, which is logged, because a nonce may have been among
/// them.
pub(crate) fn start(connection: &Arc<Connection>) {
    let can_fail_over = connection.settings().servers.can_fail_over();
    let weak = Arc::downgrade(connection);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(MONITOR_CHECK_INTERVAL).await;
            let Some(connection) = weak.upgrade() else {
                return;
            };
            if can_fail_over {
                connection.check_failover().await;
            }
            connection.check().await;
        }
    });
    let interval = connection.settings().monitor_interval;
    let weak = Arc::downgrade(connection);
    let at_connect = &connection.context().evicted_at_connect;
    let evicted = AtomicU64::new(at_connect.load(Ordering::Relaxed));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(interval).await;
            let Some(connection) = weak.upgrade() else {
                return;
            };
            connection.check_eviction(&evicted).await;
        }
    });
}

impl Connection {
    /// Drops the connection if sentinels name another master: the old one may still accept writes, which will
    /// be lost.
    async fn check_failover(&self) {
        let Some(session) = self.current() else {
            return;
        };
        let settings = self.settings();
        if settings
            .servers
            .failed_over(settings.operation_timeout)
            .await
        {
            self.drop_session(&session);
        }
    }

    /// Checks for data loss, unless launches have just done so, and reconnects if the connection is gone: without
    /// one, this process would not notice that a server lost what others wrote.
    async fn check(self: &Arc<Self>) {
        let Some(session) = self.current() else {
            let _ = Arc::clone(self).connect(false).await;
            return;
        };
        let (context, settings) = (self.context(), self.settings());
        let mut transport = session.transport();
        if settings.servers.is_cluster() {
            let checking = context.check_cluster(&mut transport, MONITOR_CHECK_INTERVAL);
            let _ = timeout(settings.operation_timeout, checking).await;
            return;
        }
        if !context.guard.is_check_due(0, MONITOR_CHECK_INTERVAL) {
            return;
        }
        let checking = context.check_server(&mut transport, |epoch| {
            session.is_foreign(context.guard.is_written_by_process(epoch))
        });
        let checked = timeout(settings.operation_timeout, checking).await;
        if let Err(error) = checked.unwrap_or(Err(CallError::TimedOut))
            && self.drop_if_fatal(&session, &error)
        {
            let _ = Arc::clone(self).connect(false).await;
        }
    }

    /// Logs an evicting policy, and evicted keys.
    async fn check_eviction(self: &Arc<Self>, evicted: &AtomicU64) {
        let Ok(Some(info)) = self.info().await else {
            return;
        };
        if let Some(policy) = &info.eviction_policy {
            event::store_evicts(policy);
        }
        let before = evicted.swap(info.evicted_keys, Ordering::Relaxed);
        // A restarted server counts from zero.
        let since = info.evicted_keys.checked_sub(before);
        let since = since.unwrap_or(info.evicted_keys);
        if since > 0 {
            event::store_evicted_keys(since);
        }
    }

    async fn info(self: &Arc<Self>) -> Result<Option<ServerInfo>, CallError> {
        let deadline = Instant::now() + self.settings().operation_timeout;
        let session = self.session(deadline).await?;
        let mut transport = session.transport();
        let info = timeout_at(deadline, transport.info()).await;
        let info = info.unwrap_or(Err(CallError::TimedOut));
        if let Err(error) = &info {
            self.drop_if_fatal(&session, error);
        }
        info
    }
}
