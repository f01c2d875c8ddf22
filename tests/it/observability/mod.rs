//! What an operator sees of logins, launches, stores and key servers, and what nobody does.

mod content_selection;
mod debug;
mod dynamic_registration;
mod exchanges;
mod floods;
mod guide;
mod near_misses;
mod redis;
mod refusals;
mod services;
mod sessions;
mod shown_urls;
mod watch;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::Full;
use serde_json::json;
use tower::Service;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, MemoryStore, OnMissingDeployment,
    claims::names,
    clock::Clock,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::{Endpoint, RegistrationId},
    store::{DeploymentStore, NonceStore, Persistence, StoreError, StoreHealth},
    testing::{AuthenticationRequest, Browser, IdToken, SigningKey},
    tool::{Limits, LtiToolBuilder},
};

use self::watch::{Seen, watch};
use crate::app::{App, Handler, NOW};

const CANARIES: [&str; 4] = [
    "canary-sub",
    "Canary Name",
    "canary@example.org",
    "canary-custom",
];

type Change<'a> = &'a dyn Fn(LtiLaunchLayer) -> LtiLaunchLayer;

/// A person with a browser, whose login is done.
struct Person {
    browser: Browser<LtiLogin, Handler>,
    request: AuthenticationRequest,
    token: IdToken,
}

impl Person {
    async fn logs_in(app: &App, layer: Change<'_>) -> Self {
        let mut browser = app.browser_with(layer);
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim("sub", CANARIES[0])
            .claim("name", CANARIES[1])
            .claim("email", CANARIES[2])
            .claim(names::CUSTOM, json!({"x": CANARIES[3]}));
        Self {
            browser,
            request,
            token,
        }
    }

    async fn launches(&mut self) -> Response<Bytes> {
        self.launches_with(|token| token).await
    }

    async fn launches_with(&mut self, change: impl FnOnce(IdToken) -> IdToken) -> Response<Bytes> {
        let token = change(self.token.clone()).sign();
        self.browser.launch(&self.request, &token).await
    }

    /// What must be seen by nobody.
    fn secrets(&mut self) -> Vec<String> {
        let token = self.token.sign();
        let cookies = self.browser.cookies().values().cloned();
        let parts = token.split('.').skip(1);
        parts
            .chain([self.request.state(), self.request.nonce()])
            .chain(CANARIES)
            .map(str::to_owned)
            .chain(cookies)
            .collect()
    }
}

fn policy(policy: OnMissingDeployment) -> impl Fn(LtiLaunchLayer) -> LtiLaunchLayer {
    move |layer| {
        layer
            .resume_path("/lti/resume")
            .on_missing_deployment(policy.clone())
    }
}

fn to_onboarding() -> OnMissingDeployment {
    OnMissingDeployment::Redirect("https://tool.test/onboarding".parse().unwrap())
}

/// Launches once, made wrong in one thing or not at all, and keeps what the login before it shows apart.
async fn one_launch(
    change_layer: Change<'_>,
    change: impl FnOnce(IdToken) -> IdToken,
) -> (Seen, Vec<String>) {
    let app = App::new();
    let mut person = Person::logs_in(&app, change_layer).await;
    let mut secrets = person.secrets();
    let (_, seen) = watch(person.launches_with(change)).await;
    secrets.extend(person.secrets());
    (seen, secrets)
}

fn by_default(layer: LtiLaunchLayer) -> LtiLaunchLayer {
    layer
}

/// The fields that `lti.launch` has beside its outcome.
const NOBODY: &[&str] = &[];
const REGISTRATION: &[&str] = &["client_id", "issuer"];
const DEPLOYMENT: &[&str] = &["client_id", "deployment", "issuer"];

