//! Whether a history is what one call after another could have led to.

use std::collections::{BTreeSet, HashMap};

use tower_lti::deployment::DeploymentStatus;

use super::{
    history::{Call, Creation, Seen, Used, What},
    plan::PLACES,
};

/// What is kept of each place; nothing at first.
type State = [Option<Seen>; PLACES];

/// Says what is wrong with a history that begins with an empty store, if anything is.
pub(super) fn check(calls: &[Call]) -> Result<(), String> {
    nonces_are_used_once(calls)
        .and_then(|()| records_are_whole(calls))
        .and_then(|()| Search::new(calls).explain())
        .map_err(|why| {
            let mut sorted: Vec<_> = calls.iter().collect();
            sorted.sort_by_key(|call| call.start);
            let lines = sorted.iter().map(|call| line(call));
            format!("{why}; the history:\n{}", lines.collect::<String>())
        })
}

fn line(call: &Call) -> String {
    let Call {
        actor,
        start,
        end,
        what,
    } = call;
    format!("{start:>4} to {end:>4}, actor {actor}: {what:?}\n")
}

/// Of all that come with one nonce exactly one is the first, and nobody is told of it too early.
fn nonces_are_used_once(calls: &[Call]) -> Result<(), String> {
    let used = |call: &Call| match call.what {
        What::Consume { nonce, used } => Some((nonce, used)),
        _ => None,
    };
    let nonces: BTreeSet<_> = calls.iter().filter_map(used).map(|(n, _)| n).collect();
    for nonce in nonces {
        let with = |wanted| {
            let call = move |call: &&Call| used(call) == Some((nonce, wanted));
            calls.iter().filter(call)
        };
        let firsts: Vec<_> = with(Used::First).collect();
        let [first] = firsts[..] else {
            return Err(format!("nonce {nonce} was used {} times", firsts.len()));
        };
        if with(Used::Repeated).any(|repeated| repeated.end < first.start) {
            return Err(format!("nonce {nonce} was a replay before it was used"));
        }
    }
    Ok(())
}

/// The time and the origin that anybody sees are those of one creation, which had begun by then.
fn records_are_whole(calls: &[Call]) -> Result<(), String> {
    for call in calls {
        let (place, seen) = match call.what {
            What::Find { place, answer }
            | What::SetStatus { place, answer, .. }
            | What::Approve { place, answer } => (place, answer),
            What::Create { place, answer, .. } => match answer {
                Creation::Created(seen) | Creation::Existing(seen) => (place, Some(seen)),
                Creation::QuotaReached => continue,
            },
            What::Consume { .. } | What::Remove { .. } => continue,
        };
        let Some(seen) = seen else { continue };
        let is_of = |creation: &Call| match creation.what {
            What::Create { place: at, new, .. } => {
                at == place && same_creation(&new, &seen) && creation.start <= call.end
            }
            _ => false,
        };
        if !calls.iter().any(is_of) {
            return Err(format!("a record of no creation: {}", line(call)));
        }
    }
    Ok(())
}

fn same_creation(one: &Seen, other: &Seen) -> bool {
    (one.created_at_ms, one.origin) == (other.created_at_ms, other.origin)
}

/// Looks for an order of the calls in which every answer is right. One that had ended before another
/// began stays before it.
struct Search<'a> {
    calls: Vec<&'a Call>,
    /// What was tried in vain: the calls that were done, as bits, and what was kept then.
    tried: HashMap<u64, Vec<State>>,
    /// The most calls that were explained.
    deepest: u64,
}

impl<'a> Search<'a> {
    fn new(calls: &'a [Call]) -> Self {
        let calls: Vec<_> = calls
            .iter()
            .filter(|call| !matches!(call.what, What::Consume { .. }))
            .collect();
        assert!(calls.len() < 64, "a round is small");
        Self {
            calls,
            tried: HashMap::new(),
            deepest: 0,
        }
    }

    fn explain(mut self) -> Result<(), String> {
        if self.goes_on(0, State::default()) {
            return Ok(());
        }
        let open = (0..self.calls.len()).filter(|call| self.deepest & (1 << call) == 0);
        let open: String = open.map(|call| line(self.calls[call])).collect();
        Err(format!(
            "no order explains the answers; at best left:\n{open}"
        ))
    }

    fn goes_on(&mut self, mut done: u64, state: State) -> bool {
        // What is right now and would change nothing at any time may as well be now.
        while let Some(call) = self.next(done).find(|call| {
            let what = &self.calls[*call].what;
            changes_nothing(what) && after(&state, what).is_some()
        }) {
            done |= 1 << call;
        }
        if done.count_ones() >= self.deepest.count_ones() {
            self.deepest = done;
        }
        if done.count_ones() as usize == self.calls.len() {
            return true;
        }
        let tried = self.tried.entry(done).or_default();
        if tried.contains(&state) {
            return false;
        }
        tried.push(state);
        let next: Vec<_> = self.next(done).collect();
        next.into_iter().any(|call| {
            after(&state, &self.calls[call].what)
                .is_some_and(|state| self.goes_on(done | (1 << call), state))
        })
    }

    /// The calls that may come next: those that began before any other open one had ended.
    fn next(&self, done: u64) -> impl Iterator<Item = usize> {
        let open = move |call: &usize| done & (1 << call) == 0;
        let all = 0..self.calls.len();
        let ends = all.clone().filter(open).map(|call| self.calls[call].end);
        let first_end = ends.min().unwrap_or(0);
        all.filter(open)
            .filter(move |call| self.calls[*call].start < first_end)
    }
}

/// Whether a call that was answered so cannot have changed anything.
fn changes_nothing(what: &What) -> bool {
    match what {
        What::Consume { .. } | What::Find { .. } => true,
        What::Create { answer, .. } => !matches!(answer, Creation::Created(_)),
        What::SetStatus { answer, .. } => answer.is_none(),
        What::Approve { answer, .. } => {
            answer.is_none_or(|kept| kept.status == DeploymentStatus::Disabled)
        }
        What::Remove { answer, .. } => !answer,
    }
}

/// What is kept after a call, if its answer is right.
fn after(state: &State, what: &What) -> Option<State> {
    let mut then = *state;
    let right = match *what {
        What::Consume { .. } => true,
        What::Find { place, answer } => state[place] == answer,
        What::Create {
            place,
            new,
            quota,
            answer,
        } => {
            let room = quota.is_none_or(|most| state.iter().flatten().count() < most);
            match answer {
                Creation::Created(kept) => {
                    then[place] = Some(new);
                    kept == new && state[place].is_none() && room
                }
                Creation::Existing(kept) => state[place] == Some(kept),
                Creation::QuotaReached => state[place].is_none() && !room,
            }
        }
        What::SetStatus {
            place,
            status,
            answer,
        } => {
            then[place] = state[place].map(|kept| Seen { status, ..kept });
            then[place] == answer
        }
        What::Approve { place, answer } => {
            let approved = |kept: Seen| match kept.status {
                DeploymentStatus::Pending => Seen {
                    status: DeploymentStatus::Active,
                    ..kept
                },
                _ => kept,
            };
            then[place] = state[place].map(approved);
            then[place] == answer
        }
        What::Remove { place, answer } => {
            then[place] = None;
            state[place].is_some() == answer
        }
    };
    right.then_some(then)
}
