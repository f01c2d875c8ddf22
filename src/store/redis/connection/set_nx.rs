//! `SET … NX`: a value that is written once, by the first caller.

use std::{sync::Arc, time::Duration};

use redis::{Cmd, Pipeline, Value};

use super::shared::{Connection, Reply};
use crate::store::redis::{call_error::CallError, reply::bulk_string};

/// Ten years. Redis rejects numbers far beyond it.
const MAX_TTL: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// A value for a key that may exist. The value must be unique to the call.
pub(crate) struct SetNx<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: &'a [u8],
    /// Never expires if `None`.
    pub(crate) ttl: Option<Duration>,
}

/// What else to read in the same round trip.
#[derive(Clone, Copy)]
pub(crate) enum AlsoGet<'a> {
    Key(&'a str),
    /// A section of `INFO`.
    Info(&'static str),
}

impl AlsoGet<'_> {
    fn command(self) -> Cmd {
        match self {
            Self::Key(key) => get(key),
            Self::Info(section) => {
                let mut info = redis::cmd("INFO");
                info.arg(section);
                info
            }
        }
    }
}

/// Whose value the key has now, and what else was read.
pub(crate) struct SetNxReply<const READS: usize> {
    pub(crate) owner: Owner,
    pub(crate) also: [Option<Vec<u8>>; READS],
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Us,
    Other(Vec<u8>),
}

impl SetNx<'_> {
    /// Writes the value unless the key exists, and reads more in the same round trip.
    ///
    /// Redis 7.0 sets and reads in one command, `SET … NX GET`. Before that, a `GET` follows in the same round
    /// trip, which is as good: the value tells who wrote it.
    pub(crate) async fn write<const READS: usize>(
        &self,
        connection: &Arc<Connection>,
        also_get: [Option<AlsoGet<'_>>; READS],
    ) -> Result<Reply<SetNxReply<READS>>, CallError> {
        let with_get = connection.capabilities().has_set_nx_get();
        let reply = self.write_as(connection, also_get, with_get).await;
        if with_get && reply.as_ref().is_err_and(CallError::is_syntax_error) {
            connection.capabilities().lack_set_nx_get();
            return self.write_as(connection, also_get, false).await;
        }
        reply
    }

    async fn write_as<const READS: usize>(
        &self,
        connection: &Arc<Connection>,
        also_get: [Option<AlsoGet<'_>>; READS],
        with_get: bool,
    ) -> Result<Reply<SetNxReply<READS>>, CallError> {
        let mut commands = self.commands(with_get, also_get.iter().flatten().count());
        for read in also_get.into_iter().flatten() {
            commands.add_command(read.command());
        }
        connection
            .send_tagged_retrying(&commands, |replies| {
                let owner = self.owner(replies, with_get)?;
                let mut also = [const { None }; READS];
                for (value, read) in also.iter_mut().zip(also_get) {
                    if read.is_some() {
                        *value = bulk_string(replies.next())?;
                    }
                }
                Ok(SetNxReply { owner, also })
            })
            .await
    }

    /// The commands, with room for so many more.
    pub(crate) fn commands(&self, with_get: bool, more: usize) -> Pipeline {
        let mut commands = Pipeline::with_capacity(2 + more);
        let mut set = Cmd::with_capacity(7, self.key.len() + self.value.len() + 24);
        set.arg("SET").arg(self.key).arg(self.value).arg("NX");
        if with_get {
            set.arg("GET");
        }
        if let Some(ttl) = self.ttl {
            let ms = ttl.min(MAX_TTL).as_nanos().div_ceil(1_000_000).max(1);
            set.arg("PX").arg(ms as u64);
        }
        commands.add_command(set);
        if !with_get {
            commands.add_command(get(self.key));
        }
        commands
    }

    /// Reads the replies to [`commands`](Self::commands).
    pub(crate) fn owner(
        &self,
        replies: &mut dyn Iterator<Item = Value>,
        with_get: bool,
    ) -> Result<Owner, CallError> {
        if with_get {
            return Ok(match bulk_string(replies.next())? {
                None => Owner::Us,
                Some(value) if value == self.value => Owner::Us,
                Some(value) => Owner::Other(value),
            });
        }
        let set = replies.next();
        let value = bulk_string(replies.next())?;
        match (set, value) {
            (Some(Value::Okay), _) => Ok(Owner::Us),
            (Some(Value::Nil), Some(value)) if value == self.value => Ok(Owner::Us),
            (Some(Value::Nil), Some(value)) => Ok(Owner::Other(value)),
            // The key expired between SET NX and GET: the outcome is unknown, and a retry would claim it.
            (Some(Value::Nil), None) => Err(CallError::OutcomeUnknown),
            _ => Err(CallError::UnexpectedReply),
        }
    }
}

fn get(key: &str) -> Cmd {
    let mut get = Cmd::with_capacity(2, "GET".len() + key.len());
    get.arg("GET").arg(key);
    get
}
