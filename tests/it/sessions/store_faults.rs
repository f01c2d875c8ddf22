//! A store that fails: nobody is let in by it, and nobody is told that a session is over that may not be.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::header;
use tokio::sync::Barrier;
use tower_lti::{
    MemoryStore,
    error::LtiErrorKind::{SessionAmbiguous, SessionForged, StoreUnavailable},
    store::{FoundSession, SessionKey, SessionMark, SessionScope, SessionStore, StoreError},
};

use crate::{
    app::App,
    sessions::{kind, visitor::Visitor},
};

/// A store of sessions that can be switched off.
#[derive(Clone, Default)]
struct Switched {
    store: MemoryStore,
    is_down: Arc<AtomicBool>,
    /// How often it was asked for a session.
    asked: Arc<AtomicUsize>,
    /// What looks at a session without renewing it waits for the others.
    all_at_once: Arc<OnceLock<Barrier>>,
}

impl Switched {
    fn up(&self) -> Result<(), StoreError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("switched off"));
        }
        Ok(())
    }

    fn go_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }
}

impl SessionStore for Switched {
    async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        self.up()?;
        self.store.start_session(session, sealed, ttl, scopes).await
    }

    async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> Result<Option<FoundSession>, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.up()?;
        if let Some(all) = self.all_at_once.get()
            && renew_for.is_none()
        {
            all.wait().await;
        }
        self.store.find_session(session, scopes, renew_for).await
    }

    async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        self.up()?;
        self.store.update_session(session, sealed, ttl).await
    }

    async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        self.up()?;
        self.store.remove_session(session).await
    }

    async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        self.up()?;
        self.store.mark_sessions(scope, mark, ttl).await
    }
}

// SESSION-17
#[tokio::test]
async fn while_the_store_is_down_nobody_is_let_in_and_no_session_is_lost() {
    let sessions = Switched::default();
    let app = App::with(|builder| builder.session_store(sessions.clone()));
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    visitor.opens("history").await;
    sessions.go_down(true);

    for address in [&*biology, "/course"] {
        let refused = visitor.get(address).await;
        assert_eq!(kind(&refused), Some(StoreUnavailable), "{address}");
        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        assert!(!refused.headers().contains_key(header::SET_COOKIE));
    }
    assert_eq!(visitor.get("/open").await.status(), 200);
    let launched = visitor.launch("physics").await;
    assert_eq!(kind(&launched), Some(StoreUnavailable));
    assert_eq!(visitor.session_cookies().len(), 2);
    let key = tower_lti::registration::RegistrationId::new("https://lms.test", "tool-1");
    assert!(app.tool.end_sessions_of_registration(&key).await.is_err());

    sessions.go_down(false);

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(30)).await;
    let mut answer = visitor.get(&biology).await;
    for _ in 0..20 {
        if answer.status() == 200 {
            break;
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        answer = visitor.get(&biology).await;
    }
    assert_eq!(crate::app::body(&answer)["course"], "biology");
}

// SESSION-05
#[tokio::test]
async fn several_sessions_are_looked_at_together() {
    let sessions = Switched::default();
    let app = App::with(|builder| builder.session_store(sessions.clone()));
    let mut visitor = Visitor::of(&app);
    for course in ["biology", "history", "physics"] {
        visitor.opens(course).await;
    }
    assert!(sessions.all_at_once.set(Barrier::new(3)).is_ok());

    let asked = tokio::time::timeout(Duration::from_secs(60), visitor.get("/course"));
    let asked = asked.await.expect("all of them are looked at together");

    assert_eq!(kind(&asked), Some(SessionAmbiguous));
}

// SESSION-07, SESSION-17: what this tool has not made is refused by itself
#[tokio::test]
async fn a_session_that_was_made_up_never_reaches_the_store() {
    let sessions = Switched::default();
    let app = App::with(|builder| builder.session_store(sessions.clone()));
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let [name] = &visitor.session_cookies()[..] else {
        panic!("one cookie");
    };
    let cookie = visitor.browser.cookies()[name].clone();
    let before = sessions.asked.load(Ordering::SeqCst);
    for at in 0..cookie.len() {
        let other = if &cookie[at..=at] == "A" { "Q" } else { "A" };
        let altered = format!("{}{other}{}", &cookie[..at], &cookie[at + 1..]);
        visitor.browser.cookies().insert(name.clone(), altered);
        for address in [&*address, "/course"] {
            let refused = visitor.get(address).await;
            assert_eq!(kind(&refused), Some(SessionForged), "{at}");
        }
    }
    for number in 0..64 {
        let name = format!("__Host-lti-session-6a0000{number:02x}AAAAAAAA");
        let made_up = format!("{number:02}{}", &cookie[2..]);
        visitor.browser.cookies().insert(name, made_up);
    }
    assert_eq!(kind(&visitor.get("/course").await), Some(SessionForged));

    assert_eq!(sessions.asked.load(Ordering::SeqCst), before);
}

// SESSION-01
#[tokio::test]
async fn an_instance_that_has_not_seen_a_session_asks_once_more() {
    let sessions = Switched::default();
    let app = App::over(MemoryStore::default(), |builder, _| {
        builder.session_store(sessions.clone())
    });
    let other = App::over(app.store.clone(), |builder, _| {
        builder.session_store(sessions.clone())
    });
    let mut here = Visitor::of(&app);
    let address = here.opens("biology").await;
    let mut there = Visitor::of(&other);
    *there.browser.cookies() = here.browser.cookies().clone();
    let asked = || sessions.asked.swap(0, Ordering::SeqCst);
    assert_eq!(asked(), 0, "a launch asks for none");

    for calls in [1, 1] {
        here.sees(&address).await;
        assert_eq!(asked(), calls, "where it began");
    }
    for calls in [2, 1, 1] {
        there.sees(&address).await;
        assert_eq!(asked(), calls, "elsewhere");
    }
}
