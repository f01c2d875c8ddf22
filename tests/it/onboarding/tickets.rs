//! What a ticket and the launch that waits under it are good for, and what they are not.

use std::{convert::Infallible, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, header};
use http_body_util::Full;
use serde_json::json;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, MemoryStore, RedisStore,
    claims::{MessageType, names},
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::LtiErrorKind::{
        self, ClientIdUnknown, DeploymentDisabled, LaunchNotParked, MessageTypeNotAccepted,
        NonceReplayed, RegistrationDisabled, RegistrationPending, TicketExpired, TicketForged,
        TicketUsed,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    onboarding::MissingDeployment,
    registration::{RegistrationStatus, Registrations},
    store::{
        DeploymentStore, LaunchStore, NonceStore, ParkedLaunchStore, Persistence, StoreError,
        StoreHealth,
    },
    testing::{Browser, Platform, TestClock},
};

use crate::{
    app::{App, NOW, body, registration_with},
    onboarding::{Person, key, kind, with_resume},
    redis_server::RedisServer,
    stores::over_every_store,
};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_resume_one_launch_on_two_instances_one_gets_in() {
    over_every_store!(resumed_by_many);
}

async fn resumed_by_many<S: LaunchStore + ParkedLaunchStore + Clone>(stores: [S; 2]) {
    let apps = stores.map(|store| {
        let parked = store.clone();
        App::over(store, |builder, _| builder.parked_launches(parked))
    });
    let mut person = Person::arrives(&apps[0], with_resume).await;
    let ticket = person.opens(&apps[1]).unwrap();
    apps[1].tool.complete_onboarding(&ticket).await.unwrap();
    let uses = (0..32).map(|number| {
        let mut browser = apps[number % 2].browser_with(with_resume);
        *browser.cookies() = person.browser.cookies().clone();
        let request = Request::get(format!("/lti/resume?ticket={}", person.ticket));
        let request = request.body(Full::default()).unwrap();
        tokio::spawn(async move { browser.send_launch(request).await.status().as_u16() })
    });
    let statuses = join_all(uses).await.into_iter().map(Result::unwrap);
    let mut statuses: Vec<u16> = statuses.collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 31][..]));
    assert_eq!(apps[0].calls() + apps[1].calls(), 1);
}

#[tokio::test]
async fn a_registration_that_is_shut_or_taken_back_takes_what_was_parked_with_it() {
    let other = Platform::new("https://other.test", "tool-3").registration();
    for (later, refused_as) in [
        (other, ClientIdUnknown),
        (
            registration_with(RegistrationStatus::Disabled),
            RegistrationDisabled,
        ),
        (
            registration_with(RegistrationStatus::Pending),
            RegistrationPending,
        ),
    ] {
        let store = MemoryStore::default();
        let before = App::over(store.clone(), |builder, _| builder);
        let after = App::over(store.clone(), |builder, _| {
            builder.registrations(Registrations::new([later]).unwrap())
        });
        let mut person = Person::arrives(&before, with_resume).await;
        let ticket = person.opens(&after).unwrap();
        let refused = after.tool.complete_onboarding(&ticket).await.unwrap_err();
        assert_eq!(refused.kind(), refused_as);
        before.tool.complete_onboarding(&ticket).await.unwrap();

        let cookies = person.browser.cookies().clone();
        person.browser = after.browser_with(with_resume);
        *person.browser.cookies() = cookies;
        assert_eq!(kind(&person.resumes().await), Some(refused_as));
        assert_eq!(after.calls(), 0);
    }
}

