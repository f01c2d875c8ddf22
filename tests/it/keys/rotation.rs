//! Platforms that change, withdraw and lose their keys, as launches see it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Response, header};
use tower_lti::{
    LtiError, LtiTool,
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet, SignatureAlgorithm},
    registration::{Endpoint, RegistrationId, Registrations},
    testing::{IdToken, Platform, SigningKey},
    tool::{ConfigError, Limits},
};

use crate::app::{App, code};

async fn launch(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> Response<Bytes> {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, app.clock.unix())).sign();
    browser.launch(&request, &token).await
}

fn pause(answer: &Response<Bytes>) -> u64 {
    let pause = answer.headers().get(header::RETRY_AFTER);
    pause.unwrap().to_str().unwrap().parse().unwrap()
}

fn signed_by(key: SigningKey) -> impl FnOnce(IdToken) -> IdToken {
    move |token| token.header("kid", key.id()).signed_by(&key)
}

// N31: Blackboard's key id is the client id, before and after a change
#[tokio::test]
async fn a_new_key_under_an_old_id_gets_in_at_once_and_the_old_one_no_more() {
    let app = App::new();
    assert_eq!(launch(&app, |token| token).await.status(), 200);

    app.platform.use_key(SigningKey::shared(1, "k1"));
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    assert_eq!(app.platform.fetches(), 2);

    let old = launch(&app, signed_by(SigningKey::shared(0, "k1"))).await;
    assert_eq!(code(&old), "token_rejected");
    assert_eq!(app.platform.fetches(), 2);
}

// N31: the new key may be of another kind
#[tokio::test]
async fn a_new_key_of_another_kind_under_an_old_id_gets_in_at_once() {
    let app = App::with_platform(|builder, platform| {
        let registration =
            tower_lti::registration::Registration::builder("https://lms.test", "tool-1")
                .authorization_endpoint("https://lms.test/auth")
                .jwks_url("https://lms.test/jwks")
                .algorithms([SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256])
                .build()
                .unwrap();
        let _ = platform;
        builder.registrations(Registrations::new([registration]).unwrap())
    });
    assert_eq!(launch(&app, |token| token).await.status(), 200);

    app.platform.use_key(SigningKey::generate_p256("k1"));
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    assert_eq!(app.platform.fetches(), 2);
}

// N31
#[tokio::test]
async fn a_flood_of_wrong_signatures_costs_one_fetch_in_ten_seconds_and_keeps_nobody_out() {
    let app = App::new();
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    let stranger = SigningKey::shared(2, "k1");
    for second in 0..60 {
        for _ in 0..3 {
            let wrong = launch(&app, |token| token.signed_by(&stranger)).await;
            assert_eq!(code(&wrong), "token_rejected");
        }
        assert_eq!(launch(&app, |token| token).await.status(), 200);
        assert!(app.platform.fetches() <= 2 + second / 10, "{second}");
        app.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(app.platform.fetches(), 7);
}

// N49
#[tokio::test]
async fn a_second_change_of_keys_within_ten_seconds_is_told_how_long_to_wait() {
    for same_id in [false, true] {
        let id = |id| if same_id { "k1" } else { id };
        let app = App::new();
        assert_eq!(launch(&app, |token| token).await.status(), 200);
        app.platform.use_key(SigningKey::shared(1, id("k2")));
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(launch(&app, |token| token).await.status(), 200);

        app.platform.use_key(SigningKey::shared(2, id("k3")));
        app.clock.advance(Duration::from_millis(3_500));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, app.clock.unix()).sign();
        let refused = browser.launch(&request, &token).await;
        assert_eq!(
            (refused.status().as_u16(), code(&refused).as_str()),
            (503, "jwks_unavailable")
        );
        let page = String::from_utf8_lossy(refused.body()).into_owned();
        assert!(
            page.contains("Wait a moment") && !page.contains("administrator"),
            "{page}"
        );
        assert_eq!(pause(&refused), 7);
        assert_eq!(app.platform.fetches(), 2);

        app.clock.advance(Duration::from_secs(7));
        let again = browser.launch(&request, &token).await;
        assert_eq!(again.status(), 200, "the same post, its nonce not used up");
        let withdrawn = launch(&app, signed_by(SigningKey::shared(1, id("k2")))).await;
        assert_eq!(code(&withdrawn), "token_rejected");
    }
}

