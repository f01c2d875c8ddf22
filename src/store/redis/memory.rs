//! Since when the server has forgotten nothing.
//!
//! Redis can come back without what it had acknowledged: started anew without persistence, or with a
//! replica in the master's place that had not got the last writes yet. A nonce that was used up would
//! then be new again. So that nobody gains by that, a key says which server has been writing here, and
//! since when. It is read beside every nonce. Where it is gone, or names another server, the memory counts
//! as having begun just now; and where an instance moves from one server to another, no earlier than its
//! last word with the old one. Launches whose login is older are then refused.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::Value;
use tokio::time::{Instant, timeout_at};

use super::{
    connection::{Answer, Connection},
    fault::Fault,
    line::Line,
};
use crate::observe::event;

/// Stands for a server that does not say which one it is, or for many: they are told apart by nothing.
pub(super) const UNKNOWN: &str = "-";

/// How far a clock may be ahead of ours, in milliseconds. What is later was written by a clock that is
/// wrong, and counts for nothing.
const SKEW_MS: u64 = 60_000;

/// The latest time that a memory can have begun at.
fn latest(now_ms: u64) -> u64 {
    now_ms.saturating_add(SKEW_MS)
}

/// What the key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory<'a> {
    server: &'a str,
    began_ms: u64,
}

impl<'a> Memory<'a> {
    /// What is written where the memory of a server begins.
    pub(super) fn text(server: &str, began_ms: u64) -> String {
        format!("{server} {began_ms}")
    }

    /// Reads it; nothing where it is gone, damaged, or from the future.
    pub(super) fn read(text: Option<&'a [u8]>, now_ms: u64) -> Option<Self> {
        let (server, began_ms) = std::str::from_utf8(text?).ok()?.split_once(' ')?;
        let began_ms = began_ms.parse().ok()?;
        (began_ms <= latest(now_ms)).then_some(Self { server, began_ms })
    }

    /// Whether it is about this server, as far as that can be told.
    pub(super) fn is_of(&self, server: &str) -> bool {
        self.server == server || self.server == UNKNOWN || server == UNKNOWN
    }

    /// When it began, in milliseconds since 1970.
    pub(super) fn began_ms(&self) -> u64 {
        self.began_ms
    }
}

/// What this process knows of the memory, whichever server has it.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// Since when nothing has been forgotten, in milliseconds since 1970; 0 while that is not known.
    began_ms: AtomicU64,
    /// When a server answered last.
    answered_ms: AtomicU64,
}

impl Remembered {
    /// Since when nothing has been forgotten, if that is known.
    pub(super) fn began(&self) -> Option<SystemTime> {
        match self.began_ms.load(Ordering::Acquire) {
            0 => None,
            began_ms => Some(time_of(began_ms)),
        }
    }

    /// Notes since when nothing has been forgotten. What was noted by a clock that is far ahead does not
    /// stay.
    fn note(&self, began_ms: u64, now_ms: u64) {
        let known = self.began_ms.fetch_max(began_ms, Ordering::AcqRel);
        if known > latest(now_ms) {
            self.began_ms.store(began_ms, Ordering::Release);
        }
    }

    /// Notes an answer. Of two tasks that note theirs, the one that read the clock first may come last.
    pub(super) fn answered(&self, now_ms: u64) {
        self.answered_ms.fetch_max(now_ms, Ordering::Relaxed);
    }

    /// Until when the server before this one has told us something, if it was another.
    fn answered_until(&self, has_moved: bool, now_ms: u64) -> u64 {
        let answered_ms = self.answered_ms.load(Ordering::Relaxed);
        if has_moved {
            answered_ms.min(now_ms)
        } else {
            0
        }
    }
}

impl Connection {
    /// Takes note of the key that says since when a server remembers, as it was read beside a nonce.
    ///
    /// Where it is gone, the memory begins now. So it does where it is another server's, though once for
    /// each connection: where two names stand for the same data, as behind a proxy, each of them would
    /// otherwise take the other's for news, launch after launch.
    pub(super) fn note_memory<T>(
        self: &Arc<Self>,
        answer: &Answer<T>,
        key: &str,
        text: Option<&[u8]>,
    ) {
        let (live, now_ms) = (&answer.by, answer.at_ms);
        let memory = Memory::read(text, now_ms);
        if let Some(memory) = memory
            && (memory.is_of(&live.server) || live.has_begun.swap(true, Ordering::Relaxed))
        {
            self.remembered.note(memory.began_ms(), now_ms);
            return;
        }
        let is_known = memory.is_some() || self.remembered.began().is_some();
        self.remembered.note(now_ms, now_ms);
        began(is_known);
        let mut commands = redis::pipe();
        let memory = Memory::text(&live.server, now_ms);
        commands.cmd("SET").arg(key).arg(memory);
        let connection = Arc::clone(self);
        tokio::spawn(async move {
            // Should this fail, the next launch finds no memory either.
            let _ = connection.ask(&commands, |_| Ok(())).await;
        });
    }

