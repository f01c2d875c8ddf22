//! D: what a launch may make of a deployment, and what it may not.

use futures_util::future::join_all;
use http::header;
use tower_lti::{
    Limits, LtiError,
    LtiErrorKind::{
        self, AudienceMismatch, ClaimInvalid, DeploymentDisabled, DeploymentPending,
        DeploymentQuotaReached, DeploymentUnknown, SignatureWrong, TokenExpired,
    },
    MemoryStore, OnMissingDeployment,
    claims::names,
    deployment::DeploymentStatus,
    registration::Registrations,
    store::DeploymentStore,
    testing::SigningKey,
};

use super::{Good, TokenChange, World, deployment};
use crate::app::{App, NOW, body};

/// A first launch of a deployment that is not known, under a policy.
async fn first_launch(
    world: &World,
    policy: OnMissingDeployment,
    id: &str,
) -> (Good, http::Response<bytes::Bytes>) {
    let mut browser = world
        .app
        .browser_with(|layer| layer.on_missing_deployment(policy));
    let mut good = world
        .good_launch_of(&mut browser, &world.app.platform)
        .await;
    good.token = good.token.claim(names::DEPLOYMENT_ID, id);
    let answer = browser.send_raw_launch(good.launch()).await;
    let again = browser.send_raw_launch(good.launch()).await;
    assert_eq!(
        again.status(),
        409,
        "D11: the nonce is used up, whatever the policy"
    );
    world.assert_nothing_was_told("D11", &good, &again);
    (good, answer)
}

fn kind(answer: &http::Response<bytes::Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// LAUNCH-97, D01
#[tokio::test(flavor = "multi_thread")]
async fn of_64_first_launches_all_succeed_and_one_creates() {
    let app = App::new();
    let other_instance = App::with(|builder| {
        let builder = builder.store(app.store.clone()).clock(app.clock.clone());
        builder.key_sets(app.platform.clone())
    });
    let launches = (0..64).map(|number| {
        let mut browser = [&app, &other_instance][number % 2].browser();
        let platform = app.platform.clone();
        tokio::spawn(async move {
            let request = browser.log_in(&platform).await.unwrap();
            let token = platform.id_token(&request, NOW).sign();
            let answer = browser.launch(&request, &token).await;
            assert_eq!(answer.status(), 200);
            body(&answer)["created"] == true
        })
    });
    let created = join_all(launches)
        .await
        .into_iter()
        .filter(|created| *created.as_ref().unwrap());
    assert_eq!(created.count(), 1);
    assert_eq!(app.store.deployment_count(), 1);
}

// D02
#[tokio::test]
async fn a_replay_does_not_bring_back_a_deployment_that_was_removed() {
    let world = World::new().await;
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    let key = deployment(&world.app.platform, "dep-1");
    assert!(world.app.store.remove(&key).await.unwrap());
    assert_eq!(world.send(good.launch()).await.status(), 409);
    assert!(world.app.store.find(&key).await.unwrap().is_none());
}

// LAUNCH-95, D03
#[tokio::test]
async fn a_launch_that_is_refused_creates_no_deployment() {
    let changes: [(&str, TokenChange, LtiErrorKind); 4] = [
        (
            "D03 signature",
            Box::new(|token| token.signed_by(&SigningKey::shared(3, "k1"))),
            SignatureWrong,
        ),
        (
            "D03 expired",
            Box::new(|token| token.claim("iat", NOW - 500).claim("exp", NOW - 100)),
            TokenExpired,
        ),
        (
            "D03 audience",
            Box::new(|token| token.claim("aud", "tool-2")),
            AudienceMismatch,
        ),
        (
            "D03 no roles",
            Box::new(|token| token.without_claim(names::ROLES)),
            ClaimInvalid,
        ),
    ];
    for (what, change, refusal) in changes {
        let world = World::new().await;
        let good = world.good_launch().await;
        let token = change(good.token.clone().claim(names::DEPLOYMENT_ID, "dep-new"));
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        world.assert_refused(what, &good, &answer, refusal);
        let key = deployment(&world.app.platform, "dep-new");
        assert!(
            world.app.store.find(&key).await.unwrap().is_none(),
            "{what}"
        );
    }
}

// D05
#[tokio::test]
async fn a_deployment_that_is_shut_stays_shut() {
    for (status, refusal) in [
        (DeploymentStatus::Disabled, DeploymentDisabled),
        (DeploymentStatus::Pending, DeploymentPending),
    ] {
        let world = World::new().await;
        let key = deployment(&world.app.platform, "dep-off");
        world.app.store.set_status(&key, status).await.unwrap();
        for policy in [OnMissingDeployment::Create, OnMissingDeployment::Forward] {
            let (good, answer) = first_launch(&world, policy, "dep-off").await;
            assert_eq!(
                (answer.status().as_u16(), kind(&answer)),
                (403, Some(refusal))
            );
            world.assert_nothing_was_told("D05", &good, &answer);
        }
        let kept = world.app.store.find(&key).await.unwrap().unwrap();
        assert_eq!((kept.status(), world.app.calls()), (status, 0));
    }
}

// LAUNCH-98, D06
#[tokio::test]
async fn a_platform_that_makes_deployments_without_end_is_stopped_at_its_quota() {
    let world =
        World::with(|builder| builder.limits(Limits::default().deployments_per_registration(50)))
            .await;
    let mut created = 0;
    for number in 0..100 {
        let good = world.good_launch().await;
        let id = format!("dep-{}", number + 100);
        let token = good.token.clone().claim(names::DEPLOYMENT_ID, id).sign();
        let answer = world.send(good.post(good.form(&token))).await;
        if answer.status() == 200 {
            created += 1;
        } else {
            assert_eq!(
                (answer.status().as_u16(), kind(&answer)),
                (403, Some(DeploymentQuotaReached))
            );
            world.assert_nothing_was_told("D06", &good, &answer);
        }
    }
    assert_eq!((created, world.app.store.deployment_count()), (48, 50));
    let known = world.good_launch().await;
    assert_eq!(
        world.send(known.launch()).await.status(),
        200,
        "it counts new ones alone"
    );
    let mut browser = world.app.browser();
    let other = world.good_launch_of(&mut browser, &world.third).await;
    assert_eq!(world.send(other.launch()).await.status(), 200);
}

// LAUNCH-98, D06: unless told otherwise a registration has a thousand, and may have a bound of its own
#[tokio::test]
async fn a_registration_may_have_a_quota_of_its_own() {
    let json = r#"[{"issuer": "https://lms.test", "client_id": "tool-1", "deployment_quota": 3,
        "auth_login_url": "https://lms.test/auth", "jwks_url": "https://lms.test/jwks"}]"#;
    let world =
        World::with(|builder| builder.registrations(Registrations::from_json(json).unwrap())).await;
    for (id, status) in [("dep-3", 200), ("dep-4", 403), ("dep-1", 200)] {
        let good = world.good_launch().await;
        let token = good.token.clone().claim(names::DEPLOYMENT_ID, id).sign();
        let answer = world.send(good.post(good.form(&token))).await;
        assert_eq!(answer.status(), status, "{id}");
    }
}