// N49: what is forged tells nothing of the kind, neither before nor after an honest change
#[tokio::test]
async fn an_unknown_key_id_is_refused_outright_where_the_keys_have_not_changed() {
    let app = App::new();
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    for second in 0..30 {
        let forged = launch(&app, |token| {
            token.header("kid", format!("forged-{second}"))
        })
        .await;
        assert_eq!(code(&forged), "token_rejected", "{second}");
        app.clock.advance(Duration::from_secs(1));
    }
}

// N32
#[tokio::test]
async fn forgotten_keys_are_asked_for_anew() {
    let app = App::new();
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    let lost = app.platform.key();
    app.platform.use_key(SigningKey::shared(1, "k2"));
    let still = launch(&app, signed_by(lost.clone())).await;
    assert_eq!(still.status(), 200, "the set is kept for an hour");

    let id = RegistrationId::new("https://lms.test", "tool-1");
    app.tool.forget_keys(&id).await.unwrap();
    let now = launch(&app, signed_by(lost)).await;
    assert_eq!(code(&now), "token_rejected");
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    assert_eq!(app.platform.fetches(), 2);

    let stranger = RegistrationId::new("https://lms.test", "tool-9");
    let error = app.tool.forget_keys(&stranger).await.unwrap_err();
    assert_eq!(LtiError::kind(&error), LtiErrorKind::ClientIdUnknown);
}

// N32
#[tokio::test]
async fn a_withdrawn_key_is_accepted_no_longer_than_the_limit_says() {
    for (limits, hours) in [
        (Limits::default(), 3_600),
        (
            Limits::default().max_key_set_age(Duration::from_secs(600)),
            600,
        ),
        (
            Limits::default().max_stale_key_set_age(Duration::from_secs(900)),
            900,
        ),
    ] {
        let app = App::with(|builder| builder.limits(limits));
        assert_eq!(launch(&app, |token| token).await.status(), 200);
        let withdrawn = app.platform.key();
        app.platform.use_key(SigningKey::shared(1, "k2"));

        app.clock.advance(Duration::from_secs(hours * 3 / 4));
        assert_eq!(
            launch(&app, signed_by(withdrawn.clone())).await.status(),
            200
        );
        app.clock.advance(Duration::from_secs(hours / 4));
        assert_eq!(
            code(&launch(&app, signed_by(withdrawn)).await),
            "token_rejected"
        );
    }
}