    /// Reads since when the server that was connected to remembers, or each of many.
    pub(super) async fn see_memories(
        &self,
        line: &mut Line,
        server: &str,
        has_moved: bool,
    ) -> Result<(), Fault> {
        let keys = self.settings().keys.memories();
        let is_known = self.remembered.began().is_some();
        if self.settings().servers.are_many() {
            self.see_shares(line, server, keys, is_known).await;
            return Ok(());
        }
        let told_until_ms = self.remembered.answered_until(has_moved, self.now_ms());
        for key in keys {
            let text = read(line, key).await?;
            self.settle(line, server, key, text, told_until_ms, is_known)
                .await?;
        }
        Ok(())
    }

    /// One of many servers that does not answer is asked beside the next nonce that it is told.
    async fn see_shares(&self, line: &Line, server: &str, keys: &[String], is_known: bool) {
        let mut seeing = tokio::task::JoinSet::new();
        for key in keys.iter().cloned() {
            let mut line = line.clone();
            seeing.spawn(async move { (read(&mut line, &key).await, line, key) });
        }
        let deadline = Instant::now() + self.settings().one_try / 2;
        while let Ok(Some(Ok((text, mut line, key)))) =
            timeout_at(deadline, seeing.join_next()).await
        {
            if let Ok(text) = text {
                // Should this fail, the next launch finds no memory either.
                let settling = self.settle(&mut line, server, &key, text, 0, is_known);
                let _ = timeout_at(deadline, settling).await;
            }
        }
    }

    /// Takes note of a memory that is this server's, and lets it begin where there is none.
    async fn settle(
        &self,
        line: &mut Line,
        server: &str,
        key: &str,
        text: Option<Vec<u8>>,
        told_until_ms: u64,
        is_known: bool,
    ) -> Result<(), Fault> {
        let now_ms = self.now_ms();
        let memory = Memory::read(text.as_deref(), now_ms);
        let kept = memory.filter(|memory| memory.is_of(server));
        let began_ms = kept.map_or(now_ms, |memory| memory.began_ms().max(told_until_ms));
        self.remembered.note(began_ms, now_ms);
        if kept.is_some_and(|memory| memory.began_ms() == began_ms) {
            return Ok(());
        }
        began(is_known || memory.is_some());
        let mut begin = redis::pipe();
        let memory = Memory::text(server, began_ms);
        begin.cmd("SET").arg(key).arg(memory);
        for reply in line.send(&begin).await? {
            reply.extract_error()?;
        }
        Ok(())
    }
}

/// Reads the key that says since when a server remembers.
async fn read(line: &mut Line, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    let mut get = redis::pipe();
    get.cmd("GET").arg(key);
    let reply = line.send(&get).await?.pop().unwrap_or(Value::Nil);
    Ok(match reply.extract_error()? {
        Value::BulkString(text) => Some(text),
        _ => None,
    })
}

/// Says that a memory begins, to an operator who may have lost deployments where there was one before.
fn began(is_known: bool) {
    if is_known {
        event::store_memory_lost();
    } else {
        event::store_memory_began();
    }
}

fn time_of(began_ms: u64) -> SystemTime {
    // A number that was not written here must not overflow the time type.
    UNIX_EPOCH + Duration::from_millis(began_ms.min(253_402_300_799_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    #[test]
    fn a_memory_is_that_of_the_server_that_wrote_it() {
        let text = Memory::text("run-1", 17);
        let read = Memory::read(Some(text.as_bytes()), NOW).unwrap();
        assert_eq!(read.began_ms(), 17);
        for (server, is_its) in [("run-1", true), ("run-2", false), (UNKNOWN, true)] {
            assert_eq!(read.is_of(server), is_its, "{server}");
        }
        let anyones = Memory::read(Some(b"- 17"), NOW).unwrap();
        assert!(anyones.is_of("run-2"));
    }

    #[test]
    fn the_last_answer_is_the_latest_whoever_notes_it_last() {
        let remembered = Remembered::default();
        remembered.answered(NOW);
        remembered.answered(NOW - 5);
        assert_eq!(remembered.answered_until(true, NOW + 1), NOW);
        assert_eq!(remembered.answered_until(true, NOW - 9), NOW - 9);
        assert_eq!(remembered.answered_until(false, NOW + 1), 0);
    }

    #[test]
    fn what_is_missing_damaged_or_from_the_future_counts_for_nothing() {
        assert_eq!(Memory::read(None, NOW), None);
        for odd in ["", "run-1", "run-1 ", "run-1 x", "run-1 -1", "run-1 1 1"] {
            assert_eq!(Memory::read(Some(odd.as_bytes()), NOW), None, "{odd}");
        }
        for (began_ms, counts) in [(latest(NOW), true), (latest(NOW) + 1, false)] {
            let text = Memory::text("run-1", began_ms);
            assert_eq!(Memory::read(Some(text.as_bytes()), NOW).is_some(), counts);
        }
    }
}
