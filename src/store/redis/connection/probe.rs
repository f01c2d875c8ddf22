//! Probing a new connection for what the server offers.

use redis::{Cmd, Value};

use super::{context::ServerContext, dedicated::DedicatedConnection};
use crate::store::redis::{call_error::CallError, servers::Transport};

/// Uses the commands of the script that creates a deployment.
const PROBE_SCRIPT: &str = "\
redis.call('ZSCORE', KEYS[1], 'x')
redis.call('ZCARD', KEYS[1])
redis.call('ZADD', KEYS[1], 0, 'x')
redis.pcall('ZREM', KEYS[1], 'x')
return 1";

impl ServerContext {
    /// Logs what the server does not offer.
    pub(super) async fn probe(&self, transport: &mut Transport) -> Result<(), CallError> {
        let (keys, capabilities) = (&self.settings.keys, &self.capabilities);
        capabilities.reset_warnings();
        let list = keys.check_list();
        let mut script = redis::cmd("EVAL");
        script.arg(PROBE_SCRIPT).arg(1).arg(&list);
        if !is_unavailable(transport, script).await? {
            return Ok(());
        }
        capabilities.warn_no_scripts();
        let mut add = redis::cmd("ZADD");
        add.arg(&list).arg(0).arg("x");
        if is_unavailable(transport, add).await? {
            capabilities.warn_no_lists();
        } else {
            let mut remove = redis::cmd("ZREM");
            remove.arg(&list).arg("x");
            is_unavailable(transport, remove).await?;
        }
        // A transaction that cannot be ended would break the shared connection.
        let transaction = async {
            let mut dedicated = DedicatedConnection::to(&self.settings, &list).await?;
            dedicated.watch(&keys.check()).await?;
            dedicated.send(&redis::cmd("MULTI")).await?;
            dedicated.send(&redis::cmd("EXEC")).await
        };
        if transaction.await.is_err_and(|error| error.is_unsupported()) {
            capabilities.warn_no_transactions();
        }
        Ok(())
    }
}

/// Whether the server refuses a command. Any other answer means that it does not.
async fn is_unavailable(transport: &mut Transport, command: Cmd) -> Result<bool, CallError> {
    let mut commands = redis::pipe();
    commands.add_command(command);
    let reply = transport.send(&commands).await.and_then(|mut replies| {
        let reply = replies.pop().unwrap_or(Value::Nil);
        reply.extract_error()
    });
    match reply.map_err(CallError::from) {
        Ok(_) => Ok(false),
        Err(error) if error.is_error_reply() => Ok(error.is_command_unavailable()),
        Err(error) => Err(error),
    }
}
