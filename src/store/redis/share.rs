//! A share of the nonces, and what is made of an answer about it.
//!
//! Whatever a server forgets, of what we told it nothing is later than its last word to us. So launches
//! whose login is older than that word are refused, and whoever logged in later gets in.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::memory::{Memory, latest, time_of};
use crate::observe::event;

/// A nonce that is asked for again has to have this much of its life left: it may expire a little early.
const LAST_MARGIN: Duration = Duration::from_secs(60);

/// What is known of the server that keeps a share of the nonces.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// Since when nothing has been forgotten, in milliseconds since 1970; 0 while that is not known.
    began_ms: u64,
    /// When the server that has what we told it answered last.
    word_ms: Option<u64>,
    /// How often something was lost.
    losses: u64,
    /// Whether the key that says since when is being written.
    is_writing: bool,
    /// Whether that was noticed before the server itself was seen to have changed.
    is_forewarned: bool,
    /// The number of the latest change of a master that was judged by.
    pub(super) changes: u64,
    looked: Option<Instant>,
    /// The nonce that the next look asks for.
    last: Option<LastNonce>,
    /// The one that was used up after it: the look after the next asks for it.
    later: Option<LastNonce>,
}

/// A nonce that was used up. While it is there, so is all that was written before it.
#[derive(Debug)]
struct LastNonce {
    key: String,
    attempt: String,
    asked: Instant,
    ends: Instant,
}

/// A nonce that was used up by an answer.
#[derive(Debug)]
pub(super) struct Used<'a> {
    pub(super) key: &'a str,
    pub(super) attempt: &'a str,
    pub(super) ttl: Duration,
}

/// What is asked beside a nonce.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) at: Instant,
    losses: u64,
    is_writing: bool,
    /// Whether more is asked than beside every nonce.
    pub(super) looks: bool,
    /// Whether the server is asked which one it is.
    pub(super) which: bool,
    /// The key of the nonce that was used up last, and what has to be there.
    pub(super) last: Option<(String, String)>,
}

impl Asked {
    /// The key of the nonce that was used up last.
    pub(super) fn last_key(&self) -> Option<&str> {
        self.last.as_ref().map(|(key, _)| &**key)
    }

    /// Whether the nonce that was used up last is gone, by what was found under its key.
    pub(super) fn is_last_gone(&self, found: Option<&[u8]>) -> bool {
        let expected = self.last.as_ref();
        expected.is_some_and(|(_, attempt)| found != Some(attempt.as_bytes()))
    }
}

/// What the server says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerIs {
    NotAsked,
    Same,
    /// Its data may not be what we told it.
    Changed,
}

/// What was heard of the memory.
#[derive(Debug)]
pub(super) struct Heard<'a> {
    /// What the key says, where it is there.
    pub(super) memory: Option<Memory<'a>>,
    /// Whether the key was written for another server.
    pub(super) is_anothers: bool,
    /// Whether the nonce that was used up last is gone.
    pub(super) is_last_gone: bool,
    pub(super) server: ServerIs,
    pub(super) at_ms: u64,
    pub(super) used: Option<Used<'a>>,
}

/// A memory that begins, and has to be written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begins {
    /// When, in milliseconds since 1970.
    pub(super) at_ms: u64,
    /// Whether another one was there before, so that deployments may be lost, too.
    pub(super) is_loss: bool,
}

impl Begins {
    /// Tells the operator.
    pub(super) fn log(self) {
        if self.is_loss {
            event::store_memory_lost();
        } else {
            event::store_memory_began();
        }
    }
}

impl Share {
    /// Since when nothing has been forgotten, if that is known.
    pub(super) fn began(&self) -> Option<SystemTime> {
        (self.began_ms > 0).then(|| time_of(self.began_ms))
    }

    pub(super) fn ask(&mut self, now: Instant, pause: Duration) -> Asked {
        let looked = self.looked.map(|at| now.saturating_duration_since(at));
        let looks = looked.is_none_or(|ago| ago >= pause);
        if looks {
            self.looked = Some(now);
        }
        let last = self.last.as_ref().filter(|last| looks && now < last.ends);
        Asked {
            at: now,
            losses: self.losses,
            is_writing: self.is_writing,
            looks,
            which: false,
            last: last.map(|last| (last.key.clone(), last.attempt.clone())),
        }
    }