// D08
#[tokio::test]
async fn a_ticket_tells_nothing_to_whoever_reads_it() {
    const PERSON: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#";
    let app = App::new();
    let long = format!("{PERSON}{}", "x".repeat(100_000));
    let roles = json!([
        "Instructor",
        format!("{PERSON}Faculty"),
        format!("{PERSON}canary@school.test"),
        "http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#canary-sub",
        "https://lms.test/canary",
        long,
    ]);
    let return_url = "https://lms.test/return.php?sesskey=canary";
    let to_page = |layer: LtiLaunchLayer| {
        let page = "https://tool.test/onboarding?from=lti".parse().unwrap();
        layer.on_missing_deployment(tower_lti::OnMissingDeployment::Redirect(page))
    };
    let mut person = Person::arrives_as(&app, to_page, |token| {
        token.claim(names::ROLES, roles).claim(
            names::LAUNCH_PRESENTATION,
            json!({"return_url": return_url}),
        )
    })
    .await;
    assert!(person.ticket.len() < 2_000, "{}", person.ticket.len());
    let bytes = URL_SAFE_NO_PAD.decode(&person.ticket).unwrap();
    for told in [
        "canary",
        "sesskey",
        "lms.test",
        "tool-1",
        "dep-1",
        "Instructor",
    ] {
        let found = bytes
            .windows(told.len())
            .any(|part| part == told.as_bytes());
        assert!(!found, "{told}");
    }
    let ticket = person.opens(&app).unwrap();
    let faculty = format!("{PERSON}Faculty");
    assert_eq!(ticket.roles().as_slice(), ["Instructor", &faculty]);
    assert_eq!(ticket.return_url(), Some(return_url));
    assert!(!format!("{ticket:?}").contains("canary"));
}

#[tokio::test]
async fn what_is_parked_in_redis_is_sealed() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let app = App::over(store, |builder, _| builder);
    Person::arrives(&app, with_resume).await;
    let keys: Vec<String> = server.ask("KEYS lti:v1:p:*").await;
    assert_eq!(keys.len(), 1);
    let parked: Vec<u8> = server.ask(&format!("GET {}", keys[0])).await;
    assert!(parked.len() > 200, "all of the launch");
    for told in ["Canary", "user-1", "lms.test", "Instructor", "claim"] {
        let found = parked
            .windows(told.len())
            .any(|part| part == told.as_bytes());
        assert!(!found, "{told}");
    }
    assert!(serde_json::from_slice::<serde_json::Value>(&parked).is_err());
}

#[tokio::test]
async fn a_launch_that_is_too_large_is_not_parked_nor_more_than_a_registration_may() {
    let app = App::new();
    let filler = |bytes: usize| json!({"x": "y".repeat(bytes)});
    let mut person = Person::arrives_as(&app, with_resume, |token| {
        token.claim(names::CUSTOM, filler(70_000))
    })
    .await;
    assert!(!person.opens(&app).unwrap().is_parked());
    let mut parked = 0;
    for _ in 0..90 {
        let mut person = Person::arrives_as(&app, with_resume, |token| {
            token.claim(names::CUSTOM, filler(60_000))
        })
        .await;
        parked += usize::from(person.opens(&app).unwrap().is_parked());
    }
    assert!((60..75).contains(&parked), "{parked}");
    app.clock.advance(15 * MINUTE);
    let later = NOW + 15 * 60;
    let mut person = Person::arrives_as(&app, with_resume, |token| {
        token.claim("iat", later).claim("exp", later + 60)
    })
    .await;
    assert!(person.opens(&app).unwrap().is_parked());
}

/// A store in which something happens between the steps of a launch that is resumed.
#[derive(Clone)]
struct Disturbed {
    store: MemoryStore,
    /// Shut while the parked launch is read.
    shuts: Option<DeploymentKey>,
    /// Whether what was taken out cannot be removed.
    keeps: bool,
}

impl NonceStore for Disturbed {
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
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<std::time::SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

impl ParkedLaunchStore for Disturbed {
    async fn park_launch(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<(), StoreError> {
        self.store.park_launch(ticket, sealed, ttl).await
    }

    async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(key) = &self.shuts {
            let disabled = DeploymentStatus::Disabled;
            self.store.set_status(key, disabled).await?;
        }
        self.store.parked_launch(ticket).await
    }

    async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        if self.keeps {
            return Err(StoreError::unavailable("not now"));
        }
        self.store.remove_parked(ticket).await
    }
}

#[tokio::test]
async fn a_deployment_that_is_shut_while_a_launch_is_resumed_stays_shut() {
    let store = MemoryStore::default();
    let app = App::over(store.clone(), |builder, _| builder);
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    let disturbed = Disturbed {
        store: store.clone(),
        shuts: Some(key("dep-1")),
        keeps: false,
    };
    let parked = disturbed.clone();
    let disturbed = App::over((disturbed, store), |builder, _| {
        builder.parked_launches(parked)
    });
    let cookies = person.browser.cookies().clone();
    person.browser = disturbed.browser_with(with_resume);
    *person.browser.cookies() = cookies;
    assert_eq!(kind(&person.resumes().await), Some(DeploymentDisabled));
    assert_eq!(disturbed.calls(), 0);
}