#[tokio::test]
async fn a_launch_says_how_it_ended_and_whose_it_was() {
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.test", "tool-1"),
        "dep-1".into(),
    );
    for (outcome, layer, change, known) in [
        (
            "created",
            OnMissingDeployment::Create,
            (|token| token) as fn(IdToken) -> IdToken,
            DEPLOYMENT,
        ),
        (
            "pending",
            OnMissingDeployment::Pending,
            |token| token,
            DEPLOYMENT,
        ),
        (
            "deployment_rejected",
            OnMissingDeployment::Reject,
            |token| token,
            DEPLOYMENT,
        ),
        ("redirected", to_onboarding(), |token| token, DEPLOYMENT),
        (
            "forwarded",
            OnMissingDeployment::Forward,
            |token| token,
            DEPLOYMENT,
        ),
        (
            "token_rejected",
            OnMissingDeployment::Create,
            |token| token.signed_by(&SigningKey::shared(3, "k1")),
            REGISTRATION,
        ),
        (
            "launch_invalid",
            OnMissingDeployment::Create,
            |token| token.claim(names::DEPLOYMENT_ID, json!(["canary-custom"])),
            REGISTRATION,
        ),
    ] {
        let (seen, secrets) = one_launch(&policy(layer), change).await;

        let span = seen.only("lti.launch");
        assert_eq!(span.fields["outcome"], outcome);
        assert_eq!(span.known(), known, "{outcome}");
        assert_eq!(span.fields["issuer"], "https://lms.test");
        assert_eq!(span.fields["client_id"], "tool-1");
        if known == DEPLOYMENT {
            assert_eq!(span.fields["deployment"], key.to_text());
        }
        let created = u64::from(matches!(outcome, "created" | "pending"));
        assert_eq!(seen.count("lti_deployments_created_total", &[]), created);
        assert_counted_once(&seen, outcome);
        seen.assert_free_of(&secrets);
    }
}

fn assert_counted_once(seen: &Seen, outcome: &str) {
    let labels = [("outcome", outcome)];
    assert_eq!(seen.count("lti_launches_total", &labels), 1, "{outcome}");
    assert_eq!(seen.total("lti_launches_total"), 1, "{outcome}");
    assert_eq!(seen.timed("lti_launch_duration_seconds", &labels), 1);
}

#[tokio::test]
async fn a_launch_that_comes_second_to_its_deployment_counts_none_as_created() {
    let app = App::new();
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.test", "tool-1"),
        "dep-1".into(),
    );
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    let deployment = Deployment::new(key, status, origin, app.clock.now());
    let store = app.store.clone();
    let quicker = OnMissingDeployment::create_if(move |_| {
        let (store, deployment) = (store.clone(), deployment.clone());
        async move { store.create(&deployment, None).await.is_ok() }
    });
    let mut person = Person::logs_in(&app, &policy(quicker)).await;

    let (answer, seen) = watch(person.launches()).await;

    assert_eq!(answer.status(), 200);
    assert_counted_once(&seen, "launched");
    assert_eq!(seen.total("lti_deployments_created_total"), 0);
}

#[tokio::test]
async fn a_second_launch_is_launched_and_a_second_post_is_a_replay() {
    let app = App::new();
    Person::logs_in(&app, &by_default).await.launches().await;
    let mut person = Person::logs_in(&app, &by_default).await;
    let cookies = person.browser.cookies().clone();

    let (_, seen) = watch(person.launches()).await;
    *person.browser.cookies() = cookies;
    let (_, again) = watch(person.launches()).await;

    assert_counted_once(&seen, "launched");
    assert_counted_once(&again, "replay_detected");
    assert_eq!(again.only("lti.launch").known(), DEPLOYMENT);
    let told = again.event("the nonce was used before");
    assert_eq!(
        (told.level, told.within.as_slice()),
        ("WARN", &["lti.launch"][..])
    );
    assert_eq!(told.fields["code"], "replay_detected");
    again.assert_free_of(&person.secrets());
}

