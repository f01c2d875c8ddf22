//! What each outcome of a launch costs on Redis, as the server itself counts it.

use std::time::Duration;

use http::{Request, header};
use http_body_util::Full;
use tower_lti::{
    LtiLaunchLayer, OnMissingDeployment, RedisStore,
    claims::names,
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{DeploymentStore, LaunchStore},
    tool::Limits,
};

use super::meter::{Cost, Meter, cost};
use crate::{
    app::{App, NOW},
    redis_server::RedisServer,
};

struct Tool {
    app: App<RedisStore>,
    meter: Meter,
    server: RedisServer,
}

impl Tool {
    async fn start() -> Self {
        let server = RedisServer::start().await;
        let store = RedisStore::connect(&server.url()).await.unwrap();
        let limits = Limits::default().deployments_per_registration(3);
        let app = App::over(store, |builder, _| builder.limits(limits));
        Self {
            app,
            meter: Meter::of(&server).await,
            server,
        }
    }

    fn key(&self, id: &str) -> DeploymentKey {
        DeploymentKey::new(self.app.platform.registration().id().clone(), id.into())
    }

    /// A launch that is answered with this status, and its cost. What the login did is not counted:
    /// it does nothing.
    async fn launch(&mut self, policy: OnMissingDeployment, id: &str, status: u16) -> Cost {
        let mut browser = self.app.browser_with(|layer| {
            let layer: LtiLaunchLayer = layer.on_missing_deployment(policy);
            layer.resume_path("/lti/resume")
        });
        self.meter.reset().await;
        let request = browser.log_in(&self.app.platform).await.unwrap();
        let token = self.app.platform.id_token(&request, NOW);
        let token = token.claim(names::DEPLOYMENT_ID, id).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), status, "{id}");
        self.meter.read().await
    }
}

#[tokio::test]
async fn each_outcome_costs_the_round_trips_that_the_guide_says() {
    let mut tool = Tool::start().await;
    let create = || OnMissingDeployment::Create;
    let created = tool.launch(create(), "dep-1", 200).await;
    let known = tool.launch(create(), "dep-1", 200).await;
    let rejected = tool.launch(OnMissingDeployment::Reject, "dep-2", 403).await;
    let forwarded = tool
        .launch(OnMissingDeployment::Forward, "dep-2", 200)
        .await;
    let pending = tool
        .launch(OnMissingDeployment::Pending, "dep-3", 403)
        .await;
    let still_pending = tool.launch(create(), "dep-3", 403).await;
    tool.launch(create(), "dep-4", 200).await;
    let over_quota = tool.launch(create(), "dep-5", 403).await;

    for (outcome, was, should) in [
        ("known", known, cost(1, &[("get", 2), ("set", 1)])),
        ("created", created, creation()),
        ("rejected", rejected, cost(1, &[("get", 2), ("set", 1)])),
        ("forwarded", forwarded, cost(1, &[("get", 2), ("set", 1)])),
        ("created as pending", pending, creation()),
        ("pending", still_pending, cost(1, &[("get", 2), ("set", 1)])),
        (
            "over the quota",
            over_quota,
            cost(
                2,
                &[
                    ("eval", 1),
                    ("get", 3),
                    ("set", 1),
                    ("zcard", 1),
                    ("zscore", 1),
                ],
            ),
        ),
    ] {
        println!("{outcome}: {was:?}");
        assert_eq!(was, should, "{outcome}");
    }
}

/// The second round trip is a script, whose commands are counted too.
fn creation() -> Cost {
    cost(
        2,
        &[
            ("eval", 1),
            ("get", 3),
            ("set", 2),
            ("zadd", 1),
            ("zcard", 1),
            ("zscore", 1),
        ],
    )
}

#[tokio::test]
async fn a_launch_that_is_parked_costs_two_round_trips_and_its_resumption_four() {
    let mut tool = Tool::start().await;
    let onboarding = OnMissingDeployment::Redirect("https://tool.test/onboarding".parse().unwrap());
    let mut browser = tool.app.browser_with(|layer| {
        layer
            .on_missing_deployment(onboarding)
            .resume_path("/lti/resume")
    });
    tool.meter.reset().await;
    let request = browser.log_in(&tool.app.platform).await.unwrap();
    let token = tool.app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    let parked = tool.meter.read().await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let (_, ticket) = location.split_once("?ticket=").unwrap();
    let active = Deployment::new(
        tool.key("dep-1"),
        DeploymentStatus::Active,
        DeploymentOrigin::Onboarding,
        std::time::SystemTime::now(),
    );
    tool.app.store.create(&active, None).await.unwrap();

    let resume = || {
        let request = Request::get(format!("/lti/resume?ticket={ticket}"));
        request.body(Full::default()).unwrap()
    };
    tool.meter.reset().await;
    assert_eq!(browser.send_launch(resume()).await.status(), 200);
    let resumed = tool.meter.read().await;
    tool.meter.reset().await;
    assert_eq!(browser.send_launch(resume()).await.status(), 409);
    let used = tool.meter.read().await;

    println!("parked: {parked:?}\nresumed: {resumed:?}\nticket used: {used:?}");
    assert_eq!(parked, cost(2, &[("get", 2), ("set", 2)]));
    assert_eq!(resumed, cost(4, &[("del", 1), ("get", 4), ("set", 1)]));
    assert_eq!(used, cost(3, &[("get", 4), ("set", 1)]));
}

#[tokio::test]
async fn a_race_that_is_lost_costs_no_more_than_one_that_is_won() {
    let mut tool = Tool::start().await;
    let rival = RedisStore::connect(&tool.server.url()).await.unwrap();
    let ours = Deployment::new(
        tool.key("dep-1"),
        DeploymentStatus::Active,
        DeploymentOrigin::FirstLaunch,
        std::time::SystemTime::now(),
    );
    let nonce = OneTimeKey::new(ours.key().registration(), "nonce");
    let attempt = Attempt::new().unwrap();
    let ttl = Duration::from_secs(60);
    let store = tool.app.store.clone();
    tool.meter.reset().await;
    let launch = store.consume_and_find(&nonce, &attempt, ttl, ours.key());
    let (nonce_use, found) = launch.await.unwrap();
    assert!(nonce_use == NonceUse::First && found.is_none());
    let before = tool.meter.read().await;
    rival.create(&ours, Some(3)).await.unwrap();
    tool.meter.reset().await;
    let (_, outcome) = store.create(&ours, Some(3)).await.unwrap();
    let after = tool.meter.read().await;
    assert_eq!(outcome, DeploymentOutcome::Existing);
    assert_eq!(before, cost(1, &[("get", 2), ("set", 1)]));
    assert_eq!(after, cost(1, &[("eval", 1), ("get", 1)]));
}

#[tokio::test]
async fn a_hundred_launches_of_a_known_deployment_cost_a_hundred_round_trips() {
    let mut tool = Tool::start().await;
    tool.launch(OnMissingDeployment::Create, "dep-1", 200).await;
    let mut browser = tool.app.browser();
    tool.meter.reset().await;
    for _ in 0..100 {
        let request = browser.log_in(&tool.app.platform).await.unwrap();
        let token = tool.app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
    let hundred = tool.meter.read().await;
    assert_eq!(hundred, cost(100, &[("get", 200), ("set", 100)]));
}
