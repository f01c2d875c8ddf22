//! D: what a launch may make of a deployment, and what it may not, over every store.

use std::time::{Duration, UNIX_EPOCH};

use futures_util::future::join_all;
use http::header;
use tower_lti::{
    LtiError, LtiLogin, OnMissingDeployment,
    claims::names,
    deployment::{DeploymentOrigin, DeploymentOutcome, DeploymentStatus},
    error::LtiErrorKind::{
        self, AudienceMismatch, ClaimInvalid, DeploymentDisabled, DeploymentPending,
        DeploymentQuotaReached, DeploymentUnknown, SignatureWrong, TokenExpired,
    },
    registration::Registrations,
    store::LaunchStore,
    testing::{Browser, Platform, SigningKey},
    tool::Limits,
};

use super::{Good, TokenChange, World, deployment};
use crate::{
    app::{App, Handler, NOW, body},
    stores::over_every_store,
};

/// A first launch of a deployment that is not known, under a policy.
async fn first_launch<S: LaunchStore + Clone>(
    world: &World<S>,
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

/// A launch from a deployment under the policy that is the default.
async fn launch_from<S: LaunchStore + Clone>(
    app: &App<S>,
    platform: &Platform,
    id: &str,
) -> http::Response<bytes::Bytes> {
    launch_by(&mut app.browser(), platform, id).await
}

async fn launch_by(
    browser: &mut Browser<LtiLogin, Handler>,
    platform: &Platform,
    id: &str,
) -> http::Response<bytes::Bytes> {
    let request = browser.log_in(platform).await.unwrap();
    let token = platform.id_token(&request, NOW);
    let token = token.claim(names::DEPLOYMENT_ID, id).sign();
    browser.launch(&request, &token).await
}

// LAUNCH-97, D01
#[tokio::test(flavor = "multi_thread")]
async fn of_64_first_launches_all_succeed_and_one_creates() {
    over_every_store!(first_launches);
}

async fn first_launches<S: LaunchStore + Clone>(stores: [S; 2]) {
    let apps = stores
        .clone()
        .map(|store| App::over(store, |builder, _| builder));
    let launches = (0..64).map(|number| {
        let mut browser = apps[number % 2].browser();
        let platform = apps[0].platform.clone();
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
    let registration = apps[0].platform.registration();
    for store in stores {
        let kept = store.list(registration.id(), None, 100).await.unwrap();
        assert_eq!(kept.deployments().len(), 1);
    }
}

// D02
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_does_not_bring_back_a_deployment_that_was_removed() {
    over_every_store!(replay_after_removal);
}

async fn replay_after_removal<S: LaunchStore + Clone>([store, other]: [S; 2]) {
    let world = World::over(store, |builder| builder).await;
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    let key = deployment(&world.app.platform, "dep-1");
    assert!(other.remove(&key).await.unwrap());
    assert_eq!(world.send(good.launch()).await.status(), 409);
    assert!(other.find(&key).await.unwrap().is_none());
    assert_eq!(world.app.calls(), 1);
}

// LAUNCH-95, D03
#[tokio::test(flavor = "multi_thread")]
async fn a_launch_that_is_refused_creates_no_deployment() {
    over_every_store!(refused_launches);
}

async fn refused_launches<S: LaunchStore + Clone>([store, other]: [S; 2]) {
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
    let world = World::over(store, |builder| builder).await;
    for (what, change, refusal) in changes {
        let good = world.good_launch().await;
        let token = change(good.token.clone().claim(names::DEPLOYMENT_ID, "dep-new"));
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        world.assert_answered(what, &good, &answer, refusal);
        let key = deployment(&world.app.platform, "dep-new");
        assert!(other.find(&key).await.unwrap().is_none(), "{what}");
    }
    assert_eq!(world.app.calls(), 0);
}

// D04
#[tokio::test(flavor = "multi_thread")]
async fn one_id_under_three_registrations_is_three_deployments() {
    over_every_store!(three_registrations);
}

async fn three_registrations<S: LaunchStore + Clone>([store, other]: [S; 2]) {
    let platforms = [
        Platform::new("https://lms.test", "tool-1"),
        Platform::new("https://lms.test", "tool-2"),
        Platform::new("https://other.test", "tool-1"),
    ];
    let all = Registrations::new(platforms.iter().map(Platform::registration)).unwrap();
    let app = App::over(store, |builder, _| builder.registrations(all));
    for platform in &platforms {
        let answer = launch_from(&app, platform, "dep-1").await;
        assert_eq!(body(&answer)["created"], true);
    }
    let shut = deployment(&platforms[0], "dep-1");
    let disabled = DeploymentStatus::Disabled;
    other.set_status(&shut, disabled).await.unwrap().unwrap();
    for (platform, status) in platforms.iter().zip([403, 200, 200]) {
        let answer = launch_from(&app, platform, "dep-1").await;
        assert_eq!(answer.status(), status);
    }
}

// D05
#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_shut_stays_shut() {
    over_every_store!(shut);
}

async fn shut<S: LaunchStore + Clone>([store, other]: [S; 2]) {
    let world = World::over(store, |builder| builder).await;
    let key = deployment(&world.app.platform, "dep-off");
    for (status, refusal) in [
        (DeploymentStatus::Disabled, DeploymentDisabled),
        (DeploymentStatus::Pending, DeploymentPending),
    ] {
        other.set_status(&key, status).await.unwrap();
        for policy in [OnMissingDeployment::Create, OnMissingDeployment::Forward] {
            let (good, answer) = first_launch(&world, policy, "dep-off").await;
            assert_eq!(
                (answer.status().as_u16(), kind(&answer)),
                (403, Some(refusal))
            );
            world.assert_nothing_was_told("D05", &good, &answer);
        }
        let active = other.find(&key).await.unwrap().unwrap();
        let active = active.with_status(DeploymentStatus::Active);
        let (kept, outcome) = other.create(&active, None).await.unwrap();
        assert_eq!(outcome, DeploymentOutcome::Existing);
        assert_eq!((kept.status(), world.app.calls()), (status, 0));
    }
    let disabled = DeploymentStatus::Disabled;
    other.set_status(&key, disabled).await.unwrap();
    let kept = other.approve(&key).await.unwrap().unwrap();
    assert_eq!(kept.status(), disabled, "approval opens what is pending");
}

// LAUNCH-98, D06
#[tokio::test(flavor = "multi_thread")]
async fn launches_that_race_for_the_last_places_of_a_quota_get_no_more_than_there_are() {
    over_every_store!(quota);
}

async fn quota<S: LaunchStore + Clone>(stores: [S; 2]) {
    const QUOTA: usize = 5;
    let other = Platform::new("https://other.test", "tool-1");
    let apps = stores.clone().map(|store| {
        App::over(store, |builder, platform| {
            let all = [platform.registration(), other.registration()];
            builder
                .registrations(Registrations::new(all).unwrap())
                .limits(Limits::default().deployments_per_registration(QUOTA))
        })
    });
    let platform = &apps[0].platform;
    let launches = (0..32).map(|number| {
        let (mut browser, platform) = (apps[number % 2].browser(), platform.clone());
        tokio::spawn(async move {
            let id = format!("dep-{number}");
            let answer = launch_by(&mut browser, &platform, &id).await;
            (id, answer)
        })
    });
    let answers = join_all(launches).await.into_iter().map(Result::unwrap);

    let (created, refused): (Vec<_>, Vec<_>) =
        answers.partition(|(_, answer)| answer.status() == 200);
    assert_eq!(created.len(), QUOTA);
    for (_, answer) in &refused {
        assert_eq!(answer.status(), 403);
        assert_eq!(kind(answer), Some(DeploymentQuotaReached));
    }
    let registration = platform.registration();
    let kept = stores[1].list(registration.id(), None, 100).await.unwrap();
    assert_eq!(kept.deployments().len(), QUOTA);
    let (known, _) = &created[0];
    for (platform, id) in [(platform, known.as_str()), (&other, "dep-1")] {
        let answer = launch_from(&apps[1], platform, id).await;
        assert_eq!(answer.status(), 200, "it counts new ones of its own alone");
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
    assert_eq!((created, world.deployments().await), (48, 50));
}

// LAUNCH-98, D06: unless told otherwise a registration has a thousand, and may have a bound of its own
#[tokio::test]
async fn a_registration_may_have_a_quota_of_its_own() {
    let json = r#"[{"issuer": "https://lms.test", "client_id": "tool-1", "deployment_quota": 3,
        "authorization_endpoint": "https://lms.test/auth", "jwks_url": "https://lms.test/jwks"}]"#;
    let world =
        World::with(|builder| builder.registrations(Registrations::from_json(json).unwrap())).await;
    for (id, status) in [("dep-3", 200), ("dep-4", 403), ("dep-1", 200)] {
        let good = world.good_launch().await;
        let token = good.token.clone().claim(names::DEPLOYMENT_ID, id).sign();
        let answer = world.send(good.post(good.form(&token))).await;
        assert_eq!(answer.status(), status, "{id}");
    }
}

// LAUNCH-96, LAUNCH-100, D07, D11
#[tokio::test(flavor = "multi_thread")]
async fn reject_refuses_and_creates_nothing() {
    over_every_store!(reject);
}

async fn reject<S: LaunchStore + Clone>([store, _]: [S; 2]) {
    let world = World::over(store, |builder| builder).await;
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
    assert_eq!((world.app.calls(), world.deployments().await), (0, 2));
}

// LAUNCH-96, LAUNCH-108, D08, D11
#[tokio::test(flavor = "multi_thread")]
async fn redirect_sends_a_ticket_that_names_the_deployment_and_nobody() {
    over_every_store!(redirect);
}

async fn redirect<S: LaunchStore + Clone>([store, _]: [S; 2]) {
    let world = World::over(store, |builder| builder).await;
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
    assert_eq!((world.app.calls(), world.deployments().await), (0, 2));
}

// LAUNCH-96, D10, D11
#[tokio::test(flavor = "multi_thread")]
async fn forward_hands_over_a_missing_deployment_and_no_context() {
    over_every_store!(forward);
}

async fn forward<S: LaunchStore + Clone>([store, _]: [S; 2]) {
    let world = World::over(store, |builder| builder).await;
    let (_, answer) = first_launch(&world, OnMissingDeployment::Forward, "dep-new").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(body(&answer)["missing"], "dep-new");
    assert!(body(&answer)["sub"].is_null());
    assert_eq!(world.deployments().await, 2);
}

// D13
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_no_deployment_or_a_whole_one() {
    over_every_store!(read_while_created);
}

async fn read_while_created<S: LaunchStore + Clone>([writer, reader]: [S; 2]) {
    let app = App::over(writer, |builder, _| builder);
    for number in 0..100 {
        let id = format!("dep-{number}");
        let key = deployment(&app.platform, &id);
        let reading = tokio::spawn({
            let (reader, key) = (reader.clone(), key.clone());
            async move {
                loop {
                    if let Some(seen) = reader.find(&key).await.unwrap() {
                        break seen;
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        let answer = launch_from(&app, &app.platform, &id).await;
        assert_eq!(body(&answer)["created"], true);
        let seen = reading.await.unwrap();
        assert_eq!(*seen.key(), key);
        assert_eq!(seen.status(), DeploymentStatus::Active);
        assert_eq!(seen.origin(), DeploymentOrigin::FirstLaunch);
        assert_eq!(seen.created_at(), UNIX_EPOCH + Duration::from_secs(NOW));
    }
}
