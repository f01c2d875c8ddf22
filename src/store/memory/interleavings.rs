//! Model checking with loom: every interleaving of a few threads at the store.
//!
//! Built by `tests/run` with `--cfg tower_lti_loom`.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use loom::thread;

use super::{MemoryStore, deployments::Deployments, nonces::Nonces};
use crate::{
    clock::SystemClock,
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    identity::RegistrationId,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{DeploymentStore, LaunchStore, StoreError, StoreErrorKind},
};

use DeploymentStatus::{Active, Disabled};

const EARLY: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(100);
const MINUTE: Duration = Duration::from_secs(60);

/// Runs the model in every interleaving, and prints how many there are.
fn in_every_interleaving(name: &str, model: impl Fn() + Send + Sync + 'static) {
    let tried = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tried);
    loom::model(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let tried = tried.load(Ordering::Relaxed);
    println!("{name}: {tried} interleavings");
    assert!(tried > 1, "there was nothing to interleave");
}

/// Runs `act` on a thread for each item, and collects the results.
fn side_by_side<T: Send + 'static, R: Send + 'static>(
    each: impl IntoIterator<Item = T>,
    act: impl Fn(T) -> R + Send + Sync + 'static,
) -> Vec<R> {
    let act = Arc::new(act);
    let threads: Vec<_> = each
        .into_iter()
        .map(|one| {
            let act = Arc::clone(&act);
            thread::spawn(move || act(one))
        })
        .collect();
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

/// A nonce of this shard, distinguished by `number`.
fn nonce(shard: u8, number: usize) -> OneTimeKey {
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    (0..)
        .map(|salt| OneTimeKey::new(&registration, &format!("{number}-{salt}")))
        .find(|key| key.digest()[0] % 2 == shard)
        .unwrap()
}

fn consume(nonces: &Nonces, nonce: &OneTimeKey, now: Duration) -> Result<NonceUse, StoreErrorKind> {
    let attempt = Attempt::new().unwrap();
    nonces
        .consume(nonce, &attempt, now, MINUTE)
        .map_err(|error: StoreError| error.kind())
}

fn firsts(answers: &[Result<NonceUse, StoreErrorKind>]) -> usize {
    let first = |answer: &&Result<NonceUse, _>| **answer == Ok(NonceUse::First);
    answers.iter().filter(first).count()
}

#[test]
fn of_three_uses_of_a_nonce_one_is_the_first() {
    in_every_interleaving("one nonce", || {
        let nonces = Arc::new(Nonces::new(10));
        let shared = Arc::clone(&nonces);

        let answers = side_by_side(0..3, move |_| consume(&shared, &nonce(0, 1), EARLY));

        assert_eq!(firsts(&answers), 1, "{answers:?}");
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!((nonces.count(), nonces.stored()), (1, 1));
    });
}

#[test]
fn a_retry_beside_another_attempt_is_answered_as_its_first_try_was() {
    in_every_interleaving("a retry", || {
        let nonces = Arc::new(Nonces::new(10));
        let ours = Attempt::new().unwrap();
        let theirs = Attempt::new().unwrap();
        let shared = Arc::clone(&nonces);

        let attempts = [ours.clone(), ours, theirs];
        let answers = side_by_side(attempts, move |attempt| {
            shared
                .consume(&nonce(0, 1), &attempt, EARLY, MINUTE)
                .unwrap()
        });

        use NonceUse::{First, Repeated};
        assert!(
            matches!(
                answers[..],
                [First, First, Repeated] | [Repeated, Repeated, First]
            ),
            "{answers:?}"
        );
    });
}

// Two shards share the last place.
#[test]
fn a_store_that_is_nearly_full_takes_no_more_than_it_may_and_forgets_nothing() {
    in_every_interleaving("the last place", || {
        let nonces = Arc::new(Nonces::new(2));
        let live = nonce(0, 1);
        assert_eq!(consume(&nonces, &live, EARLY), Ok(NonceUse::First));
        let new = [nonce(0, 2), nonce(1, 3)];
        let shared = Arc::clone(&nonces);

        let answers = side_by_side(new.clone(), move |nonce| consume(&shared, &nonce, EARLY));

        assert_eq!(firsts(&answers), 1, "{answers:?}");
        assert!(answers.contains(&Err(StoreErrorKind::Full)), "{answers:?}");
        assert_eq!((nonces.count(), nonces.stored()), (2, 2));
        assert_eq!(consume(&nonces, &live, EARLY), Ok(NonceUse::Repeated));
        for (nonce, answer) in new.iter().zip(answers) {
            let again = match answer {
                Ok(_) => Ok(NonceUse::Repeated),
                Err(kind) => Err(kind),
            };
            assert_eq!(consume(&nonces, nonce, EARLY), again);
        }
    });
}

#[test]
fn the_place_of_a_nonce_that_expired_is_taken_once() {
    in_every_interleaving("a place given back", || {
        let nonces = Arc::new(Nonces::new(2));
        assert_eq!(consume(&nonces, &nonce(0, 1), EARLY), Ok(NonceUse::First));
        let live = nonce(1, 2);
        assert_eq!(consume(&nonces, &live, LATE - EARLY), Ok(NonceUse::First));
        let new = [nonce(0, 3), nonce(1, 4)];
        let shared = Arc::clone(&nonces);

        let answers = side_by_side(new, move |nonce| consume(&shared, &nonce, LATE));

        assert_eq!(firsts(&answers), 1, "{answers:?}");
        assert_eq!((nonces.count(), nonces.stored()), (2, 2));
        assert_eq!(consume(&nonces, &live, LATE), Ok(NonceUse::Repeated));
    });
}

// An expired nonce that was not yet removed counts as new, once.
#[test]
fn an_expired_nonce_is_consumed_by_one() {
    in_every_interleaving("an expired nonce", || {
        let nonces = Arc::new(Nonces::new(2));
        for number in 1..=2 {
            consume(&nonces, &nonce(0, number), EARLY).unwrap();
        }
        let shared = Arc::clone(&nonces);

        let answers = side_by_side(0..2, move |_| consume(&shared, &nonce(0, 1), LATE));

        assert_eq!(firsts(&answers), 1, "{answers:?}");
        assert!(answers.contains(&Ok(NonceUse::Repeated)), "{answers:?}");
        assert_eq!(nonces.count(), nonces.stored());
    });
}

fn key() -> DeploymentKey {
    DeploymentKey::new(
        RegistrationId::new("https://lms.example", "tool-1"),
        "dep-1".into(),
    )
}

/// A record that is recognised by its time of creation.
fn made_at(seconds: u64, status: DeploymentStatus) -> Deployment {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    Deployment::new(key(), status, DeploymentOrigin::FirstLaunch, at)
}

#[test]
fn of_three_that_create_a_deployment_one_does_and_all_see_its_record() {
    in_every_interleaving("one deployment", || {
        let deployments = Arc::new(Deployments::new(10));
        let shared = Arc::clone(&deployments);

        let seen = side_by_side(1..=3, move |seconds| {
            let (kept, outcome) = shared.create(&made_at(seconds, Active), None).unwrap();
            (kept.created_at(), outcome)
        });

        let created = |(_, outcome): &&(_, _)| *outcome == DeploymentOutcome::Created;
        assert_eq!(seen.iter().filter(created).count(), 1);
        let kept = deployments.find(&key()).unwrap().created_at();
        assert!(seen.iter().all(|(at, _)| *at == kept));
        assert_eq!(deployments.count(), 1);
    });
}

#[derive(Clone, Copy)]
enum Act {
    Create,
    Disable,
    Remove,
}

/// What one of those acts saw.
#[derive(Debug, PartialEq)]
enum Seen {
    Created,
    Existing(DeploymentStatus),
    Disabled(bool),
    Removed(bool),
}

/// Runs these concurrently, and returns what each saw and what is stored in the end.
fn beside<const N: usize>(
    there: Option<DeploymentStatus>,
    acts: [Act; N],
) -> ([Seen; N], Option<DeploymentStatus>) {
    let deployments = Arc::new(Deployments::new(10));
    if let Some(status) = there {
        deployments.create(&made_at(1, status), None).unwrap();
    }
    let shared = Arc::clone(&deployments);
    let seen = side_by_side(acts, move |act| match act {
        Act::Create => {
            let new = made_at(2, Active);
            match shared.create(&new, None).unwrap() {
                (_, DeploymentOutcome::Created) => Seen::Created,
                (kept, DeploymentOutcome::Existing) => Seen::Existing(kept.status()),
            }
        }
        Act::Disable => {
            let disabled = shared.set_status(&key(), Disabled);
            Seen::Disabled(disabled.is_some())
        }
        Act::Remove => Seen::Removed(shared.remove(&key())),
    });
    let kept = deployments.find(&key());
    assert_eq!(deployments.count(), usize::from(kept.is_some()));
    let seen = seen.try_into().unwrap();
    (seen, kept.map(|kept| kept.status()))
}

#[test]
fn a_deployment_that_is_disabled_beside_launches_stays_disabled() {
    in_every_interleaving("disabled beside two creates", || {
        let (seen, kept) = beside(Some(Active), [Act::Create, Act::Create, Act::Disable]);
        assert_eq!(seen[2], Seen::Disabled(true));
        assert!(!seen.contains(&Seen::Created));
        assert_eq!(kept, Some(Disabled));
    });
}

#[test]
fn a_deployment_that_is_disabled_while_it_is_created_is_disabled_or_was_not_there_yet() {
    in_every_interleaving("disabled beside its creation", || {
        let (seen, kept) = beside(None, [Act::Create, Act::Disable]);
        assert_eq!(seen[0], Seen::Created);
        assert_eq!(seen[1], Seen::Disabled(kept == Some(Disabled)));
        assert!(kept.is_some());
    });
}

#[test]
fn a_deployment_that_is_removed_beside_a_launch_is_gone_or_created_again() {
    in_every_interleaving("removed beside a create", || {
        let (seen, kept) = beside(Some(Disabled), [Act::Create, Act::Remove]);
        assert_eq!(seen[1], Seen::Removed(true));
        match seen[0] {
            // Removed first: this is another deployment.
            Seen::Created => assert_eq!(kept, Some(Active)),
            ref rejected => {
                assert_eq!(*rejected, Seen::Existing(Disabled));
                assert_eq!(kept, None);
            }
        }
    });
}

#[test]
fn no_act_but_a_creation_brings_a_removed_deployment_back() {
    in_every_interleaving("removed beside two who disable", || {
        let (seen, kept) = beside(Some(Active), [Act::Disable, Act::Disable, Act::Remove]);
        assert_eq!((seen[2] == Seen::Removed(true), kept), (true, None));
    });
    in_every_interleaving("removed twice beside a create", || {
        let (seen, kept) = beside(Some(Active), [Act::Remove, Act::Remove, Act::Create]);
        let removed = seen
            .iter()
            .filter(|one| **one == Seen::Removed(true))
            .count();
        let left = usize::from(kept.is_some());
        assert_eq!(removed + left, 1 + usize::from(seen[2] == Seen::Created));
    });
}

/// The key of one of several deployments.
fn another_key(number: u64) -> DeploymentKey {
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    DeploymentKey::new(registration, format!("dep-{number}").into())
}

#[test]
fn the_last_place_for_a_deployment_is_taken_once() {
    in_every_interleaving("the last deployment", || {
        let deployments = Arc::new(Deployments::new(1));
        let shared = Arc::clone(&deployments);
        let created = side_by_side([another_key(0), another_key(1)], move |key| {
            let at = SystemTime::UNIX_EPOCH;
            let new = Deployment::new(key, Active, DeploymentOrigin::FirstLaunch, at);
            let created = shared.create(&new, None).is_ok();
            assert!(shared.count() <= 1);
            created
        });
        assert_eq!(created.iter().filter(|ok| **ok).count(), 1);
        assert_eq!(deployments.count(), 1);
    });
}

#[test]
fn the_last_place_of_a_registration_is_taken_once() {
    in_every_interleaving("the quota", || {
        let deployments = Arc::new(Deployments::new(10));
        let shared = Arc::clone(&deployments);
        let created = side_by_side([another_key(0), another_key(1)], move |key| {
            let at = SystemTime::UNIX_EPOCH;
            let new = Deployment::new(key, Active, DeploymentOrigin::FirstLaunch, at);
            shared.create(&new, Some(1)).is_ok()
        });
        assert_eq!(created.iter().filter(|ok| **ok).count(), 1);
        assert_eq!(deployments.count(), 1);
    });
}

/// The result of a store that never waits.
fn at_once<T>(asked: impl Future<Output = Result<T, StoreError>>) -> T {
    match pin!(asked).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.unwrap(),
        Poll::Pending => panic!("the store waits"),
    }
}

// The store calls of a launch, in order.
#[test]
fn of_two_first_launches_both_get_in_and_one_creates() {
    in_every_interleaving("two first launches", || {
        let store = MemoryStore::new(Arc::new(SystemClock::new()), 10, 10);
        let shared = store.clone();
        let seen = side_by_side(1..=2, move |number| {
            let attempt = Attempt::new().unwrap();
            let (nonce, key) = (nonce(0, number), key());
            let asked = shared.consume_and_find(&nonce, &attempt, MINUTE, &key);
            match at_once(asked) {
                (NonceUse::Repeated, _) => None,
                (NonceUse::First, Some(_)) => Some(DeploymentOutcome::Existing),
                (NonceUse::First, None) => {
                    Some(at_once(shared.create(&made_at(1, Active), None)).1)
                }
            }
        });
        let got_in = seen.iter().flatten();
        assert_eq!(got_in.clone().count(), 2, "{seen:?}");
        let created = |outcome: &&DeploymentOutcome| **outcome == DeploymentOutcome::Created;
        assert_eq!(got_in.filter(created).count(), 1, "{seen:?}");
        assert_eq!((store.nonce_count(), store.deployment_count()), (2, 1));
    });
}
