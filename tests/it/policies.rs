//! What a policy may say, and what the tool's own code may do to a launch.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tower_lti::{
    LtiLaunchLayer, OnMissingDeployment, deployment::DeploymentStatus, error::LtiErrorKind,
    registration::RegistrationId, tool::Limits,
};

use crate::{
    app::{App, NOW},
    onboarding::{Answer, kind},
};

async fn launch(app: &App, layer: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer) -> Answer {
    let mut browser = app.browser_with(layer);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    browser.launch(&request, &token).await
}

// D08
#[tokio::test]
async fn people_are_sent_to_a_path_or_to_an_https_address_and_nowhere_else() {
    let app = App::new();
    let answer = launch(&app, |layer| {
        layer.on_missing_deployment(OnMissingDeployment::Redirect(
            "/onboarding".parse().unwrap(),
        ))
    });
    let answer = answer.await;
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("/onboarding?ticket="), "{location}");
}

// LAUNCH-96
#[tokio::test]
async fn of_two_policies_for_one_registration_the_later_counts() {
    let app = App::new();
    let answer = launch(&app, |layer| {
        let ours = || RegistrationId::new("https://lms.test", "tool-1");
        layer
            .on_missing_deployment_of(ours(), OnMissingDeployment::Create)
            .on_missing_deployment_of(ours(), OnMissingDeployment::Reject)
    });
    assert_eq!(kind(&answer.await), Some(LtiErrorKind::DeploymentUnknown));
}

#[tokio::test]
async fn a_hook_that_hangs_keeps_nobody_out() {
    let limits = Limits::default().launch_timeout(Duration::from_millis(200));
    let app = App::with(|builder| builder.limits(limits));
    let started = Instant::now();
    let answer = launch(&app, |layer| {
        layer.on_deployment_created(|_| std::future::pending::<Result<(), std::fmt::Error>>())
    });
    assert_eq!(answer.await.status(), 200);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_hook_is_told_of_what_waits_for_approval() {
    let app = App::new();
    let told = Arc::new(AtomicUsize::new(0));
    for _ in 0..2 {
        let count = Arc::clone(&told);
        let answer = launch(&app, |layer| {
            layer
                .on_missing_deployment(OnMissingDeployment::Pending)
                .on_deployment_created(move |launch| {
                    assert_eq!(launch.deployment().status(), DeploymentStatus::Pending);
                    count.fetch_add(1, Ordering::SeqCst);
                    async { Ok::<_, std::fmt::Error>(()) }
                })
        });
        assert_eq!(kind(&answer.await), Some(LtiErrorKind::DeploymentPending));
    }
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert_eq!(app.calls(), 0);
}

// LAUNCH-98
#[tokio::test]
async fn a_condition_that_panics_holds_for_nobody() {
    let app = App::new();
    let answer = launch(&app, |layer| {
        layer.on_missing_deployment(OnMissingDeployment::create_if(async |_| panic!("oh")))
    });
    assert_eq!(kind(&answer.await), Some(LtiErrorKind::DeploymentUnknown));
    assert_eq!(app.store.deployment_count(), 0);
}
