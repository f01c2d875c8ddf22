//! What happens when the deployment is not known, is disabled, or is pending.

use http::header;
use tower_lti::{
    OnMissingDeployment, TicketError,
    deployment::{DeploymentKey, DeploymentStatus},
    registration::RegistrationId,
    store::DeploymentStore,
};

use crate::app::{App, NOW, body, code};

fn key(id: &str) -> DeploymentKey {
    DeploymentKey::new(RegistrationId::new("https://lms.test", "tool-1"), id.into())
}

async fn first_launch(app: &App, policy: OnMissingDeployment) -> http::Response<bytes::Bytes> {
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let cookies = browser.cookies().clone();
    let answer = browser.launch(&request, &token).await;
    *browser.cookies() = cookies;
    let replay = browser.launch(&request, &token).await;
    assert_eq!(
        replay.status(),
        409,
        "the nonce is used up, whatever the policy"
    );
    answer
}

// LAUNCH-96, D07
#[tokio::test]
async fn reject_refuses_and_creates_nothing() {
    let app = App::new();
    let answer = first_launch(&app, OnMissingDeployment::Reject).await;
    assert_eq!(
        (answer.status().as_u16(), code(&answer).as_str()),
        (403, "deployment_rejected")
    );
    assert_eq!((app.calls(), app.store.deployment_count()), (0, 0));
}

// LAUNCH-108, D08, D11
#[tokio::test]
async fn redirect_sends_a_ticket_that_names_the_deployment_and_nobody() {
    let app = App::new();
    let onboarding = "https://tool.test/onboarding?from=lti".parse().unwrap();
    let answer = first_launch(&app, OnMissingDeployment::Redirect(onboarding)).await;
    assert_eq!(answer.status(), 303);
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let ticket = location
        .strip_prefix("https://tool.test/onboarding?from=lti&ticket=")
        .unwrap();
    let opened = app.tool.open_onboarding_ticket(ticket).unwrap();
    assert_eq!(opened.deployment(), &key("dep-1"));
    assert_eq!(
        app.tool.open_onboarding_ticket(&ticket[1..]),
        Err(TicketError::Forged)
    );
    app.clock.advance(std::time::Duration::from_secs(15 * 60));
    assert_eq!(
        app.tool.open_onboarding_ticket(ticket),
        Err(TicketError::Expired)
    );
    assert_eq!((app.calls(), app.store.deployment_count()), (0, 0));
}

// D10
#[tokio::test]
async fn forward_hands_over_a_missing_deployment_and_no_context() {
    let app = App::new();
    let answer = first_launch(&app, OnMissingDeployment::Forward).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(body(&answer)["missing"], "dep-1");
    assert!(body(&answer)["sub"].is_null());
    assert_eq!(app.store.deployment_count(), 0);
}

// D05
#[tokio::test]
async fn a_deployment_that_is_shut_stays_shut() {
    for status in [DeploymentStatus::Disabled, DeploymentStatus::Pending] {
        let app = App::new();
        first_launch(&app, OnMissingDeployment::Create).await;
        app.store.set_status(&key("dep-1"), status).await.unwrap();
        let answer = first_launch(&app, OnMissingDeployment::Create).await;
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (403, "deployment_rejected")
        );
        let kept = app.store.find(&key("dep-1")).await.unwrap().unwrap();
        assert_eq!(kept.status(), status);
    }
}

// D02
#[tokio::test]
async fn a_replay_does_not_bring_back_a_deployment_that_was_removed() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    assert!(app.store.remove(&key("dep-1")).await.unwrap());
    *browser.cookies() = cookies;
    assert_eq!(browser.launch(&request, &token).await.status(), 409);
    assert_eq!(app.store.deployment_count(), 0);
}

// LAUNCH-99, MODEL-17, L08
#[tokio::test]
async fn deployments_differ_by_every_byte() {
    let app = App::new();
    for id in ["dep-1", "Dep-1", "dep-1 ", "01", "1"] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim(tower_lti::claims::names::DEPLOYMENT_ID, id)
            .sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(body(&answer)["created"], true, "{id:?}");
    }
    assert_eq!(app.store.deployment_count(), 5);
}
