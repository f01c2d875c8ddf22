//! Stores that never answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout};
use tower::ServiceExt;
use tower_lti::{
    LtiError, LtiLogin,
    error::LtiErrorKind,
    registration::{ClientId, Issuer, Registration, Registrations},
    store::{IssuerMatch, RegistrationStore, StoreError},
};

use crate::{
    app::{App, NOW},
    onboarding::{Person, kind, with_resume},
};

/// Registrations that cannot be asked for while it hangs.
#[derive(Clone, Debug)]
struct Hanging {
    known: Registrations,
    hangs: Arc<AtomicBool>,
}

impl Hanging {
    async fn answer(&self) {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

impl RegistrationStore for Hanging {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        self.answer().await;
        self.known.find(issuer, client_id, discriminator).await
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        self.answer().await;
        self.known.find_by_issuer(issuer).await
    }

    async fn find_by_login_name(
        &self,
        name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        self.answer().await;
        self.known.find_by_login_name(name).await
    }
}

/// An app whose registrations hang from when the switch is set.
fn app() -> (App, Arc<AtomicBool>) {
    let hangs = Arc::<AtomicBool>::default();
    let app = App::with_platform(|builder, platform| {
        builder.registrations(Hanging {
            known: Registrations::new([platform.registration()]).unwrap(),
            hangs: Arc::clone(&hangs),
        })
    });
    (app, hangs)
}

/// Waits for an answer, for up to an hour, and says how long that took.
async fn timed<T>(answering: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    let hour = Duration::from_secs(3_600);
    let answer = timeout(hour, answering).await.expect("it is answered");
    (answer, began.elapsed())
}

fn assert_asked_to_come_back<B>(answer: &Response<B>) {
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    let error = answer.extensions().get::<LtiError>().unwrap();
    assert_eq!(error.kind(), LtiErrorKind::DeadlinePassed);
}

const DEADLINE: Duration = Duration::from_secs(10);

// N13
#[tokio::test(start_paused = true)]
async fn a_login_waits_for_a_registration_no_longer_than_a_launch() {
    let (app, hangs) = app();
    hangs.store(true, Ordering::SeqCst);
    let rest = "login_hint=h&target_link_uri=https%3A%2F%2Ftool.test%2Fapp";
    let issuer = "iss=https%3A%2F%2Flms.test";
    let by_name = || LtiLogin::new(app.tool.clone()).registration_from_path();
    for (login, path, query) in [
        (
            LtiLogin::new(app.tool.clone()),
            "/lti/login",
            format!("{issuer}&client_id=tool-1&{rest}"),
        ),
        (
            LtiLogin::new(app.tool.clone()),
            "/lti/login",
            format!("{issuer}&{rest}"),
        ),
        (by_name(), "/lti/login/name", format!("{issuer}&{rest}")),
    ] {
        let get = Request::get(format!("{path}?{query}")).body(Full::<Bytes>::default());
        let post = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::<Bytes>::from(query));
        for request in [get, post] {
            let answering = login.clone().oneshot(request.unwrap());
            let (answer, took) = timed(answering).await;
            let answer = answer.unwrap();
            assert_asked_to_come_back(&answer);
            assert_eq!(took, DEADLINE);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(!body.is_empty(), "there is a page");
        }
    }
}

// N13
#[tokio::test(start_paused = true)]
async fn a_launch_an_onboarding_and_a_resume_wait_for_a_registration_no_longer_either() {
    let (app, hangs) = app();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    hangs.store(true, Ordering::SeqCst);

    let (answer, took) = timed(browser.launch(&request, &token)).await;
    assert_asked_to_come_back(&answer);
    assert_eq!(took, DEADLINE);
    let (refused, took) = timed(app.tool.complete_onboarding(&ticket)).await;
    assert_eq!(refused.unwrap_err().kind(), LtiErrorKind::DeadlinePassed);
    assert_eq!(took, DEADLINE);
    let (refused, took) = timed(app.tool.request_approval(&ticket)).await;
    assert_eq!(refused.unwrap_err().kind(), LtiErrorKind::DeadlinePassed);
    assert_eq!(took, DEADLINE);
    let (answer, took) = timed(person.resumes()).await;
    assert_asked_to_come_back(&answer);
    assert_eq!(took, DEADLINE);

    // Nothing was used up meanwhile.
    hangs.store(false, Ordering::SeqCst);
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    app.tool.complete_onboarding(&ticket).await.unwrap();
    assert_eq!(kind(&person.resumes().await), None);
}
