//! What the server lets us do beyond `SET` and `GET`, and what is said where it does not.
//!
//! Commands may be renamed, forbidden to us, forbidden within scripts, or not be there at all in a managed
//! Redis. Launches need none of these.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{Cmd, Value};
use tokio::time::Instant;

use super::{connection::Connection, fault::Fault, line::Line, own_line::OwnLine};
use crate::observe::event;

/// Does what the script that creates a deployment does to the list of its registration.
const TRY_SCRIPT: &str = "\
redis.call('ZSCORE', KEYS[1], 'x')
redis.call('ZCARD', KEYS[1])
redis.call('ZADD', KEYS[1], 0, 'x')
redis.pcall('ZREM', KEYS[1], 'x')
return 1";

/// How long after deployments could not be listed it is tried again.
const BETWEEN_LISTINGS: Duration = Duration::from_secs(1);

/// What was told of a connection, and what goes on beside launches.
#[derive(Default)]
pub(super) struct Abilities {
    told_no_scripts: AtomicBool,
    told_no_lists: AtomicBool,
    told_no_transactions: AtomicBool,
    /// Held by who counts and enters a new deployment without a script.
    pub(super) counting: tokio::sync::Mutex<()>,
    listing: Mutex<Listing>,
}

#[derive(Default)]
struct Listing {
    is_under_way: bool,
    not_before: Option<Instant>,
}

impl Abilities {
    /// Logs once for a connection that there are no scripts.
    pub(super) fn lack_scripts(&self) {
        if !self.told_no_scripts.swap(true, Ordering::Relaxed) {
            event::store_scripts_missing();
        }
    }

    /// Logs once for a connection that deployments cannot be listed.
    pub(super) fn lack_lists(&self) {
        if !self.told_no_lists.swap(true, Ordering::Relaxed) {
            event::store_lists_missing();
        }
    }

    fn lack_transactions(&self) {
        if !self.told_no_transactions.swap(true, Ordering::Relaxed) {
            event::store_transactions_missing();
        }
    }

    fn begin_anew(&self) {
        for told in [
            &self.told_no_scripts,
            &self.told_no_lists,
            &self.told_no_transactions,
        ] {
            told.store(false, Ordering::Relaxed);
        }
    }

    /// Whether a deployment that is not listed may be entered in its list now, beside a launch. Whoever is
    /// told so says how it went with [`has_listed`](Self::has_listed).
    pub(super) fn may_list(&self) -> bool {
        let mut listing = self.listing();
        let is_too_soon = listing.not_before.is_some_and(|at| Instant::now() < at);
        let may = !listing.is_under_way && !is_too_soon;
        listing.is_under_way |= may;
        may
    }

    pub(super) fn has_listed(&self, done: bool) {
        let mut listing = self.listing();
        listing.is_under_way = false;
        listing.not_before = (!done).then(|| Instant::now() + BETWEEN_LISTINGS);
    }

    fn listing(&self) -> std::sync::MutexGuard<'_, Listing> {
        self.listing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Sees what the server lets us do, and logs what it does not.
    pub(super) async fn see_abilities(&self, line: &mut Line) -> Result<(), Fault> {
        self.abilities.begin_anew();
        let list = self.settings().keys.check_list();
        let mut script = redis::cmd("EVAL");
        script.arg(TRY_SCRIPT).arg(1).arg(&list);
        if !is_refused(line, script).await? {
            return Ok(());
        }
        self.abilities.lack_scripts();
        let mut add = redis::cmd("ZADD");
        add.arg(&list).arg(0).arg("x");
        if is_refused(line, add).await? {
            self.abilities.lack_lists();
        } else {
            let mut remove = redis::cmd("ZREM");
            remove.arg(&list).arg("x");
            is_refused(line, remove).await?;
        }
        // Over a connection of its own: a transaction that cannot be ended would take this one with it.
        let tried = async {
            let mut apart = OwnLine::to(self, &list).await?;
            apart.watch(&self.settings().keys.check()).await?;
            apart.ask(&redis::cmd("MULTI")).await?;
            apart.ask(&redis::cmd("EXEC")).await
        };
        if tried.await.is_err_and(|fault| fault.is_no_way()) {
            self.abilities.lack_transactions();
        }
        Ok(())
    }
}

/// Whether the server does not let us use a command. Whatever else it answers says nothing of that.
async fn is_refused(line: &mut Line, command: Cmd) -> Result<bool, Fault> {
    let mut commands = redis::pipe();
    commands.add_command(command);
    let told = line.send(&commands).await.and_then(|mut replies| {
        let reply = replies.pop().unwrap_or(Value::Nil);
        reply.extract_error()
    });
    match told.map_err(Fault::from) {
        Ok(_) => Ok(false),
        Err(fault) if fault.is_reply() => Ok(fault.is_command_refused()),
        Err(fault) => Err(fault),
    }
}