// N32
#[test]
fn the_age_of_a_key_set_is_limited_to_a_minute_at_least_and_a_day_at_most() {
    let platform = Platform::new("https://lms.test", "tool-1");
    let build = |limits| {
        LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(Registrations::new([platform.registration()]).unwrap())
            .limits(limits)
            .build()
    };
    for seconds in [60, 3_600, 86_400] {
        let age = Duration::from_secs(seconds);
        let limits = Limits::default()
            .max_key_set_age(age)
            .max_stale_key_set_age(age);
        assert!(build(limits).is_ok(), "{seconds}");
    }
    for seconds in [0, 59, 86_401, u64::MAX] {
        let age = Duration::from_secs(seconds);
        for (limits, name) in [
            (Limits::default().max_key_set_age(age), "max_key_set_age"),
            (
                Limits::default().max_stale_key_set_age(age),
                "max_stale_key_set_age",
            ),
        ] {
            let error = build(limits).unwrap_err();
            let ConfigError::KeySetAge { setting, given } = &error else {
                panic!("{error}");
            };
            assert_eq!((*setting, *given), (name, age));
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

/// A key server that answers as it is told, and counts.
#[derive(Clone, Debug)]
struct Server {
    platform: Platform,
    mood: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

const DOWN: usize = 0;
const EMPTY: usize = 1;
const PAGE: usize = 2;
const OTHER_KEYS: usize = 3;
const NOW_AND_THEN: usize = 4;
const WELL: usize = 5;

impl Server {
    fn in_mood(mood: usize) -> Self {
        Self {
            platform: Platform::new("https://lms.test", "tool-1"),
            mood: Arc::new(AtomicUsize::new(mood)),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl FetchKeySet for Server {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let mood = match self.mood.load(Ordering::SeqCst) {
            NOW_AND_THEN => asked % NOW_AND_THEN,
            mood => mood,
        };
        match mood {
            DOWN => Err(FetchError::unreachable("refused")),
            EMPTY => Ok(FetchedKeySet::new("{\"keys\":[]}")),
            PAGE => Ok(FetchedKeySet::new("<!doctype html>")),
            OTHER_KEYS => {
                let other = SigningKey::shared(1, &format!("k{asked}")).jwk();
                Ok(FetchedKeySet::new(format!("{{\"keys\":[{other}]}}")))
            }
            _ => Ok(FetchedKeySet::new(self.platform.jwks_json())),
        }
    }
}

// N15: cold or warm, whatever the server answers and the token names
#[tokio::test]
async fn whatever_comes_a_key_server_is_asked_seven_times_a_minute_at_most() {
    for mood in [DOWN, EMPTY, PAGE, OTHER_KEYS, NOW_AND_THEN] {
        for warm in [false, true] {
            let server = Server::in_mood(WELL);
            let app = App::with(|builder| builder.key_sets(server.clone()));
            if warm {
                assert_eq!(launch(&app, |token| token).await.status(), 200);
                app.clock.advance(Duration::from_secs(600));
            }
            server.mood.store(mood, Ordering::SeqCst);
            let before = server.asked();
            for second in 0..60 {
                for number in 0..3 {
                    let kid = format!("forged-{second}-{number}");
                    let forged = launch(&app, |token| token.header("kid", kid)).await;
                    assert!(
                        [401, 502, 503].contains(&forged.status().as_u16()),
                        "{mood} {warm}"
                    );
                }
                app.clock.advance(Duration::from_secs(1));
            }
            let asked = server.asked() - before;
            assert!(asked <= 7, "{mood} {warm}: {asked} in a minute");
        }
    }
}

// N15, X47: floods or none, whoever comes after the server is back waits ten seconds at most
#[tokio::test]
async fn a_key_server_that_is_back_is_found_after_two_seconds_or_else_after_ten() {
    for (outage, found_after) in [(1, 2), (30, 10)] {
        let server = Server::in_mood(DOWN);
        let app = App::with(|builder| builder.key_sets(server.clone()));
        for second in 0..outage {
            let forged = launch(&app, |token| {
                token.header("kid", format!("forged-{second}"))
            })
            .await;
            assert_eq!(code(&forged), "jwks_unavailable");
            assert!(pause(&forged) <= 5);
            app.clock.advance(Duration::from_secs(1));
        }
        server.mood.store(WELL, Ordering::SeqCst);
        let mut waited = 0;
        while launch(&app, |token| token).await.status() != 200 {
            app.clock.advance(Duration::from_secs(1));
            waited += 1;
        }
        assert!(waited <= found_after, "{outage}: {waited}");
    }
}

// N49: nobody can know whether a key is new while the platform cannot be asked
#[tokio::test]
async fn a_new_key_is_told_to_wait_while_the_key_server_is_down() {
    let server = Server::in_mood(WELL);
    let app = App::with(|builder| builder.key_sets(server.clone()));
    assert_eq!(launch(&app, |token| token).await.status(), 200);
    server.mood.store(DOWN, Ordering::SeqCst);
    server.platform.use_key(SigningKey::shared(1, "k2"));
    for wait in [10, 6] {
        let new = launch(&app, signed_by(SigningKey::shared(1, "k2"))).await;
        assert_eq!(
            (code(&new).as_str(), pause(&new)),
            ("jwks_unavailable", wait)
        );
        assert_eq!(launch(&app, |token| token).await.status(), 200);
        app.clock.advance(Duration::from_secs(4));
    }
    assert_eq!(server.asked(), 2);
    server.mood.store(WELL, Ordering::SeqCst);
    app.clock.advance(Duration::from_secs(2));
    let new = launch(&app, signed_by(SigningKey::shared(1, "k2"))).await;
    assert_eq!(new.status(), 200);
}