// N04, N05
#[tokio::test]
async fn a_launch_names_its_registration_once_its_state_is_proven_and_nobody_before() {
    let app = App::new();
    let mut person = Person::logs_in(&app, &by_default).await;
    let cookies = person.browser.cookies().clone();
    for (outcome, known) in [
        ("cookie_missing", REGISTRATION),
        ("state_invalid", NOBODY),
        ("method_not_allowed", NOBODY),
        ("unsupported_media_type", NOBODY),
        ("malformed_request", NOBODY),
        ("platform_error", &["client_id", "issuer", "platform_error"]),
        ("token_malformed", REGISTRATION),
    ] {
        *person.browser.cookies() = cookies.clone();
        let state = person.request.state().to_owned();
        let fields: &[(&str, &str)] = match outcome {
            "state_invalid" => &[("id_token", "canary-sub"), ("state", "canary-sub")],
            "malformed_request" => &[("id_token", "canary-sub")],
            "platform_error" => &[("error", "canary-sub"), ("state", &state)],
            _ => &[("id_token", "canary-sub"), ("state", &state)],
        };
        if outcome == "cookie_missing" {
            person.browser.cookies().clear();
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post("/lti/launch")
            .body(Full::from(form.clone()))
            .unwrap();
        let (_, seen) = match outcome {
            "method_not_allowed" => {
                let request = Request::get("/lti/launch").body(Full::default()).unwrap();
                watch(person.browser.send_launch(request)).await
            }
            "unsupported_media_type" => watch(person.browser.send_launch(request)).await,
            _ => watch(person.browser.post_launch(form)).await,
        };

        assert_counted_once(&seen, outcome);
        let span = seen.only("lti.launch");
        assert_eq!(span.fields["outcome"], outcome);
        assert_eq!(span.known(), known, "{outcome}");
        seen.assert_free_of(&person.secrets());
    }
}

#[tokio::test]
async fn a_login_says_how_it_ended_and_whose_it_claims_to_be() {
    let app = App::new();
    let query = |issuer: &str, target: &str| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("iss", issuer)
            .append_pair("client_id", "tool-1")
            .append_pair("login_hint", "canary-sub")
            .append_pair("lti_message_hint", "canary-custom")
            .append_pair("target_link_uri", target)
            .finish()
    };
    for (outcome, issuer, target, known) in [
        (
            "redirected",
            "https://lms.test",
            "https://tool.test/app",
            REGISTRATION,
        ),
        (
            "target_not_allowed",
            "https://lms.test",
            "https://else.test/?canary-custom",
            REGISTRATION,
        ),
        (
            "registration_unknown",
            "https://unknown.test/?canary-custom",
            "https://tool.test/app",
            REGISTRATION,
        ),
    ] {
        let mut browser = app.browser();
        let (_, seen) = watch(browser.get_login(&query(issuer, target))).await;

        let span = seen.only("lti.login");
        assert_eq!(span.fields["outcome"], outcome);
        assert_eq!(span.known(), known, "{outcome}");
        assert_eq!(seen.count("lti_logins_total", &[("outcome", outcome)]), 1);
        assert_eq!(seen.total("lti_logins_total"), 1);
        seen.assert_free_of(&CANARIES.map(str::to_owned));
        for value in browser.cookies().values() {
            seen.assert_free_of(std::slice::from_ref(value));
        }
    }
}

#[tokio::test]
async fn a_launch_that_was_parked_is_resumed() {
    let app = App::new();
    let layer = policy(to_onboarding());
    let mut person = Person::logs_in(&app, &layer).await;
    let (answer, parking) = watch(person.launches()).await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let ticket = location.split_once("ticket=").unwrap().1.to_owned();
    let cookies = person.browser.cookies().iter();
    let cookies: Vec<String> = cookies
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
    let opened = app.tool.open_onboarding_ticket(&ticket, &headers).unwrap();

    let (completed, completing) = watch(app.tool.complete_onboarding(&opened)).await;
    let (_, again) = watch(app.tool.complete_onboarding(&opened)).await;
    let request = Request::get(format!("/lti/resume?ticket={ticket}"));
    let request = request.body(Full::default()).unwrap();
    let (_, resuming) = watch(person.browser.send_launch(request)).await;

    assert_eq!(completed.unwrap().origin(), DeploymentOrigin::Onboarding);
    assert_eq!(completing.count("lti_deployments_created_total", &[]), 1);
    assert_eq!(again.total("lti_deployments_created_total"), 0);
    assert_eq!(completing.total("lti_launches_total"), 0);
    assert_counted_once(&resuming, "resumed");
    assert_eq!(resuming.only("lti.launch").known(), DEPLOYMENT);
    for (seen, operations) in [
        (
            &parking,
            &["consume_and_find", "find_registration", "park"][..],
        ),
        (
            &completing,
            &["find_registration", "parked", "consume_and_find", "create"],
        ),
        (
            &resuming,
            &[
                "find_registration",
                "find",
                "parked",
                "consume_and_find",
                "unpark",
            ],
        ),
    ] {
        for operation in operations {
            let labels = [("operation", *operation), ("outcome", "ok")];
            assert_eq!(
                seen.count("lti_store_calls_total", &labels),
                1,
                "{operation}"
            );
            let labels = [("operation", *operation)];
            assert_eq!(seen.timed("lti_store_call_duration_seconds", &labels), 1);
        }
        assert_eq!(
            seen.total("lti_store_calls_total"),
            operations.len() as u64,
            "{seen:?}"
        );
        let mut secrets = person.secrets();
        secrets.push(ticket.clone());
        seen.assert_free_of(&secrets);
    }
}

