//! What this process knows of the memory of its servers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::{
    inspection::Inspection,
    lineage::KnownLineage,
    masters::{Changed, Masters},
    memory::Memory,
    server_clock::ServerClock,
    share::{Asked, Begins, Heard, ServerIs, Share},
};

/// All servers, and the shares of the nonces that they keep: one, or many in a cluster.
#[derive(Debug)]
pub(super) struct Remembered {
    /// When this store was made, in milliseconds since 1970.
    made_ms: u64,
    server: Mutex<Server>,
    masters: Mutex<Masters>,
    shares: Box<[Mutex<Share>]>,
}

/// The one server, where it is one that says which.
#[derive(Debug, Default)]
struct Server {
    lineage: KnownLineage,
    clock: ServerClock,
    /// Whether it refused to say which one it is.
    is_silent: bool,
    /// Whether its data may not be what we told it, and nobody has judged by that yet.
    is_changed: bool,
}

impl Remembered {
    pub(super) fn new(shares: usize, made_ms: u64) -> Self {
        Self {
            made_ms,
            server: Mutex::default(),
            masters: Mutex::default(),
            shares: (0..shares.max(1)).map(|_| Mutex::default()).collect(),
        }
    }

    /// Since when the server of this share has forgotten nothing.
    pub(super) fn share_began(&self, share: usize) -> Option<SystemTime> {
        self.share(share).began()
    }

    /// What is to be asked beside a nonce of this share. A look at the server itself comes no sooner than
    /// `pause` after the last one.
    pub(super) fn ask(&self, share: usize, pause: Duration) -> Asked {
        let mut asked = self.share(share).ask(Instant::now(), pause);
        asked.which = asked.looks && self.says_which();
        asked
    }

    /// The server does not say any more which one it is.
    pub(super) fn is_silent(&self) {
        lock(&self.server).is_silent = true;
    }

    /// Whether the server says which one it is, and is to be asked.
    pub(super) fn says_which(&self) -> bool {
        let server = lock(&self.server);
        server.lineage.is_some() && !server.is_silent
    }

    /// Whether nobody has looked at this share for so long.
    pub(super) fn is_look_due(&self, share: usize, pause: Duration) -> bool {
        self.share(share).is_look_due(Instant::now(), pause)
    }

    /// [`meet`](Self::meet), for each master of a cluster.
    pub(super) fn meet_each(&self, told: &BTreeMap<String, String>, asked: Instant) {
        lock(&self.masters).meet(told, asked, Instant::now());
    }

    /// The masters of a cluster whose data may not be what we told them, until what that means is
    /// [`settled`](Self::settled).
    pub(super) fn changed(&self) -> Changed {
        lock(&self.masters).changed()
    }

    pub(super) fn settled(&self, changed: &Changed) {
        lock(&self.masters).settle(changed);
    }

    /// [`meet`](Self::meet), by two sections of what the server says.
    pub(super) fn hear_of_server(
        &self,
        server: Option<Vec<u8>>,
        replication: Option<Vec<u8>>,
        asked: Instant,
    ) -> ServerIs {
        let (Some(mut told), Some(more)) = (server, replication) else {
            return ServerIs::NotAsked;
        };
        told.extend(more);
        self.meet(&Inspection::of(&String::from_utf8_lossy(&told)), asked)
    }

    /// Takes note of what the one server says of itself, and says whether its data is not that of the one
    /// before, or may have expired too early. Says so until an answer is judged by it.
    pub(super) fn meet(&self, inspection: &Inspection, asked: Instant) -> ServerIs {
        let Some(lineage) = &inspection.lineage else {
            return ServerIs::NotAsked;
        };
        let mut server = lock(&self.server);
        server.is_silent = false;
        let has_moved = server.lineage.meet(lineage);
        if has_moved {
            server.clock.forget();
        }
        let is_forward = inspection
            .time_ms
            .is_some_and(|time_ms| server.clock.was_set_forward(time_ms, asked, Instant::now()));
        server.is_changed |= has_moved || is_forward;
        if server.is_changed {
            ServerIs::Changed
        } else {
            ServerIs::Same
        }
    }

    /// Whether this is the memory of the one server. One whose history is not the one that the memory was
    /// written in has been noticed by [`meet`](Self::meet) unless nobody had met it before.
    pub(super) fn is_its(&self, memory: &Memory<'_>) -> bool {
        lock(&self.server).lineage.is_run(memory.server())
    }

    /// Judges what was heard beside a nonce of this share. Returns the time at which a memory begins that
    /// has to be written down, if one does.
    pub(super) fn hear(&self, share: usize, asked: &Asked, heard: &Heard<'_>) -> Option<Begins> {
        if heard.server == ServerIs::Changed {
            lock(&self.server).is_changed = false;
        }
        self.share(share).hear(self.made_ms, asked, heard)
    }

    /// The key that says since when the server of this share remembers is being written.
    pub(super) fn writing(&self, share: usize) -> Writing<'_> {
        Writing {
            remembered: self,
            share,
            done_at_ms: None,
        }
    }

    /// Whether this is the memory of the data that the one server has.
    pub(super) fn is_of_its_data(&self, memory: &Memory<'_>) -> bool {
        lock(&self.server).lineage.continues(memory.server())
    }

    /// Whether the one server has said which one it is.
    pub(super) fn has_met(&self) -> bool {
        lock(&self.server).lineage.is_some()
    }

    pub(super) fn share(&self, share: usize) -> MutexGuard<'_, Share> {
        lock(&self.shares[share % self.shares.len()])
    }

    /// How the server is named where its memory is written down.
    pub(super) fn server_text(&self) -> String {
        lock(&self.server).lineage.text()
    }
}

/// A key is being written, for as long as this is there.
pub(super) struct Writing<'a> {
    remembered: &'a Remembered,
    share: usize,
    /// When it was written, if it was.
    pub(super) done_at_ms: Option<u64>,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.remembered.share(self.share).wrote(self.done_at_ms);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
