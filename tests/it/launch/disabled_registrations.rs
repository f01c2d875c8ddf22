//! A registration that is pending or disabled.

use std::sync::{Arc, Mutex};

use tower_lti::{
    LtiError,
    error::LtiErrorKind,
    registration::{ClientId, Issuer, Registration, RegistrationStatus},
    store::{IssuerMatch, RegistrationStore, StoreError},
};

use crate::app::{App, NOW, registration_with};

/// One registration, which can be switched off and on.
#[derive(Clone)]
struct Switched(Arc<Mutex<Arc<Registration>>>);

impl Switched {
    fn new() -> Self {
        let active = registration_with(RegistrationStatus::Active);
        Self(Arc::new(Mutex::new(Arc::new(active))))
    }

    fn set(&self, status: RegistrationStatus) {
        *self.0.lock().unwrap() = Arc::new(registration_with(status));
    }
}

impl RegistrationStore for Switched {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.0.lock().unwrap().clone()))
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(IssuerMatch::One(self.0.lock().unwrap().clone()))
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.0.lock().unwrap().clone()))
    }
}

fn kind(answer: &http::Response<bytes::Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// S38: for launches
#[tokio::test]
async fn a_pending_or_disabled_registration_lets_nobody_in_and_nothing_is_written() {
    for (status, refused_as) in [
        (
            RegistrationStatus::Disabled,
            LtiErrorKind::RegistrationDisabled,
        ),
        (
            RegistrationStatus::Pending,
            LtiErrorKind::RegistrationPending,
        ),
    ] {
        let switch = Switched::new();
        let registrations = switch.clone();
        let app = App::with(|builder| builder.registrations(registrations));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();

        switch.set(status);

        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 403);
        assert_eq!(kind(&answer), Some(refused_as));
        assert_eq!(app.platform.fetches(), 0, "no key is asked for");
        assert_eq!(
            (app.store.nonce_count(), app.store.deployment_count()),
            (0, 0)
        );
        let mut another = app.browser();
        let refused = another.log_in(&app.platform).await.unwrap_err();
        assert_eq!(refused.0.status(), 403);
        assert_eq!(kind(&refused.0), Some(refused_as));

        switch.set(RegistrationStatus::Active);

        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
}