/// A store that is in trouble, or says nothing at all.
#[derive(Clone, Copy)]
enum Trouble {
    Full,
    Down,
    Silent,
}

impl NonceStore for Trouble {
    async fn consume(
        &self,
        _: &OneTimeKey,
        _: &Attempt,
        _: Duration,
    ) -> Result<NonceUse, StoreError> {
        match self {
            Self::Full => Err(StoreError::full()),
            Self::Down => Err(StoreError::unavailable("refused")),
            Self::Silent => std::future::pending().await,
        }
    }

    async fn was_consumed(&self, _: &OneTimeKey) -> Result<bool, StoreError> {
        match self {
            Self::Full => Ok(false),
            Self::Down => Err(StoreError::unavailable("refused")),
            Self::Silent => std::future::pending().await,
        }
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

fn in_trouble(trouble: Trouble) -> App {
    App::with(|builder| builder.store((trouble, MemoryStore::default())))
}

fn assert_call(seen: &Seen, operation: &str, outcome: &str) {
    let labels = [("operation", operation), ("outcome", outcome)];
    assert_eq!(seen.count("lti_store_calls_total", &labels), 1, "{outcome}");
    let calls = seen.spans("lti.store");
    let call = calls
        .iter()
        .find(|span| span.fields["operation"] == operation);
    assert_eq!(call.unwrap().fields["outcome"], outcome);
    assert!(calls.iter().all(|span| span.parent == Some("lti.launch")));
}

#[tokio::test(start_paused = true)]
async fn a_store_call_says_what_was_asked_and_how_it_ended() {
    let no_more =
        |builder: LtiToolBuilder| builder.limits(Limits::default().deployments_per_registration(0));
    for (operation, outcome, launch, app) in [
        ("create", "ok", "created", App::new()),
        (
            "create",
            "quota_reached",
            "deployment_rejected",
            App::with(no_more),
        ),
        (
            "consume_and_find",
            "full",
            "overloaded",
            in_trouble(Trouble::Full),
        ),
        (
            "consume_and_find",
            "unavailable",
            "store_unavailable",
            in_trouble(Trouble::Down),
        ),
        // The launch's own deadline passes.
        (
            "consume_and_find",
            "abandoned",
            "store_unavailable",
            in_trouble(Trouble::Silent),
        ),
    ] {
        let mut person = Person::logs_in(&app, &by_default).await;
        let (_, seen) = watch(person.launches()).await;

        assert_call(&seen, operation, outcome);
        assert_counted_once(&seen, launch);
        seen.assert_free_of(&person.secrets());
    }
}

#[tokio::test]
async fn a_launch_that_the_browser_gives_up_is_abandoned() {
    let app = in_trouble(Trouble::Silent);
    let mut person = Person::logs_in(&app, &by_default).await;

    let (given_up, seen) = watch(async {
        let most = Duration::from_millis(50);
        tokio::time::timeout(most, person.launches()).await.is_err()
    })
    .await;

    assert!(given_up);
    assert_call(&seen, "consume_and_find", "abandoned");
    assert_counted_once(&seen, "abandoned");
    assert_eq!(seen.only("lti.launch").fields["outcome"], "abandoned");
}

/// Answers as it is told.
#[derive(Debug)]
struct KeyServer(&'static str, String);

impl FetchKeySet for KeyServer {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        match self.0 {
            "unreachable" => Err(FetchError::unreachable("refused")),
            "invalid" => Ok(FetchedKeySet::new("<!doctype html>")),
            _ => Ok(FetchedKeySet::new(self.1.clone())),
        }
    }
}

#[tokio::test]
async fn a_fetch_of_keys_is_a_span_of_its_own() {
    for (outcome, launch, event) in [
        ("fetched", "created", None),
        (
            "unreachable",
            "jwks_unavailable",
            Some("the key server cannot be reached"),
        ),
        (
            "invalid",
            "jwks_invalid",
            Some("the key server's answer cannot be used"),
        ),
    ] {
        let app = App::with_platform(|builder, platform| {
            builder.key_sets(KeyServer(outcome, platform.jwks_json()))
        });
        let mut person = Person::logs_in(&app, &by_default).await;
        let (_, seen) = watch(person.launches()).await;

        let span = seen.only("lti.key_set");
        assert_eq!(span.fields["outcome"], outcome);
        assert_eq!(span.fields["url"], "https://lms.test/jwks");
        assert_eq!((span.parent, &*span.follows), (None, &["lti.launch"][..]));
        let labels = [("outcome", outcome)];
        assert_eq!(seen.count("lti_key_set_fetches_total", &labels), 1);
        assert_eq!(seen.timed("lti_key_set_fetch_duration_seconds", &[]), 1);
        assert_counted_once(&seen, launch);
        if let Some(event) = event {
            let told = seen.event(event);
            assert_eq!(
                (told.level, told.within.as_slice()),
                ("WARN", &["lti.key_set"][..])
            );
        }
        seen.assert_free_of(&person.secrets());
    }
}

#[tokio::test]
async fn what_is_no_launch_is_not_seen() {
    let app = App::new();
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .resume_path("/lti/resume");
    let mut service = layer.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    }));

    let (_, seen) = watch(async {
        for path in ["/", "/lti/launch/", "/lti/login", "/app?id_token=x&state=y"] {
            for method in ["GET", "POST"] {
                let request = Request::builder().method(method).uri(path);
                let request = request.body(Full::default()).unwrap();
                assert_eq!(service.call(request).await.unwrap().status(), 200);
            }
        }
    })
    .await;

    seen.assert_nothing();
}

