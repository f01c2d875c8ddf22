//! Looks at the servers: when a connection is made, every second, and what is written down after a loss.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout},
};

use super::{
    connection::{Connection, Live},
    fault::Fault,
    inspection::Inspection,
    line::Line,
    memory::Memory,
    set_once::text,
    share::{Begins, Heard, ServerIs},
};

/// How often a server is looked at while no launch does so.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How many shares of a cluster are read at once, beside launches.
const SHARES_AT_ONCE: usize = 4;

impl Connection {
    /// Writes down since when the server of a share remembers.
    pub(super) fn begin_memory(self: &Arc<Self>, share: usize, begins: Begins) {
        begins.log();
        let commands = self.memory_write(share, begins.at_ms);
        let connection = Arc::clone(self);
        tokio::spawn(async move {
            let mut writing = connection.remembered.writing(share);
            // Should this fail, the next launch finds no memory either.
            let written = connection.ask_again(&commands, |_| Ok(())).await;
            writing.done_at_ms = written.is_ok().then(|| connection.now_ms());
        });
    }

    /// Reads since when the server that was connected to remembers, or each of many.
    pub(super) async fn see_memories(
        self: &Arc<Self>,
        line: &mut Line,
        inspection: &Inspection,
        asked: Instant,
    ) -> Result<(), Fault> {
        if self.settings().servers.are_many() {
            let at_most = self.settings().one_try / 2;
            // One of many servers that does not answer is asked beside the next nonce that it is told.
            let _ = timeout(at_most, self.look_at_many(line, Duration::ZERO)).await;
            return Ok(());
        }
        let is_stranger = !self.remembered.has_met();
        let server = self.remembered.meet(inspection, asked);
        let is_anothers = |memory: &Memory<'_>| {
            if is_stranger {
                !self.remembered.is_of_its_data(memory)
            } else {
                !self.remembered.is_its(memory)
            }
        };
        self.see(line, 0, server, is_anothers).await
    }

    /// Looks at the servers, unless launches have just done so, and connects anew where the connection is
    /// gone: who hears nothing of a server cannot tell what it was told by others meanwhile.
    pub(super) async fn look(self: &Arc<Self>) {
        let Some(live) = self.current() else {
            let _ = Arc::clone(self).connect(false).await;
            return;
        };
        let mut line = live.line();
        let one_try = self.settings().one_try;
        if self.settings().servers.are_many() {
            let _ = timeout(one_try, self.look_at_many(&mut line, BETWEEN_LOOKS)).await;
        } else if self.remembered.is_look_due(0, BETWEEN_LOOKS) {
            let looked = timeout(one_try, self.look_at_one(&mut line, &live)).await;
            if let Err(fault) = looked.unwrap_or(Err(Fault::TimedOut))
                && self.leave_if_spoilt(&live, &fault)
            {
                let _ = Arc::clone(self).connect(false).await;
            }
        }
    }

    async fn look_at_one(&self, line: &mut Line, live: &Live) -> Result<(), Fault> {
        let asked = Instant::now();
        let mut which = ServerIs::NotAsked;
        if self.remembered.says_which() {
            let [server, replication] = line.sections().await?;
            which = self.remembered.hear_of_server(server, replication, asked);
        }
        let is_anothers = |memory: &Memory<'_>| live.is_anothers(self.remembered.is_its(memory));
        self.see(line, 0, which, is_anothers).await
    }

    /// Looks at each master of a cluster, and at each share that was not looked at for so long.
    async fn look_at_many(self: &Arc<Self>, line: &mut Line, pause: Duration) {
        let asked = Instant::now();
        // One that is down answers when it is back.
        let told = line.sections_of_each().await;
        let mut which = ServerIs::NotAsked;
        if let Ok(told) = &told {
            self.remembered.meet_each(told, asked);
            which = ServerIs::Same;
        }
        let changed = Arc::new(self.remembered.changed());
        // A few at once: launches go over the same connection.
        let places = Arc::new(Semaphore::new(SHARES_AT_ONCE));
        let mut seeing = JoinSet::new();
        for share in 0..self.settings().keys.memories().len() {
            if changed.is_empty() && !self.remembered.is_look_due(share, pause) {
                continue;
            }
            let (mut line, connection) = (line.clone(), Arc::clone(self));
            let changed = Arc::clone(&changed);
            let places = Arc::clone(&places);
            seeing.spawn(async move {
                let _place = places.acquire_owned().await;
                let mut which = which;
                if !changed.is_empty() {
                    let key = connection.settings().keys.memory(share);
                    let run_id = line.run_id_for(key).await?;
                    let seen = connection.remembered.share(share).changes;
                    if changed.has(&run_id, seen) {
                        which = ServerIs::Changed;
                    }
                }
                let seen = connection.see(&mut line, share, which, |_| false).await;
                if seen.is_ok() {
                    connection.remembered.share(share).changes = changed.number();
                }
                seen
            });
        }
        let seen = seeing.join_all().await;
        if seen.iter().all(Result::is_ok) {
            self.remembered.settled(&changed);
        }
    }

    /// Reads since when the server of a share remembers, and whether it has the nonce that was used up last;
    /// and writes down since when, where that changed.
    async fn see(
        &self,
        line: &mut Line,
        share: usize,
        server: ServerIs,
        is_anothers: impl Fn(&Memory<'_>) -> bool,
    ) -> Result<(), Fault> {
        let asked = self.remembered.ask(share, Duration::ZERO);
        let mut get = redis::pipe();
        get.cmd("GET").arg(self.settings().keys.memory(share));
        if let Some(last) = asked.last_key() {
            get.cmd("GET").arg(last);
        }
        let mut replies = Vec::new();
        for reply in line.send(&get).await? {
            replies.push(text(Some(reply.extract_error()?))?);
        }
        let mut replies = replies.into_iter();
        let (memory, last) = (replies.next().flatten(), replies.next().flatten());
        let at_ms = self.now_ms();
        let memory = Memory::read(memory.as_deref(), at_ms);
        let heard = Heard {
            memory,
            is_anothers: memory.as_ref().is_some_and(is_anothers),
            is_last_gone: asked.is_last_gone(last.as_deref()),
            server,
            at_ms,
            used: None,
        };
        let begins = self.remembered.hear(share, &asked, &heard);
        if let Some(begins) = begins {
            begins.log();
        }
        let unwritten = || self.remembered.share(share).is_ahead_of(&memory?);
        let Some(began_ms) = begins.map(|begins| begins.at_ms).or_else(unwritten) else {
            return Ok(());
        };
        let mut writing = self.remembered.writing(share);
        for reply in line.send(&self.memory_write(share, began_ms)).await? {
            reply.extract_error()?;
        }
        writing.done_at_ms = Some(at_ms);
        Ok(())
    }

    fn memory_write(&self, share: usize, began_ms: u64) -> redis::Pipeline {
        let memory = Memory::text(&self.remembered.server_text(), began_ms);
        let mut commands = redis::pipe();
        commands
            .cmd("SET")
            .arg(self.settings().keys.memory(share))
            .arg(memory);
        commands
    }
}
