//! Sessions that are ended: by their user, by the tool, with their deployment or registration.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use http::header;
use tower_lti::{
    MemoryStore,
    deployment::{DeploymentKey, DeploymentStatus},
    error::LtiErrorKind::{
        self, DeploymentDisabled, DeploymentPending, RegistrationDisabled, RegistrationPending,
        SessionOver, SessionRevoked,
    },
    registration::{ClientId, Issuer, Registration, RegistrationId, RegistrationStatus},
    store::{DeploymentStore, IssuerMatch, RegistrationStore, StoreError},
};

use crate::{
    app::{App, registration_with},
    sessions::{kind, visitor::Visitor},
};

fn registration() -> RegistrationId {
    RegistrationId::new("https://lms.test", "tool-1")
}

fn deployment() -> DeploymentKey {
    DeploymentKey::new(registration(), "dep-1".into())
}

// SESSION-11
#[tokio::test]
async fn who_signs_out_is_out_in_that_session_alone() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;
    let cookies = visitor.browser.cookies().clone();

    let ended = visitor
        .post(&biology.replace("course", "sign-out"), "")
        .await;

    let id = biology.split_once('=').unwrap().1;
    let cleared = ended.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cleared.starts_with(&format!("__Host-lti-session-{id}=;")));
    for attribute in [
        "Max-Age=0",
        "Partitioned",
        "Secure",
        "SameSite=None",
        "Path=/",
    ] {
        assert!(cleared.contains(attribute), "{cleared}");
    }
    assert_eq!(visitor.session_cookies().len(), 1);
    // Nor does a cookie that was kept open it.
    *visitor.browser.cookies() = cookies;
    assert_eq!(kind(&visitor.get(&biology).await), Some(SessionOver));
    assert_eq!(visitor.sees(&history).await["course"], "history");
}

// SESSION-13
#[tokio::test]
async fn all_sessions_of_a_user_are_ended_by_one_call() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    visitor.launch_as("user-1", "biology", &[]).await;
    let mut other = Visitor::of(&app);
    let theirs = other.launch_as("user-2", "biology", &[]).await;
    let theirs = crate::sessions::visitor::location(&theirs);

    app.tool
        .end_sessions_of_user(&registration(), "user-1")
        .await
        .unwrap();

    let refused = visitor.get("/course").await;
    assert_eq!(kind(&refused), Some(SessionRevoked));
    assert_eq!(crate::app::code(&refused), "session_over");
    assert_eq!(other.sees(&theirs).await["sub"], "user-2");
    // Who launches again is in again, as often as it happens.
    for _ in 0..2 {
        let again = visitor.opens("biology").await;
        visitor.sees(&again).await;
        app.tool
            .end_sessions_of_user(&registration(), "user-1")
            .await
            .unwrap();
        assert_eq!(kind(&visitor.get(&again).await), Some(SessionRevoked));
    }
    let elsewhere = RegistrationId::new("https://lms.test", "tool-2");
    let again = visitor.opens("biology").await;
    app.tool
        .end_sessions_of_user(&elsewhere, "user-1")
        .await
        .unwrap();
    visitor.sees(&again).await;
}

// SESSION-13
#[tokio::test]
async fn all_sessions_of_a_deployment_or_a_registration_are_ended_by_one_call() {
    for of_registration in [false, true] {
        let app = App::new();
        let mut visitor = Visitor::of(&app);
        let address = visitor.opens("biology").await;
        let ended = if of_registration {
            app.tool.end_sessions_of_registration(&registration()).await
        } else {
            app.tool.end_sessions_of_deployment(&deployment()).await
        };
        ended.unwrap();

        assert_eq!(kind(&visitor.get(&address).await), Some(SessionRevoked));
        let again = visitor.opens("biology").await;
        assert_eq!(visitor.sees(&again).await["course"], "biology");
        let other = DeploymentKey::new(registration(), "dep-2".into());
        app.tool.end_sessions_of_deployment(&other).await.unwrap();
        visitor.sees(&again).await;
    }
}

// SESSION-13: what is remembered of an end outlives every session
#[tokio::test]
async fn an_end_is_remembered_for_as_long_as_any_session_lasts() {
    let week = std::time::Duration::from_secs(7 * 24 * 60 * 60);
    let app = App::with(|builder| {
        let limits = tower_lti::tool::Limits::default().session_lifetime(week);
        builder.limits(limits.session_idle_timeout(week))
    });
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    app.tool
        .end_sessions_of_deployment(&deployment())
        .await
        .unwrap();
    let again = visitor.opens("history").await;

    app.clock.advance(week - std::time::Duration::from_secs(1));

    assert_eq!(kind(&visitor.get(&address).await), Some(SessionRevoked));
    assert_eq!(visitor.sees(&again).await["course"], "history");
}

// SESSION-13
#[tokio::test]
async fn a_session_goes_with_its_deployment() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let key = deployment();
    for (status, refused) in [
        (DeploymentStatus::Disabled, Some(DeploymentDisabled)),
        (DeploymentStatus::Pending, Some(DeploymentPending)),
        (DeploymentStatus::Active, None),
    ] {
        app.store.set_status(&key, status).await.unwrap();
        let answer = visitor.get(&address).await;
        assert_eq!(kind(&answer), refused);
        assert_eq!(answer.status(), if refused.is_some() { 403 } else { 200 });
    }

    app.store.remove(&key).await.unwrap();

    assert_eq!(kind(&visitor.get(&address).await), Some(SessionRevoked));
}

/// One registration: there, disabled, pending or gone.
#[derive(Clone)]
struct Switched(Arc<AtomicU8>);

impl Switched {
    fn found(&self) -> Option<Arc<Registration>> {
        let state = self.0.load(Ordering::SeqCst);
        let status = match state {
            0 => RegistrationStatus::Active,
            1 => RegistrationStatus::Disabled,
            2 => RegistrationStatus::Pending,
            _ => return None,
        };
        Some(Arc::new(registration_with(status)))
    }
}

impl RegistrationStore for Switched {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(self.found())
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(self.found().map_or(IssuerMatch::None, IssuerMatch::One))
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(self.found())
    }
}

// SESSION-13
#[tokio::test]
async fn a_session_goes_with_its_registration() {
    let switched = Switched(Arc::default());
    let app = App::with(|builder| builder.registrations(switched.clone()));
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let expected: [(u8, Option<LtiErrorKind>); 5] = [
        (0, None),
        (1, Some(RegistrationDisabled)),
        (2, Some(RegistrationPending)),
        (3, Some(SessionRevoked)),
        (0, None),
    ];
    for (state, refused) in expected {
        switched.0.store(state, Ordering::SeqCst);
        assert_eq!(kind(&visitor.get(&address).await), refused, "{state}");
    }
}

// SESSION-13: an end between the launch and its session is not missed
#[tokio::test]
async fn sessions_that_start_while_others_are_ended_know_under_which_end_they_started() {
    let app = App::over(MemoryStore::default(), |builder, _| builder);
    for _ in 0..20 {
        let mut visitor = Visitor::of(&app);
        let key = deployment();
        let ending = app.tool.end_sessions_of_deployment(&key);
        let (address, ended) = tokio::join!(visitor.opens("biology"), ending);
        ended.unwrap();
        let first = visitor.get(&address).await.status();
        assert!(first == 200 || first == 401);

        app.tool
            .end_sessions_of_deployment(&deployment())
            .await
            .unwrap();

        assert_eq!(kind(&visitor.get(&address).await), Some(SessionRevoked));
    }
}