    /// Whether nobody has looked for so long.
    pub(super) fn is_look_due(&self, now: Instant, pause: Duration) -> bool {
        let looked = self.looked.map(|at| now.saturating_duration_since(at));
        looked.is_none_or(|ago| ago >= pause)
    }

    /// Judges an answer. Returns the time at which a memory begins that has to be written down, if one
    /// does.
    ///
    /// What was asked before the last loss was noticed says nothing of a further one. Neither is a key
    /// missed while it is being written.
    pub(super) fn hear(
        &mut self,
        made_ms: u64,
        asked: &Asked,
        heard: &Heard<'_>,
    ) -> Option<Begins> {
        if asked.losses != self.losses {
            return None;
        }
        let memory = heard.memory.filter(|_| !heard.is_anothers);
        if let Some(memory) = memory {
            self.note(memory.began_ms(), heard.at_ms);
        }
        let is_changed = heard.server == ServerIs::Changed && !self.is_forewarned;
        let is_missing = memory.is_none() && !asked.is_writing;
        let is_lost = is_changed || is_missing || heard.is_last_gone;
        let is_loss = self.word_ms.is_some() || heard.memory.is_some();
        if heard.server != ServerIs::NotAsked {
            self.is_forewarned = false;
        }
        if is_lost {
            // Who has had no word with a server has told it nothing that it could have forgotten.
            let after_word_ms = self.word_ms.map_or(made_ms, |word_ms| word_ms + 1);
            self.note(after_word_ms.min(heard.at_ms), heard.at_ms);
            self.losses += 1;
            (self.last, self.later) = (None, None);
            self.is_writing = true;
            self.is_forewarned = heard.server != ServerIs::Changed;
        } else if asked.looks && self.later.is_some() {
            self.last = self.later.take();
        }
        if !is_lost || heard.used.is_some() {
            self.had_word(heard.at_ms);
        }
        if let Some(used) = &heard.used {
            let of = if asked.looks || self.last.is_none() {
                &mut self.last
            } else {
                &mut self.later
            };
            keep(of, asked.at, used);
        }
        is_lost.then_some(Begins {
            at_ms: self.began_ms,
            is_loss,
        })
    }

    /// The server answered, and has what we told it.
    pub(super) fn had_word(&mut self, at_ms: u64) {
        self.word_ms = Some(self.word_ms.map_or(at_ms, |word_ms| word_ms.max(at_ms)));
    }

    /// The key that says since when was written, if so at this time.
    pub(super) fn wrote(&mut self, at_ms: Option<u64>) {
        self.is_writing = false;
        if let Some(at_ms) = at_ms {
            self.had_word(at_ms);
        }
    }

    /// The time that a memory should be said to have begun at and is not, if so.
    pub(super) fn is_ahead_of(&self, memory: &Memory<'_>) -> Option<u64> {
        (memory.began_ms() < self.began_ms && !self.is_writing).then_some(self.began_ms)
    }

    /// Notes since when nothing has been forgotten. What was noted by a clock that is far ahead does not
    /// stay.
    fn note(&mut self, began_ms: u64, now_ms: u64) {
        self.began_ms = if self.began_ms > latest(now_ms) {
            began_ms
        } else {
            self.began_ms.max(began_ms)
        };
    }
}

/// Keeps what a look asks for. Of two answers that come at once, the later question counts.
fn keep(of: &mut Option<LastNonce>, asked: Instant, used: &Used<'_>) {
    let lasts = used.ttl.checked_sub(LAST_MARGIN);
    let Some(ends) = lasts.and_then(|lasts| asked.checked_add(lasts)) else {
        return;
    };
    let last = of.get_or_insert_with(|| LastNonce {
        key: String::new(),
        attempt: String::new(),
        asked,
        ends,
    });
    if last.asked <= asked {
        last.key.clear();
        last.key.push_str(used.key);
        last.attempt.clear();
        last.attempt.push_str(used.attempt);
        (last.asked, last.ends) = (asked, ends);
    }
}
