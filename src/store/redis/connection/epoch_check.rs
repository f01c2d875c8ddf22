//! Checks of the servers for data loss, outside of launches: on a new connection, and every second.

use std::{sync::Arc, time::Duration};

use redis::Pipeline;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout},
};

use super::context::ServerContext;
use crate::store::redis::{
    call_error::CallError,
    data_loss::{EpochAnswer, ServerData, ServerEpoch, ServerInfo},
    reply::bulk_string,
    servers::Transport,
};

/// The time between two checks while no launch makes one.
pub(crate) const MONITOR_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How many partitions of a cluster are checked at once: they share the connection with launches.
const CONCURRENT_CHECKS: usize = 4;

impl ServerContext {
    /// Checks the server, or each master of a cluster, that was just connected to.
    pub(super) async fn check_new_connection(
        self: &Arc<Self>,
        transport: &mut Transport,
        info: &ServerInfo,
        asked: Instant,
    ) -> Result<(), CallError> {
        if self.settings.servers.is_cluster() {
            let at_most = self.settings.operation_timeout / 2;
            // A master that does not answer is checked with its next nonce.
            let _ = timeout(at_most, self.check_cluster(transport, Duration::ZERO)).await;
            return Ok(());
        }
        let is_first_contact = !self.guard.knows_server();
        let server = self.guard.observe(info, asked);
        let is_foreign = |epoch: &ServerEpoch<'_>| {
            if is_first_contact {
                !self.guard.is_written_for_data(epoch)
            } else {
                !self.guard.is_written_by_process(epoch)
            }
        };
        self.check_partition(transport, 0, server, is_foreign).await
    }

    /// Checks the one server.
    pub(super) async fn check_server(
        &self,
        transport: &mut Transport,
        is_foreign: impl Fn(&ServerEpoch<'_>) -> bool,
    ) -> Result<(), CallError> {
        let asked = Instant::now();
        let mut server = ServerData::NotChecked;
        if self.guard.reports_identity() {
            let [info, replication] = transport.info_sections().await?;
            server = self.guard.observe_sections(info, replication, asked);
        }
        self.check_partition(transport, 0, server, is_foreign).await
    }

    /// Checks each master of a cluster, and each partition whose last check is at least `interval` ago.
    pub(super) async fn check_cluster(
        self: &Arc<Self>,
        transport: &mut Transport,
        interval: Duration,
    ) {
        let asked = Instant::now();
        let mut server = ServerData::NotChecked;
        // A master that is down is checked when it is back.
        if let Ok(infos) = transport.info_of_each_master().await {
            self.guard.observe_masters(&infos, asked);
            server = ServerData::Same;
        }
        let changed = Arc::new(self.guard.changed_masters());
        let permits = Arc::new(Semaphore::new(CONCURRENT_CHECKS));
        let mut checks = JoinSet::new();
        for partition in 0..self.settings.keys.epochs().len() {
            if changed.is_empty() && !self.guard.is_check_due(partition, interval) {
                continue;
            }
            let (mut transport, context) = (transport.clone(), Arc::clone(self));
            let (changed, permits) = (Arc::clone(&changed), Arc::clone(&permits));
            checks.spawn(async move {
                let _permit = permits.acquire_owned().await;
                let mut server = server;
                if !changed.is_empty() {
                    let key = context.settings.keys.epoch(partition);
                    let run_id = transport.run_id_for(key).await?;
                    let checked = context.guard.partition(partition).checked_changes;
                    if changed.contains(&run_id, checked) {
                        server = ServerData::Changed;
                    }
                }
                let check = context.check_partition(&mut transport, partition, server, |_| false);
                let outcome = check.await;
                if outcome.is_ok() {
                    context.guard.partition(partition).checked_changes = changed.latest();
                }
                outcome
            });
        }
        let outcomes = checks.join_all().await;
        if outcomes.iter().all(Result::is_ok) {
            self.guard.settle(&changed);
        }
    }

    /// Reads the epoch key and the canary of a partition, and writes a new epoch if data was lost.
    async fn check_partition(
        &self,
        transport: &mut Transport,
        partition: usize,
        server: ServerData,
        is_foreign: impl Fn(&ServerEpoch<'_>) -> bool,
    ) -> Result<(), CallError> {
        let query = self.guard.query(partition, Duration::ZERO);
        let mut get = redis::pipe();
        get.cmd("GET").arg(self.settings.keys.epoch(partition));
        if let Some(canary) = query.canary_key() {
            get.cmd("GET").arg(canary);
        }
        let mut values = Vec::new();
        for reply in transport.send(&get).await? {
            values.push(bulk_string(Some(reply.extract_error()?))?);
        }
        let mut values = values.into_iter();
        let (epoch, canary) = (values.next().flatten(), values.next().flatten());
        let at_ms = self.settings.now_ms();
        let epoch = ServerEpoch::parse(epoch.as_deref(), at_ms);
        let answer = EpochAnswer {
            epoch,
            is_foreign: epoch.as_ref().is_some_and(is_foreign),
            is_canary_gone: query.is_canary_gone(canary.as_deref()),
            server,
            at_ms,
            consumed: None,
        };
        let new_epoch = self.guard.judge(partition, &query, &answer);
        if let Some(new_epoch) = new_epoch {
            new_epoch.log();
        }
        let unwritten = || self.guard.partition(partition).unwritten_since(&epoch?);
        let since_ms = new_epoch.map(|new_epoch| new_epoch.since_ms);
        let Some(since_ms) = since_ms.or_else(unwritten) else {
            return Ok(());
        };
        let mut write = self.guard.writing(partition);
        for reply in transport
            .send(&self.epoch_write(partition, since_ms))
            .await?
        {
            reply.extract_error()?;
        }
        write.written_at_ms = Some(at_ms);
        Ok(())
    }

    pub(super) fn epoch_write(&self, partition: usize, since_ms: u64) -> Pipeline {
        let epoch = ServerEpoch::to_text(&self.guard.identity_text(), since_ms);
        let mut commands = redis::pipe();
        commands
            .cmd("SET")
            .arg(self.settings.keys.epoch(partition))
            .arg(epoch);
        commands
    }
}
