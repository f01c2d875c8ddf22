//! How many registrations go on at once, and how many begin in a minute.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use crate::{
    dynamic_registration::RegistrationFailure, form::BodyBudget, observe::RejectionRateLimit,
    tool::LtiTool,
};

/// How many ask a platform at once.
const AT_ONCE: usize = 4;

/// How many more wait for their turn.
const MOST_WAITING: usize = 64;

/// How long a turn is waited for: longer than one request of another takes.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(12);

/// How many bytes of forms are held at once, apart from those of logins and launches.
const MAX_FORM_BYTES: usize = 1024 * 1024;

const MINUTE: Duration = Duration::from_secs(60);

/// Who asks for a turn: turns are shared out between invites, or hosts where there are none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Party(String);

impl Party {
    pub(super) fn new(invite: Option<&str>, host: Option<&str>) -> Self {
        Self(match invite {
            Some(invite) => format!("invite {invite}"),
            None => format!("host {}", host.unwrap_or_default()),
        })
    }
}

/// What a turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A configuration is fetched.
    Show,
    /// Something is posted, or a registration managed: it goes before all that are only shown.
    Confirm,
}

/// The turns of one tool, shared by all that register for it.
pub(super) struct Turns {
    queue: Mutex<Queue>,
    begun: Mutex<VecDeque<Duration>>,
    pub(super) bodies: BodyBudget,
    pub(super) failures: RejectionRateLimit,
}

#[derive(Default)]
struct Queue {
    running: HashMap<Party, usize>,
    /// In the order that they came.
    waiting: Vec<Waiter>,
}

struct Waiter {
    party: Party,
    step: Step,
    told: oneshot::Sender<Turn>,
}

/// A turn, until it is dropped; then it is the next one's.
pub(super) struct Turn {
    turns: Arc<Turns>,
    party: Party,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            queue: Mutex::default(),
            begun: Mutex::default(),
            bodies: BodyBudget::new(MAX_FORM_BYTES),
            failures: RejectionRateLimit::for_kinds(RegistrationFailure::ALL.len()),
        }
    }
}

impl Turns {
    /// Counts a registration that begins.
    pub(super) fn begin(
        &self,
        tool: &LtiTool,
        most_a_minute: Option<u32>,
    ) -> Result<(), RegistrationFailure> {
        let Some(most) = most_a_minute else {
            return Ok(());
        };
        let now = tool.clock().monotonic();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        while begun
            .front()
            .is_some_and(|before| now.saturating_sub(*before) >= MINUTE)
        {
            begun.pop_front();
        }
        if begun.len() >= most as usize {
            return Err(RegistrationFailure::TooManyRequests);
        }
        begun.push_back(now);
        Ok(())
    }

    /// Waits for a turn to ask a platform. Where several wait, it goes to those who have none, and among these to what is
    /// confirmed before what is shown.
    pub(super) async fn take(
        self: &Arc<Self>,
        began: Instant,
        party: Party,
        step: Step,
    ) -> Result<Turn, RegistrationFailure> {
        let waiting = {
            let mut queue = self.queue();
            queue.waiting.retain(|waiter| !waiter.told.is_closed());
            if queue.taken() < AT_ONCE {
                queue.count(&party);
                let turns = Arc::clone(self);
                return Ok(Turn { turns, party });
            }
            if queue.waiting.len() >= MOST_WAITING && !queue.make_room_for(&party, step) {
                return Err(RegistrationFailure::Busy);
            }
            let (told, waiting) = oneshot::channel();
            queue.waiting.push(Waiter { party, step, told });
            waiting
        };
        match timeout_at(began + LONGEST_WAIT, waiting).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(RegistrationFailure::Busy),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn taken(&self) -> usize {
        self.running.values().sum()
    }

    fn count(&mut self, party: &Party) {
        *self.running.entry(party.clone()).or_default() += 1;
    }

    fn give_back(&mut self, party: &Party) {
        if let Some(turns) = self.running.get_mut(party) {
            *turns -= 1;
            if *turns == 0 {
                self.running.remove(party);
            }
        }
    }

    /// The one whose turn it is.
    fn next(&mut self) -> Option<Waiter> {
        self.waiting.retain(|waiter| !waiter.told.is_closed());
        let order = |waiter: &Waiter| {
            let has = self.running.get(&waiter.party).copied();
            let (has, is_shown) = (has.unwrap_or_default(), waiter.step == Step::Show);
            // A platform that is slow to show its configuration does not keep back what it had shown before.
            let has_enough = has > usize::from(!is_shown);
            (has_enough, is_shown, has)
        };
        let waiting = self.waiting.iter().enumerate();
        let (at, _) = waiting.min_by_key(|(_, waiter)| order(waiter))?;
        Some(self.waiting.remove(at))
    }

    /// Turns away the last of those who wait to be shown something, of the party that has most of them, where the newcomer
    /// has a better claim.
    fn make_room_for(&mut self, party: &Party, step: Step) -> bool {
        let mut shown: HashMap<&Party, usize> = HashMap::new();
        for waiter in self.waiting.iter().filter(|one| one.step == Step::Show) {
            *shown.entry(&waiter.party).or_default() += 1;
        }
        let own = shown.get(party).copied().unwrap_or_default();
        let Some((most, count)) = shown.into_iter().max_by_key(|(_, count)| *count) else {
            return false;
        };
        if step == Step::Show && count <= own + 1 {
            return false;
        }
        let is_last = |one: &Waiter| one.step == Step::Show && one.party == *most;
        let Some(at) = self.waiting.iter().rposition(is_last) else {
            return false;
        };
        self.waiting.remove(at);
        true
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut queue = self.turns.queue();
            queue.give_back(&self.party);
            let next = queue.next();
            if let Some(next) = &next {
                queue.count(&next.party);
            }
            next
        };
        if let Some(next) = next {
            let turns = Arc::clone(&self.turns);
            let turn = Self {
                turns,
                party: next.party,
            };
            // One that waits no more hands it on as it is dropped.
            let _ = next.told.send(turn);
        }
    }
}
