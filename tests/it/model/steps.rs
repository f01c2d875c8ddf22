//! What can happen, and sequences of it.

use proptest::{collection::vec, prelude::*};

use super::{mutations::MUTATIONS, world::Act};

/// The registrations, and the deployments of each, that things happen to.
pub(super) const REGISTRATIONS: usize = 3;
pub(super) const DEPLOYMENTS: usize = 2;

/// One thing that happens. Numbers of logins and launches are taken modulo how many there are.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A login is begun.
    LogIn { registration: usize },
    /// A login comes back with a new token, right or wrong in one thing.
    Launch {
        login: usize,
        deployment: usize,
        rejecting: bool,
        wrong: Option<usize>,
    },
    /// A launch that used up its nonce is posted again as it was.
    Replay {
        launch: usize,
        rejecting: bool,
        with_cookie: bool,
    },
    /// Time passes.
    Wait { seconds: u64 },
    /// Somebody sets the time of day back.
    SetBack { seconds: u64 },
    /// An administrator does something about a deployment.
    Administer {
        registration: usize,
        deployment: usize,
        act: Act,
    },
}

/// A deployment and its registration, most often the first: much is to happen to one of them.
fn place() -> impl Strategy<Value = (usize, usize)> {
    let all = (0..REGISTRATIONS, 0..DEPLOYMENTS);
    prop_oneof![3 => Just((0, 0)), 2 => all]
}

/// Sequences of up to 40 steps.
pub(super) fn sequences() -> impl Strategy<Value = Vec<Step>> {
    let log_in = place().prop_map(|(registration, _)| Step::LogIn { registration });
    let wrong = prop_oneof![3 => Just(None), 2 => (0..MUTATIONS.len()).prop_map(Some)];
    let launch = (any::<usize>(), place(), any::<bool>(), wrong).prop_map(
        |(login, (_, deployment), rejecting, wrong)| Step::Launch {
            login,
            deployment,
            rejecting,
            wrong,
        },
    );
    let replay = (any::<usize>(), any::<bool>(), prop::bool::weighted(0.8)).prop_map(
        |(launch, rejecting, with_cookie)| Step::Replay {
            launch,
            rejecting,
            with_cookie,
        },
    );
    let wait = prop_oneof![
        4 => 1..90_u64,
        3 => 90..700_u64,
        1 => 700..15_000_u64,
    ];
    let set_back = prop_oneof![2 => 1..120_u64, 1 => 120..4_000_u64];
    let acts = prop_oneof![
        2 => Just(Act::Disable),
        1 => Just(Act::Suspend),
        3 => Just(Act::Activate),
        1 => Just(Act::Remove),
    ];
    let administer =
        (place(), acts).prop_map(|((registration, deployment), act)| Step::Administer {
            registration,
            deployment,
            act,
        });
    let step = prop_oneof![
        6 => log_in,
        9 => launch,
        4 => replay,
        3 => wait.prop_map(|seconds| Step::Wait { seconds }),
        1 => set_back.prop_map(|seconds| Step::SetBack { seconds }),
        2 => administer,
    ];
    vec(step, 1..=40)
}
