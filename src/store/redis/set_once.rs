//! A value that is written once, by whoever comes first.

use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use redis::{Cmd, Pipeline, Value};

use super::{
    connection::{Answer, Connection},
    fault::Fault,
};

/// Ten years: beyond it Redis could refuse the number, and nothing here is meant to last longer.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How many commands, and words of the first, there are at the most: room for them is made at once.
const COMMANDS: usize = 4;
const WORDS: usize = 7;

/// How long those words are together, but for the key and the value.
const SHORT_WORDS: usize = 24;

/// Whether the server can set a value and say what was there in one command.
///
/// Redis 7.0 can. Before that, a `SET … NX` is followed by a `GET` in the same round trip, which is
/// as good: the value tells who wrote it.
#[derive(Debug)]
pub(super) struct SetAndGet(AtomicBool);

impl Default for SetAndGet {
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

/// A value for a key that may be taken. The value must be one that no other call writes.
pub(super) struct SetOnce<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a [u8],
    /// For ever, where there is none.
    pub(super) ttl: Option<Duration>,
}

/// What is read beside it.
#[derive(Clone, Copy)]
pub(super) enum Beside<'a> {
    Key(&'a str),
    /// A section of what the server says of itself.
    Info(&'static str),
}

impl Beside<'_> {
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

/// What came of it.
pub(super) struct Written<const BESIDE: usize> {
    pub(super) holder: Holder,
    /// What was read beside it.
    pub(super) beside: [Option<Vec<u8>>; BESIDE],
}

/// What is under the key now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Us,
    Another(Vec<u8>),
}

impl SetOnce<'_> {
    /// Writes the value unless the key is taken, and reads what is beside it in the same round trip.
    pub(super) async fn write<const BESIDE: usize>(
        &self,
        connection: &Arc<Connection>,
        beside: [Option<Beside<'_>>; BESIDE],
    ) -> Result<Answer<Written<BESIDE>>, Fault> {
        let together = connection.set_and_get.0.load(Ordering::Relaxed);
        let answer = self.write_as(connection, beside, together).await;
        if together && answer.as_ref().is_err_and(Fault::is_syntax_error) {
            connection.set_and_get.0.store(false, Ordering::Relaxed);
            return self.write_as(connection, beside, false).await;
        }
        answer
    }

    async fn write_as<const BESIDE: usize>(
        &self,
        connection: &Arc<Connection>,
        beside: [Option<Beside<'_>>; BESIDE],
        together: bool,
    ) -> Result<Answer<Written<BESIDE>>, Fault> {
        let mut commands = self.commands(together);
        for one in beside.into_iter().flatten() {
            commands.add_command(one.command());
        }
        connection
            .ask_whom_again(&commands, |replies| {
                let holder = self.holder(replies, together)?;
                let mut texts = [const { None }; BESIDE];
                for (text_of, one) in texts.iter_mut().zip(beside) {
                    if one.is_some() {
                        *text_of = text(replies.next())?;
                    }
                }
                let beside = texts;
                Ok(Written { holder, beside })
            })
            .await
    }

    pub(super) fn commands(&self, together: bool) -> Pipeline {
        let mut commands = Pipeline::with_capacity(COMMANDS);
        let mut set = Cmd::with_capacity(WORDS, self.key.len() + self.value.len() + SHORT_WORDS);
        set.arg("SET").arg(self.key).arg(self.value).arg("NX");
        if together {
            set.arg("GET");
        }
        if let Some(ttl) = self.ttl {
            let ms = ttl.min(LONGEST).as_nanos().div_ceil(1_000_000).max(1);
            set.arg("PX").arg(ms as u64);
        }
        commands.add_command(set);
        if !together {
            commands.add_command(get(self.key));
        }
        commands
    }

    /// Reads the replies to [`commands`](Self::commands).
    pub(super) fn holder(
        &self,
        replies: &mut dyn Iterator<Item = Value>,
        together: bool,
    ) -> Result<Holder, Fault> {
        if together {
            return Ok(match text(replies.next())? {
                None => Holder::Us,
                Some(there) if there == self.value => Holder::Us,
                Some(there) => Holder::Another(there),
            });
        }
        let set = replies.next();
        let there = text(replies.next())?;
        match (set, there) {
            (Some(Value::Okay), _) => Ok(Holder::Us),
            (Some(Value::Nil), Some(there)) if there == self.value => Ok(Holder::Us),
            (Some(Value::Nil), Some(there)) => Ok(Holder::Another(there)),
            // Taken by then, gone by now: nobody can tell whose it was, and to ask again would take it.
            (Some(Value::Nil), None) => Err(Fault::Undecided),
            _ => Err(Fault::NotUnderstood),
        }
    }
}

fn get(key: &str) -> Cmd {
    let mut get = Cmd::with_capacity(2, "GET".len() + key.len());
    get.arg("GET").arg(key);
    get
}

/// Reads the reply to a `GET`, or to `INFO`.
pub(super) fn text(reply: Option<Value>) -> Result<Option<Vec<u8>>, Fault> {
    match reply {
        Some(Value::Nil) => Ok(None),
        Some(Value::BulkString(text)) => Ok(Some(text)),
        Some(Value::VerbatimString { text, .. }) => Ok(Some(text.into_bytes())),
        _ => Err(Fault::NotUnderstood),
    }
}
