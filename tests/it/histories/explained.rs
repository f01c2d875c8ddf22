//! Small histories, and whether the checker explains them.

use tower_lti::deployment::DeploymentStatus::{self, Active, Disabled, Pending};

use super::{
    check,
    history::{Call, Creation, Seen, Used, What},
    plan::deployment,
};

/// The start of a call, its end, and what it was.
type Told = (u64, u64, What);

fn history(calls: &[Told]) -> Vec<Call> {
    let call = |(actor, (start, end, what)): (usize, &Told)| Call {
        actor,
        start: *start,
        end: *end,
        what: *what,
    };
    calls.iter().enumerate().map(call).collect()
}

/// A record of that number, with the status.
fn record(number: u64, status: DeploymentStatus) -> Seen {
    let new = deployment(0, 0, number).with_status(status);
    Seen::from(&new)
}

fn created(new: Seen) -> What {
    What::Create {
        place: 0,
        new,
        quota: None,
        answer: Creation::Created(new),
    }
}

fn found(answer: Option<Seen>) -> What {
    What::Find { place: 0, answer }
}

fn set(answer: Seen) -> What {
    What::SetStatus {
        place: 0,
        status: answer.status,
        answer: Some(answer),
    }
}

fn approved(answer: Seen) -> What {
    What::Approve {
        place: 0,
        answer: Some(answer),
    }
}

fn removed(answer: bool) -> What {
    What::Remove { place: 0, answer }
}

fn consumed(used: Used) -> What {
    What::Consume { nonce: 0, used }
}

#[test]
fn what_one_call_after_another_can_do_is_explained() {
    let (pending, other) = (record(1, Pending), record(2, Active));
    let (active, disabled) = (record(1, Active), record(1, Disabled));
    let explainable: [&[Told]; 6] = [
        &[
            (0, 9, created(pending)),
            (1, 2, found(None)),
            (3, 4, found(Some(pending))),
        ],
        &[
            (0, 1, created(pending)),
            (2, 9, removed(true)),
            (3, 4, created(other)),
        ],
        &[
            (0, 1, created(pending)),
            (2, 5, set(disabled)),
            (3, 6, approved(active)),
        ],
        &[
            (0, 1, created(pending)),
            (2, 5, set(disabled)),
            (3, 6, approved(disabled)),
        ],
        &[
            (0, 1, created(disabled)),
            (2, 5, set(active)),
            (3, 6, set(disabled)),
            (7, 8, found(Some(disabled))),
        ],
        &[
            (0, 3, consumed(Used::First)),
            (1, 2, consumed(Used::Repeated)),
        ],
    ];
    for calls in explainable {
        check(&history(calls)).unwrap();
    }
}

#[test]
fn what_cannot_be_is_not_explained() {
    let (pending, other) = (record(1, Pending), record(2, Active));
    let (active, disabled) = (record(1, Active), record(1, Disabled));
    let half = Seen {
        origin: other.origin,
        ..pending
    };
    let impossible: [(&str, &[Told]); 10] = [
        (
            "created twice",
            &[(0, 2, created(pending)), (1, 3, created(other))],
        ),
        (
            "found before",
            &[(0, 1, found(Some(pending))), (2, 3, created(pending))],
        ),
        (
            "revived",
            &[
                (0, 1, created(pending)),
                (2, 3, removed(true)),
                (4, 5, set(disabled)),
            ],
        ),
        (
            "not forgotten",
            &[
                (0, 1, created(pending)),
                (2, 3, removed(true)),
                (4, 5, found(Some(pending))),
            ],
        ),
        (
            "removed twice",
            &[
                (0, 1, created(pending)),
                (2, 4, removed(true)),
                (3, 5, removed(true)),
            ],
        ),
        (
            "half written",
            &[(0, 2, created(pending)), (1, 3, found(Some(half)))],
        ),
        (
            "opened",
            &[
                (0, 1, created(pending)),
                (2, 3, set(disabled)),
                (4, 5, approved(active)),
            ],
        ),
        (
            "stale",
            &[
                (0, 1, created(pending)),
                (2, 3, set(disabled)),
                (4, 5, found(Some(pending))),
            ],
        ),
        (
            "used twice",
            &[(0, 2, consumed(Used::First)), (1, 3, consumed(Used::First))],
        ),
        (
            "used too early",
            &[
                (0, 1, consumed(Used::Repeated)),
                (2, 3, consumed(Used::First)),
            ],
        ),
    ];
    for (what, calls) in impossible {
        assert!(check(&history(calls)).is_err(), "{what}");
    }
}
