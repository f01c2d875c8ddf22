//! Writing a new epoch, in the background of the launch that detected a loss.

use std::sync::Arc;

use super::shared::Connection;
use crate::store::redis::data_loss::NewEpoch;

impl Connection {
    /// Logs and writes a new epoch. If it fails, the next launch finds no epoch key either.
    pub(crate) fn write_epoch_in_background(
        self: &Arc<Self>,
        partition: usize,
        new_epoch: NewEpoch,
    ) {
        new_epoch.log();
        let commands = self.context().epoch_write(partition, new_epoch.since_ms);
        let connection = Arc::clone(self);
        tokio::spawn(async move {
            let mut write = connection.guard().writing(partition);
            let written = connection.send_retrying(&commands, |_| Ok(())).await;
            let now_ms = connection.settings().now_ms();
            write.written_at_ms = written.is_ok().then_some(now_ms);
        });
    }
}
