//! A change by a transaction, where there are no scripts.

use redis::{Cmd, Value};

use super::change::{Change, Kept, Outcome};
use crate::store::redis::{
    call_error::CallError, connection::DedicatedConnection, key::Keys, reply::bulk_string,
};

/// How often a transaction is retried that concurrent changes defeat.
const MAX_ATTEMPTS: usize = 64;

impl Change<'_> {
    pub(super) async fn make_by_transaction(
        &self,
        dedicated: &mut DedicatedConnection,
        keys: &Keys,
        caller: &str,
    ) -> Result<Outcome, CallError> {
        for _ in 0..MAX_ATTEMPTS {
            let kept = self.watch(dedicated, keys).await?;
            if let Some(outcome) = self.decide(&kept, caller) {
                return Ok(outcome);
            }
            // One by one: where MULTI is refused, a command sent with it would be executed.
            dedicated.send(&redis::cmd("MULTI")).await?;
            for command in self.commands(keys, caller) {
                dedicated.send(&command).await?;
            }
            match dedicated.send(&redis::cmd("EXEC")).await? {
                Value::Nil => {}
                Value::Array(_) => return Ok(Outcome::Made),
                _ => return Err(CallError::UnexpectedReply),
            }
        }
        Err(CallError::Contended)
    }

    /// Watches all three keys, and reads what the change depends on.
    async fn watch(
        &self,
        dedicated: &mut DedicatedConnection,
        keys: &Keys,
    ) -> Result<Kept, CallError> {
        let mut watch = redis::cmd("WATCH");
        watch
            .arg(keys.registrations())
            .arg(keys.registration_names())
            .arg(keys.registrations_revision());
        dedicated.send(&watch).await?;
        let mut get = redis::cmd("GET");
        get.arg(keys.registrations_revision());
        let mut record = redis::cmd("HGET");
        record.arg(keys.registrations()).arg(self.id());
        let mut owner = redis::cmd("HGET");
        owner.arg(keys.registration_names()).arg(self.new_name());
        let mut count = redis::cmd("HLEN");
        count.arg(keys.registrations());
        Ok(Kept {
            revision: bulk_string(Some(dedicated.send(&get).await?))?,
            record: bulk_string(Some(dedicated.send(&record).await?))?,
            owner: bulk_string(Some(dedicated.send(&owner).await?))?,
            records: match dedicated.send(&count).await? {
                Value::Int(records) => usize::try_from(records).unwrap_or_default(),
                _ => return Err(CallError::UnexpectedReply),
            },
        })
    }

    fn commands(&self, keys: &Keys, caller: &str) -> Vec<Cmd> {
        let (records, names) = (keys.registrations(), keys.registration_names());
        let mut commands = Vec::new();
        let mut queue = |words: &[&str]| {
            let mut command = Cmd::new();
            command.arg(words);
            commands.push(command);
        };
        if let Some(name) = self.freed_name() {
            queue(&["HDEL", &names, name]);
        }
        if !self.new_name().is_empty() {
            queue(&["HSET", &names, self.new_name(), self.id()]);
        }
        match self.new {
            Some(new) => queue(&["HSET", &records, self.id(), new.json()]),
            None => queue(&["HDEL", &records, self.id()]),
        }
        queue(&["SET", &keys.registrations_revision(), caller]);
        commands
    }
}
