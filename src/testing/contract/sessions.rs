//! The contract of [`SessionStore`].

use std::{collections::BTreeSet, time::Duration};

use tokio::{task::JoinSet, time::sleep};

use super::fixtures::{TTL, answered, attempt};
use crate::{
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{FoundSession, SessionStore},
};

/// How many calls race each other: fewer than elsewhere, because each of them writes.
const RACERS: usize = 16;

/// A lifetime to wait for. Stores may round it to a whole second.
const SHORT: Duration = Duration::from_secs(1);

/// Some time after the end of what lives [`SHORT`].
const LATER: Duration = Duration::from_millis(2_200);

/// A session that is new to every store.
fn session() -> SessionKey {
    SessionKey::new(attempt().as_str())
}

/// A scope that is new to every store.
fn scope() -> SessionScope {
    SessionScope::user(&super::fixtures::registration(), "user-1")
}

fn mark() -> SessionMark {
    SessionMark::from_kept(attempt().as_str())
}

async fn start<S: SessionStore>(
    store: &S,
    session: &SessionKey,
    sealed: &[u8],
    ttl: Duration,
    scopes: &[SessionScope],
) -> Vec<Option<SessionMark>> {
    let marks = store.start_session(session, sealed, ttl, scopes).await;
    answered(marks, "start_session")
}

async fn find<S: SessionStore>(
    store: &S,
    session: &SessionKey,
    scopes: &[SessionScope],
) -> Option<FoundSession> {
    answered(
        store.find_session(session, scopes, Some(TTL)).await,
        "find_session",
    )
}

/// What is kept of a session.
async fn sealed<S: SessionStore>(store: &S, session: &SessionKey) -> Option<Vec<u8>> {
    let found = find(store, session, &[]).await?;
    assert!(
        found.marks.is_empty(),
        "no mark may be returned unless asked for"
    );
    Some(found.sealed)
}

async fn update<S: SessionStore>(store: &S, session: &SessionKey, sealed: &[u8]) -> bool {
    answered(
        store.update_session(session, sealed, TTL).await,
        "update_session",
    )
}

async fn remove<S: SessionStore>(store: &S, session: &SessionKey) {
    answered(store.remove_session(session).await, "remove_session");
}

async fn set_mark<S: SessionStore>(store: &S, scope: &SessionScope, mark: &SessionMark) {
    answered(store.mark_sessions(scope, mark, TTL).await, "mark_sessions");
}

/// Checks that a session is returned unchanged until it is replaced or removed, and under no other key.
pub(super) async fn a_session_is_returned_until_it_is_removed<S: SessionStore>(store: &S) {
    let sessions = [session(), session(), session()];
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    // More than the largest launch with its application's data.
    let long = every_byte.repeat(320);
    let launches: [&[u8]; 3] = [b"", &every_byte, &long];

    for (session, launch) in sessions.iter().zip(launches) {
        assert!(
            sealed(store, session).await.is_none(),
            "a new session must not be found"
        );
        // The second call is a retry.
        for _ in 0..2 {
            let marks = start(store, session, launch, TTL, &[]).await;
            assert!(marks.is_empty(), "no mark may be returned unless asked for");
        }
    }
    for _ in 0..2 {
        for (session, launch) in sessions.iter().zip(launches) {
            let is_unchanged = sealed(store, session).await.as_deref() == Some(launch);
            assert!(is_unchanged, "a session must be returned unchanged");
        }
    }
    let other = sealed(store, &self::session()).await;
    assert!(other.is_none(), "another key must find nothing");

    for launch in launches {
        let is_updated = update(store, &sessions[0], launch).await;
        assert!(is_updated, "update_session on something must answer true");
        let is_replaced = sealed(store, &sessions[0]).await.as_deref() == Some(launch);
        assert!(is_replaced, "update_session must be seen at once");
    }
    for _ in 0..2 {
        remove(store, &sessions[0]).await;
        let found = sealed(store, &sessions[0]).await;
        assert!(found.is_none(), "a removed session must not be found");
    }
    for (session, launch) in sessions.iter().zip(launches).skip(1) {
        let is_unchanged = sealed(store, session).await.as_deref() == Some(launch);
        assert!(is_unchanged, "a change must leave the others");
        remove(store, session).await;
    }
}

/// Checks that a change makes no session, and that one which is removed beside it stays removed.
pub(super) async fn a_removed_session_does_not_come_back<S: SessionStore + Clone>(store: &S) {
    let absent = session();
    let is_updated = update(store, &absent, b"sealed").await;
    assert!(!is_updated, "update_session on nothing must answer false");
    let found = sealed(store, &absent).await;
    assert!(found.is_none(), "update_session must make no session");

    for _ in 0..RACERS {
        let session = session();
        start(store, &session, b"sealed", TTL, &[]).await;
        let mut racers = JoinSet::new();
        for racer in 0..6 {
            let (store, session) = (store.clone(), session.clone());
            racers.spawn(async move {
                match racer % 3 {
                    0 => drop(update(&store, &session, b"other").await),
                    1 => remove(&store, &session).await,
                    _ => drop(find(&store, &session, &[]).await),
                }
            });
        }
        racers.join_all().await;
        let found = sealed(store, &session).await;
        assert!(found.is_none(), "no call may bring back what was removed");
        let is_updated = update(store, &session, b"late").await;
        assert!(!is_updated, "a removed session must not be updated");
    }
}

