//! What changes while a launch is decided.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use http::{Request, header};
use http_body_util::Full;
use tower_lti::{
    MemoryStore,
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentOutcome,
        DeploymentPage, DeploymentStatus,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::{ClientId, Issuer, Registration, RegistrationId},
    store::{
        DeploymentStore, IssuerMatch, LaunchStore, NonceStore, Persistence, RegistrationStore,
        StoreError, StoreHealth,
    },
};

use crate::app::{App, NOW, code};

use super::*;

/// A list that can be changed while the tool runs, or never answers.
#[derive(Clone, Debug)]
struct Changing(Arc<Mutex<Option<Registration>>>);

impl Changing {
    fn new(registration: Registration) -> Self {
        Self(Arc::new(Mutex::new(Some(registration))))
    }

    fn becomes(&self, registration: Option<Registration>) {
        *self.0.lock().unwrap() = registration;
    }

    async fn answer(&self) -> Arc<Registration> {
        let known = self.0.lock().unwrap().clone();
        match known {
            Some(registration) => Arc::new(registration),
            None => std::future::pending().await,
        }
    }
}

impl RegistrationStore for Changing {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.answer().await))
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(IssuerMatch::One(self.answer().await))
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.answer().await))
    }
}

#[tokio::test(start_paused = true)]
async fn a_launch_that_is_not_decided_in_ten_seconds_is_given_up() {
    let known = Changing::new(registration(|builder| builder));
    let app = App::with(|builder| builder.registrations(known.clone()));
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    known.becomes(None);

    let launching = browser.launch(&request, &token);
    let response = tokio::time::timeout(Duration::from_secs(11), launching).await;

    assert_eq!(response.expect("it is given up").status(), 503);
}

#[tokio::test]
async fn a_registration_that_has_come_to_use_plain_http_is_refused() {
    let plain = || registration(|builder| builder.token_endpoint("http://localhost/token"));
    let known = Changing::new(registration(|builder| builder));
    let app = App::with(|builder| builder.registrations(known.clone()));
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();

    known.becomes(Some(plain()));

    let response = browser.launch(&request, &token).await;
    assert_eq!(code(&response), "registration_unknown");
    let response = login(&app.tool, post_login("", login_query(&[]))).await;
    assert_eq!(code(&response), "registration_unknown");
}

#[tokio::test]
async fn a_registration_that_was_not_asked_for_is_none() {
    let known = Changing::new(registration(|builder| builder));
    let app = App::with(|builder| builder.registrations(known.clone()));
    for (issuer, client_id) in [
        ("https://lms.test", "TOOL-1"),
        ("https://lms.test", "tool-1 "),
        ("https://LMS.test", "tool-1"),
        ("https://LMS.test", ""),
    ] {
        let query = login_query(&[("iss", issuer), ("client_id", client_id)]);
        let response = login(&app.tool, post_login("", query)).await;
        let slug = code(&response);
        assert_eq!(slug, "registration_unknown", "{issuer} {client_id:?}");
    }
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW);
    let token = token.claim("aud", "TOOL-1").sign();
    let builder = Registration::builder("https://lms.test", "TOOL-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks");

    known.becomes(Some(builder.build().unwrap()));

    let response = browser.launch(&request, &token).await;
    assert_eq!(code(&response), "registration_unknown");
}

/// A store that takes every id of a deployment for one and the same.
#[derive(Clone, Default)]
struct Folding {
    store: MemoryStore,
    finds: bool,
}

impl Folding {
    fn folded(&self, id: &str) -> Deployment {
        let key = DeploymentKey::new(
            RegistrationId::new("https://other.test", "tool-3"),
            id.into(),
        );
        let administrator = DeploymentOrigin::Administrator;
        Deployment::new(key, DeploymentStatus::Active, administrator, UNIX_EPOCH)
    }
}

impl NonceStore for Folding {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.store.consume(nonce, attempt, ttl).await
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        self.store.was_consumed(nonce).await
    }

    fn persistence(&self) -> Persistence {
        Persistence::Volatile
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<std::time::SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

impl DeploymentStore for Folding {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        Ok(self.finds.then(|| self.folded(key.id().as_str())))
    }

    async fn create(
        &self,
        deployment: &Deployment,
        _: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let there = self.folded(deployment.id().as_str());
        Ok((there, DeploymentOutcome::Existing))
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        self.store.set_status(key, status).await
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.store.approve(key).await
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        self.store.list(registration, after, limit).await
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        self.store.remove(key).await
    }
}

impl LaunchStore for Folding {}

#[tokio::test]
async fn a_deployment_that_was_not_asked_for_lets_nobody_in() {
    for finds in [true, false] {
        let store = Folding {
            finds,
            ..Folding::default()
        };
        let app = App::with(|builder| builder.store(store));

        let (status, slug) = launch(&app, |token| token).await;

        assert_eq!((status, slug.as_str()), (503, "store_unavailable"));
        assert_eq!(app.calls(), 0);
    }
}

#[tokio::test]
async fn a_state_is_good_for_the_launch_url_that_it_was_issued_with() {
    for (now, slug) in [
        ("https://tool.test/lti/launch", ""),
        ("https://tool.test/lti/launch/2", "state_invalid"),
    ] {
        let known = Changing::new(registration(|builder| builder));
        let app = App::with(|builder| builder.registrations(known.clone()));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();

        known.becomes(Some(registration(|builder| builder.redirect_uri(now))));

        assert_eq!(code(&browser.launch(&request, &token).await), slug, "{now}");
    }
}

#[tokio::test]
async fn a_login_has_one_cookie_and_it_is_the_right_one() {
    for (what, change, slug) in [
        ("as it is", "N=V", ""),
        ("of another browser", "N=x", "state_invalid"),
        ("empty", "N=", "state_invalid"),
        ("twice", "N=V; N=V", "state_invalid"),
        ("and a wrong one", "N=V; N=x", "state_invalid"),
        ("after a wrong one", "N=x; N=V", "state_invalid"),
        ("under another name", "lti=V", "cookie_missing"),
        ("of no login", "__Host-lti-s-x=V", "cookie_missing"),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let (name, value) = browser.cookies().pop_first().unwrap();
        let cookies = change
            .replace('N', &name)
            .replace("=V", &format!("={value}"));
        let token = app.platform.id_token(&request, NOW).sign();
        let post = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, cookies)
            .body(Full::from(form(&token, request.state())))
            .unwrap();
        let response = browser.send_raw_launch(post).await;
        assert_eq!(code(&response), slug, "{what}");
    }
}