// LAUNCH-96, LAUNCH-100, D07
#[tokio::test]
async fn reject_refuses_and_creates_nothing() {
    let world = World::new().await;
    let id = "<b>dep</b>";
    let (good, answer) = first_launch(&world, OnMissingDeployment::Reject, id).await;
    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (403, Some(DeploymentUnknown))
    );
    world.assert_nothing_was_told("D07", &good, &answer);
    let told = String::from_utf8_lossy(answer.body()).into_owned();
    for theirs in [id, "lms.test", "tool-1"] {
        assert!(!told.contains(theirs), "{theirs} in {told}");
    }
    assert_eq!(
        (world.app.calls(), world.app.store.deployment_count()),
        (0, 2)
    );
}

// LAUNCH-96, LAUNCH-108, D08, D11
#[tokio::test]
async fn redirect_sends_a_ticket_that_names_the_deployment_and_nobody() {
    let world = World::new().await;
    let onboarding = "https://tool.test/onboarding?from=lti".parse().unwrap();
    let policy = OnMissingDeployment::Redirect(onboarding);
    let (good, answer) = first_launch(&world, policy, "dep-new").await;
    assert_eq!(answer.status(), 303);
    world.assert_nothing_was_told("D08", &good, &answer);
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let ticket = location
        .strip_prefix("https://tool.test/onboarding?from=lti&ticket=")
        .unwrap();
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let bound = cookies.filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
    let bound: Vec<_> = bound
        .filter(|pair| pair.starts_with("__Host-lti-t-"))
        .collect();
    assert_eq!(bound.len(), 1);
    let mut headers = http::HeaderMap::new();
    headers.insert(header::COOKIE, bound[0].parse().unwrap());
    let opened = world.app.tool.open_onboarding_ticket(ticket, &headers);
    let missing = deployment(&world.app.platform, "dep-new");
    assert_eq!(opened.unwrap().deployment(), &missing);
    assert_eq!(
        (world.app.calls(), world.app.store.deployment_count()),
        (0, 2)
    );
}

// LAUNCH-96, D10
#[tokio::test]
async fn forward_hands_over_a_missing_deployment_and_no_context() {
    let world = World::new().await;
    let (_, answer) = first_launch(&world, OnMissingDeployment::Forward, "dep-new").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(body(&answer)["missing"], "dep-new");
    assert!(body(&answer)["sub"].is_null());
    assert_eq!(world.app.store.deployment_count(), 2);
}

// D13
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_no_deployment_or_a_whole_one() {
    let store = MemoryStore::default();
    let platform = tower_lti::testing::Platform::new("https://lms.test", "tool-1");
    for number in 0..500 {
        let key = deployment(&platform, &number.to_string());
        let record = tower_lti::deployment::Deployment::new(
            key.clone(),
            DeploymentStatus::Pending,
            tower_lti::deployment::DeploymentOrigin::Onboarding,
            std::time::SystemTime::now(),
        );
        let (creating, made) = (store.clone(), record.clone());
        let creator = tokio::spawn(async move { creating.create(&made, None).await.unwrap() });
        loop {
            if let Some(seen) = store.find(&key).await.unwrap() {
                assert_eq!(seen.key(), record.key());
                assert_eq!(seen.status(), record.status());
                assert_eq!(seen.origin(), record.origin());
                assert_eq!(seen.created_at(), record.created_at());
                break;
            }
            tokio::task::yield_now().await;
        }
        creator.await.unwrap();
    }
}