/// Checks that the marks of scopes are returned in the order that was asked for, and each is the last one set.
pub(super) async fn marks_are_those_that_were_set_last<S: SessionStore>(store: &S) {
    let (one, other) = (session(), session());
    let scopes = [scope(), scope(), scope()];
    let none = vec![None; 3];
    let marks = start(store, &one, b"one", TTL, &scopes).await;
    assert_eq!(marks, none, "a new scope must have no mark");
    let found = find(store, &one, &scopes).await;
    let Some(found) = found else {
        panic!("a session must be found by its scopes")
    };
    assert_eq!(found.marks, none, "a new scope must have no mark");

    let [first, second, third] = [mark(), mark(), mark()];
    for (scope, mark, expected) in [
        (0, &first, [Some(&first), None, None]),
        (2, &second, [Some(&first), None, Some(&second)]),
        (0, &third, [Some(&third), None, Some(&second)]),
        // A retry.
        (0, &third, [Some(&third), None, Some(&second)]),
    ] {
        set_mark(store, &scopes[scope], mark).await;
        let expected = expected.map(|mark| mark.cloned());
        let found = find(store, &one, &scopes).await.map(|found| found.marks);
        assert_eq!(
            found.as_deref(),
            Some(&expected[..]),
            "find_session must return the mark of each scope"
        );
        let marks = start(store, &other, b"other", TTL, &scopes).await;
        assert_eq!(
            marks, expected,
            "start_session must return the mark of each scope"
        );
        let some = [2, 1].map(|scope| scopes[scope].clone());
        let expected = [2, 1].map(|scope| expected[scope].clone());
        let marks = start(store, &other, b"other", TTL, &some).await;
        assert_eq!(marks, expected, "the marks must be in the scopes' order");
    }
    update(store, &one, b"changed").await;
    remove(store, &other).await;
    let found = find(store, &one, &scopes[2..]).await;
    let expected = FoundSession {
        sealed: b"changed".into(),
        marks: vec![Some(second)],
    };
    assert!(
        found == Some(expected),
        "marks must stay when sessions change or go"
    );
    remove(store, &one).await;
}

/// Checks that of a mark and a session which are set at once, whoever reads last sees both.
pub(super) async fn a_mark_is_missed_by_no_session<S: SessionStore + Clone>(store: &S) {
    let scope = [scope()];
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (store, scope, mark) = (store.clone(), scope.clone(), mark());
        racers.spawn(async move {
            let session = session();
            start(&store, &session, b"sealed", TTL, &scope).await;
            set_mark(&store, &scope[0], &mark).await;
            let found = find(&store, &session, &scope).await;
            remove(&store, &session).await;
            let Some(FoundSession { marks, .. }) = found else {
                panic!("a mark must not remove a session")
            };
            (mark, marks[0].clone())
        });
    }
    let answers = racers.join_all().await;
    let set: BTreeSet<&str> = answers.iter().map(|(mark, _)| mark.as_str()).collect();
    for (_, seen) in &answers {
        let is_set = seen
            .as_ref()
            .is_some_and(|seen| set.contains(seen.as_str()));
        assert!(
            is_set,
            "a mark must be seen once mark_sessions has answered"
        );
    }
    let session = session();
    let last = start(store, &session, b"sealed", TTL, &scope).await;
    let found = find(store, &session, &scope).await;
    assert_eq!(
        found.map(|found| found.marks),
        Some(last),
        "a mark must stay after a race"
    );
    remove(store, &session).await;
}

/// Checks that sessions and marks live as long as the last call for them says. It takes two seconds.
pub(super) async fn a_session_lives_from_its_last_call_on<S: SessionStore>(store: &S) {
    let [left, looked_at, renewed, updated, shortened, restarted] = [(); 6].map(|()| session());
    let scopes = [scope(), scope()];
    for session in [&left, &looked_at, &renewed, &updated] {
        start(store, session, b"sealed", SHORT, &[]).await;
    }
    for session in [&shortened, &restarted] {
        start(store, session, b"sealed", TTL, &[]).await;
    }
    find(store, &renewed, &[]).await;
    let found = answered(
        store.find_session(&looked_at, &scopes, None).await,
        "find_session",
    );
    let found = found.map(|found| (found.sealed, found.marks));
    let expected = Some((b"sealed".to_vec(), vec![None, None]));
    assert_eq!(found, expected, "find_session must find without renewing");
    update(store, &updated, b"sealed").await;
    answered(
        store.find_session(&shortened, &[], Some(SHORT)).await,
        "find_session",
    );
    answered(
        store.update_session(&restarted, b"sealed", SHORT).await,
        "update_session",
    );
    let (old, new) = (mark(), mark());
    for (mark, ttl) in [(&old, SHORT), (&new, TTL)] {
        let marked = store.mark_sessions(&scopes[0], mark, ttl).await;
        answered(marked, "mark_sessions");
    }

    sleep(LATER).await;

    let is_updated = update(store, &left, b"late").await;
    assert!(!is_updated, "an expired session must not be updated");
    for session in [&left, &looked_at, &shortened, &restarted] {
        let found = sealed(store, session).await;
        assert!(
            found.is_none(),
            "a session must expire after its last lifetime"
        );
    }
    for session in [&renewed, &updated] {
        let found = find(store, session, &scopes).await;
        let Some(found) = found else {
            panic!("find_session and update_session must keep a session for longer")
        };
        assert_eq!(
            found.marks,
            [Some(new.clone()), None],
            "a mark must be kept for its whole lifetime"
        );
        remove(store, session).await;
    }
}
