//! What says whether a launch may create its deployment: it looks, and does nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tower_lti::{
    LtiError, OnMissingDeployment, error::LtiErrorKind, policy::UnknownDeployment, tool::Limits,
};

use crate::app::{App, NOW, body};

async fn refused(app: &App, policy: OnMissingDeployment) -> Option<LtiErrorKind> {
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    let error = answer.extensions().get::<LtiError>().map(LtiError::kind);
    assert!(error.is_some(), "{:?}", body(&answer));
    assert_eq!(app.store.deployment_count(), 0);
    assert_eq!(app.calls(), 0);
    error
}

// N26
#[tokio::test]
async fn a_condition_sees_the_launch_and_has_nothing_to_decide_with() {
    fn looks(launch: &UnknownDeployment) -> bool {
        let key = launch.key();
        key.id().as_str() == "dep-1"
            && key.registration() == launch.registration_id()
            && launch.claims().sub().is_some()
    }
    let app = App::new();
    let said_no = refused(
        &app,
        OnMissingDeployment::create_if(async |launch| !looks(&launch)),
    );
    assert_eq!(said_no.await, Some(LtiErrorKind::DeploymentAwaitsTeacher));

    let policy = OnMissingDeployment::create_if(async |launch| looks(&launch));
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(body(&answer)["created"], true);
}

// N26
#[tokio::test]
async fn a_condition_that_hangs_or_panics_leaves_no_record_and_no_task() {
    struct Dropped(Arc<AtomicBool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let limits = Limits::default().launch_timeout(Duration::from_millis(200));
    let app = App::with(|builder| builder.limits(limits));
    let gone = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&gone);
    let hangs = OnMissingDeployment::create_if(move |_| {
        let flag = Dropped(Arc::clone(&flag));
        async move {
            let _flag = flag;
            std::future::pending().await
        }
    });
    assert_eq!(
        refused(&app, hangs).await,
        Some(LtiErrorKind::DeadlinePassed)
    );
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(gone.load(Ordering::SeqCst), "it still runs");

    let panics = OnMissingDeployment::create_if(async |_| panic!("oh"));
    assert_eq!(
        refused(&app, panics).await,
        Some(LtiErrorKind::DeploymentUnknown)
    );
}