#[tokio::test]
async fn a_launch_that_cannot_be_removed_is_resumed_once_all_the_same() {
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let disturbed = Disturbed {
        store: store.clone(),
        shuts: None,
        keeps: true,
    };
    let (parked, too) = (disturbed.clone(), disturbed.clone());
    let here = App::over((disturbed, store), |builder, _| {
        builder.clock(clock.clone()).parked_launches(parked)
    });
    // Its clock is ahead, so that the ticket seems to have little time left.
    let ahead = TestClock::at_unix(NOW + 600);
    let there = App::over(here.store.clone(), |builder, _| {
        builder.clock(ahead).parked_launches(too)
    });
    let mut person = Person::arrives(&here, with_resume).await;
    let ticket = person.opens(&here).unwrap();
    here.tool.complete_onboarding(&ticket).await.unwrap();
    let cookies = person.browser.cookies().clone();
    for (app, minutes, status) in [(&there, 0, 200), (&here, 7, 409), (&here, 7, 409)] {
        clock.advance(minutes * MINUTE);
        person.browser = app.browser_with(with_resume);
        *person.browser.cookies() = cookies.clone();
        assert_eq!(person.resumes().await.status(), status, "{minutes}");
    }
}

#[tokio::test]
async fn a_ticket_sets_a_deployment_up_once() {
    over_every_store!(set_up_once);
}

async fn set_up_once<S: LaunchStore + Clone>([store, administrator]: [S; 2]) {
    let app = App::over(store, |builder, _| builder);
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    for _ in 0..2 {
        let opened = app.tool.complete_onboarding(&ticket).await.unwrap();
        assert_eq!(opened.status(), DeploymentStatus::Active);
    }
    let complete = async || app.tool.complete_onboarding(&ticket).await.unwrap_err();
    let pending = DeploymentStatus::Pending;
    administrator
        .set_status(&key("dep-1"), pending)
        .await
        .unwrap();
    assert_eq!(complete().await.kind(), TicketUsed);
    let kept = administrator.find(&key("dep-1")).await.unwrap().unwrap();
    assert_eq!(kept.status(), pending);
    assert!(administrator.remove(&key("dep-1")).await.unwrap());
    assert_eq!(complete().await.kind(), TicketUsed);
    assert!(administrator.find(&key("dep-1")).await.unwrap().is_none());

    // Who asks for approval twice, and is turned away in between.
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    for _ in 0..2 {
        let waiting = app.tool.request_approval(&ticket).await.unwrap();
        assert_eq!(waiting.status(), pending);
    }
    assert!(administrator.remove(&key("dep-1")).await.unwrap());
    let refused = app.tool.request_approval(&ticket).await.unwrap_err();
    assert_eq!(refused.kind(), TicketUsed);
    assert!(administrator.find(&key("dep-1")).await.unwrap().is_none());
}

#[tokio::test]
async fn a_ticket_whose_launch_was_resumed_sets_nothing_up_any_more() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.request_approval(&ticket).await.unwrap();
    app.store.approve(&key("dep-1")).await.unwrap();
    assert_eq!(person.resumes().await.status(), 200);
    let pending = DeploymentStatus::Pending;
    app.store.set_status(&key("dep-1"), pending).await.unwrap();
    let refused = app.tool.complete_onboarding(&ticket).await.unwrap_err();
    assert_eq!(refused.kind(), TicketUsed);
}

#[tokio::test]
async fn a_ticket_that_was_opened_in_time_sets_nothing_up_too_late() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.clock.advance(15 * MINUTE);
    let refused = app.tool.complete_onboarding(&ticket).await.unwrap_err();
    assert_eq!(refused.kind(), TicketExpired);
    assert_eq!(app.store.deployment_count(), 0);
}