#[tokio::test]
async fn the_handler_is_outside_and_the_hook_inside() {
    let app = App::new();
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .on_deployment_created(async |_: LaunchContext| {
            tracing::info!("the hook runs");
            Ok::<_, std::convert::Infallible>(())
        });
    let launch = layer.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
        tracing::info!("the handler runs");
        Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), launch);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();

    let (_, seen) = watch(browser.launch(&request, &token)).await;

    assert_eq!(seen.event("the hook runs").within, ["lti.launch"]);
    assert!(seen.event("the handler runs").within.is_empty());
    let told = seen.event("launched");
    assert_eq!((told.level, &*told.fields["outcome"]), ("INFO", "created"));
}

// The page is what alarms and dashboards are made from.
#[tokio::test]
async fn the_guide_names_every_span_and_every_metric_with_all_that_they_have() {
    let (_, seen) = watch(async {
        let app = App::new();
        Person::logs_in(&app, &by_default).await.launches().await;
        let _ = exchanges::fetch("https://lms.test/jwks", 200).await;
        services::call_that_waits().await;
        content_selection::signed().await;
    })
    .await;

    let spans = seen.declared_spans();
    assert_eq!(spans, guide::table("| span |", 2));
    let metrics = guide::table("| metric |", 2);
    assert_eq!(seen.labels(), metrics);
    assert_eq!(seen.described(), guide::table("| metric |", 1));
    for event in guide::events_of_the_code() {
        assert!(guide::knows(event), "{event}");
    }
    let histograms = metrics.keys().filter(|name| name.ends_with("_seconds"));
    assert_eq!(histograms.count(), 6);
}