#[tokio::test]
async fn a_ticket_from_the_future_is_none() {
    let app = App::new();
    app.clock.set_wall_unix(NOW + 3 * 3_600);
    let mut browser = app.browser_with(with_resume);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW + 3 * 3_600).sign();
    let answer = browser.launch(&request, &token).await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let (_, ticket) = location.split_once("ticket=").unwrap();
    app.clock.set_wall_unix(NOW);
    let (name, value) = browser.cookies().last_key_value().unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert(header::COOKIE, format!("{name}={value}").parse().unwrap());
    let opened = app.tool.open_onboarding_ticket(ticket, &headers);
    assert_eq!(opened.unwrap_err().kind(), TicketForged);
}

#[tokio::test]
async fn a_launch_is_resumed_only_where_its_kind_is_taken() {
    let app = App::new();
    let reviews = |layer| with_resume(layer).accept_message_type(MessageType::SubmissionReview);
    let mut person = Person::arrives_as(&app, reviews, |token| {
        token
            .claim(names::MESSAGE_TYPE, "LtiSubmissionReviewRequest")
            .claim(names::FOR_USER, json!({"user_id": "user-2"}))
    })
    .await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    let cookies = person.browser.cookies().clone();
    let taking = std::mem::replace(&mut person.browser, app.browser_with(with_resume));
    *person.browser.cookies() = cookies;
    let refused = person.resumes().await;
    assert_eq!(kind(&refused), Some(MessageTypeNotAccepted));
    person.browser = taking;
    assert_eq!(person.resumes().await.status(), 200, "it was not used up");
}

#[tokio::test]
async fn launches_may_be_resumed_where_they_arrive() {
    let app = App::new();
    let here = |layer| with_resume(layer).resume_path("/lti/launch");
    let mut person = Person::arrives(&app, here).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    let resume = Request::get(format!("/lti/launch?ticket={}", person.ticket));
    let answer = person
        .browser
        .send_launch(resume.body(Full::default()).unwrap())
        .await;
    assert_eq!(answer.status(), 200);
    let request = person.browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let launched = person.browser.launch(&request, &token).await;
    assert_eq!(body(&launched)["created"], false);
    let get = Request::get("/lti/launch").body(Full::default()).unwrap();
    let answer = person.browser.send_launch(get).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()[header::ALLOW]),
        (405, &"POST".parse().unwrap())
    );
}

#[tokio::test]
async fn a_browser_is_left_with_no_more_than_sixteen_tickets() {
    let app = App::new();
    let mut browser = app.browser_with(with_resume);
    for _ in 0..20 {
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 303);
        app.clock.advance(Duration::from_secs(1));
    }
    let tickets = browser.cookies().keys();
    let tickets = tickets.filter(|name| name.starts_with("__Host-lti-t-"));
    assert_eq!(tickets.count(), 16);
}

/// A handler that does to a missing deployment whatever it is told.
async fn with_missing<A: Future<Output = ()> + Send + 'static>(
    act: impl Fn(MissingDeployment) -> A + Send + Sync + 'static,
) -> App {
    let app = App::new();
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .resume_path("/lti/resume")
        .on_missing_deployment(tower_lti::OnMissingDeployment::Forward);
    let act = Arc::new(act);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        let act = Arc::clone(&act);
        async move {
            let missing = request.extensions().get::<MissingDeployment>().unwrap();
            act(missing.clone()).await;
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }
    });
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    app
}

#[tokio::test]
async fn one_launch_is_decided_once_however_often_it_is_cloned() {
    let app = with_missing(|missing| async move {
        let used = |kind: LtiErrorKind| assert_eq!(kind, NonceReplayed);
        assert!(missing.clone().park().await.is_ok());
        used(missing.park().await.unwrap_err().kind());
        used(missing.clone().create().await.unwrap_err().kind());
        used(missing.clone().create_pending().await.unwrap_err().kind());
        assert_eq!(missing.reject().kind(), LtiErrorKind::DeploymentUnknown);
    })
    .await;
    assert_eq!(app.store.deployment_count(), 0);
    let app = with_missing(|missing| async move {
        assert!(missing.clone().create().await.is_ok());
        assert_eq!(missing.park().await.unwrap_err().kind(), NonceReplayed);
    })
    .await;
    assert_eq!(app.store.deployment_count(), 1);
}

#[tokio::test]
async fn a_launch_goes_on_waiting_while_its_deployment_is_gone() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    app.store.remove(&key("dep-1")).await.unwrap();
    let early = person.resumes().await;
    assert_eq!(kind(&early), Some(LtiErrorKind::OnboardingUnfinished));
    let new = Deployment::new(
        key("dep-1"),
        DeploymentStatus::Active,
        DeploymentOrigin::Administrator,
        std::time::SystemTime::now(),
    );
    app.store.create(&new, None).await.unwrap();
    assert_eq!(person.resumes().await.status(), 200);
}

// X24
#[tokio::test]
async fn a_ticket_that_a_redis_may_have_forgotten_resumes_nothing() {
    let server = RedisServer::start().await;
    let clock = TestClock::at_unix(NOW);
    let builder = RedisStore::builder(server.url()).clock(clock.clone());
    let store = builder.connect().await.unwrap();
    let app = App::over(store, |builder, _| builder.clock(clock.clone()));
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    clock.advance(MINUTE);
    let _: i64 = server.ask("DEL lti:v1:m").await;
    assert_eq!(kind(&person.resumes().await), Some(LaunchNotParked));
    assert_eq!(app.calls(), 0);
}

/// A GET of the resume path with one header more.
fn resume_with(person: &Person, name: &'static str, value: &'static str) -> Request<Full<Bytes>> {
    Request::get(format!("/lti/resume?ticket={}", person.ticket))
        .header(name, value)
        .header(header::ACCEPT, "application/json")
        .body(Full::default())
        .unwrap()
}

// N33
#[tokio::test]
async fn a_page_that_is_fetched_ahead_uses_no_ticket_up() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("Sec-Purpose", "prefetch;anonymous-client-ip"),
        ("purpose", "prefetch"),
        ("Purpose", "PREFETCH"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
    ] {
        let ahead = resume_with(&person, name, value);
        let answer = person.browser.send_launch(ahead).await;
        let told = (answer.status().as_u16(), kind(&answer));
        let refused = (400, Some(LtiErrorKind::PrefetchRejected));
        assert_eq!(told, refused, "{name}: {value}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    }
    assert_eq!(app.calls(), 0);

    let by_a_person = resume_with(&person, "sec-purpose", "navigate");
    let answer = person.browser.send_launch(by_a_person).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
}

// N33
#[tokio::test]
async fn a_launched_page_is_stored_nowhere_unless_the_handler_says_so() {
    for (said, wanted) in [
        (None, "no-store"),
        (Some("private, max-age=60"), "private, max-age=60"),
    ] {
        let app = App::new();
        let handler = tower::service_fn(move |_: Request<Full<Bytes>>| {
            let mut response = Response::new(Full::<Bytes>::default());
            if let Some(said) = said {
                let said = said.parse().unwrap();
                response.headers_mut().insert(header::CACHE_CONTROL, said);
            }
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
        let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.headers()[header::CACHE_CONTROL], wanted);
    }
}

// N17
#[tokio::test]
async fn no_more_than_four_mebibytes_are_parked_at_any_time() {
    let app = App::new();
    let mut live = Vec::new();
    for minute in 0_u32..4 {
        // On each side of wherever a stretch of a ticket's lifetime could end.
        if minute > 0 {
            app.clock.advance(MINUTE * 5);
            live.retain(|parked_at| minute - parked_at < 3);
        }
        for number in 0..40 {
            let filler = "x".repeat(46_000);
            let mut person = Person::arrives_as(&app, with_resume, |token| {
                let now = NOW + u64::from(minute) * 300;
                token
                    .claim("iat", now)
                    .claim("exp", now + 300)
                    .claim(names::DEPLOYMENT_ID, format!("dep-{minute}-{number}"))
                    .claim(names::CUSTOM, json!({"filler": filler}))
            })
            .await;
            if person.opens(&app).unwrap().is_parked() {
                live.push(minute);
            }
        }
        let bytes = live.len() * 46_000;
        assert!(bytes <= 4 * 1024 * 1024, "{bytes} in the {minute}th");
    }
    assert!(live.contains(&3), "room comes back");
}
