use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::{
    key_set::{FetchKeySet, FetchedKeySet, verify_error::Mismatch},
    testing::TestClock,
};

const MESSAGE: &[u8] = b"header.payload";
const URL: &str = "https://lms.test/jwks";
const OTHER_URL: &str = "https://other.test/jwks";
const HOUR: Duration = Duration::from_secs(60 * 60);
const UNKNOWN: Result<(), Refusal> = Err(Refusal::Rejected(Mismatch::UnknownKey));
const BAD: Result<(), Refusal> = Err(Refusal::Rejected(Mismatch::BadSignature));
const INVALID: Result<(), Refusal> = Err(Refusal::Invalid);

/// A [`VerifyError`] without its causes.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Rejected(Mismatch),
    Unavailable(Duration),
    Invalid,
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Rejected(mismatch, _) => Self::Rejected(mismatch),
            VerifyError::Unavailable { retry_after, .. } => Self::Unavailable(retry_after),
            VerifyError::Invalid(_) => Self::Invalid,
        }
    }
}

fn unavailable(seconds: u64) -> Result<(), Refusal> {
    Err(Refusal::Unavailable(Duration::from_secs(seconds)))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A key with its JWK members and its signature of [`MESSAGE`].
struct Signer {
    n: String,
    e: String,
    signature: Vec<u8>,
}

static OLD: LazyLock<Signer> = LazyLock::new(Signer::generate);
static NEW: LazyLock<Signer> = LazyLock::new(Signer::generate);

impl Signer {
    fn generate() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            MESSAGE,
            &mut signature,
        )
        .unwrap();
        let public = key.public_key();
        let encoded = |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Self {
            n: encoded(public.modulus().big_endian_without_leading_zero()),
            e: encoded(public.exponent().big_endian_without_leading_zero()),
            signature,
        }
    }
}

/// What the platform answers.
#[derive(Clone, Debug)]
enum Answer {
    Body(String, Option<Duration>),
    Down(Option<Duration>),
    Redirect,
    Hang,
    Panic,
}

impl Answer {
    fn keys(keys: &[(&str, &Signer)]) -> Self {
        let rows: Vec<_> = keys
            .iter()
            .map(|(kid, key)| json!({ "kty": "RSA", "kid": kid, "n": key.n, "e": key.e }))
            .collect();
        Self::Body(json!({ "keys": rows }).to_string(), None)
    }

    fn fresh_for(self, max_age: Duration) -> Self {
        match self {
            Self::Body(body, _) => Self::Body(body, Some(max_age)),
            other => other,
        }
    }

    fn page() -> Self {
        Self::Body("<html>sign in</html>".into(), None)
    }
}

/// Platforms that answer as they are told, and count how often they are asked.
#[derive(Debug, Default)]
struct Platforms {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<HashMap<String, usize>>,
    /// While this is held for writing, no answer comes.
    gate: tokio::sync::RwLock<()>,
}

impl FetchKeySet for Platforms {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        *self
            .asked
            .lock()
            .unwrap()
            .entry(url.as_str().to_owned())
            .or_default() += 1;
        let answer = self.answers.lock().unwrap()[url.as_str()].clone();
        let _open = self.gate.read().await;
        tokio::task::yield_now().await;
        match answer {
            Answer::Body(body, max_age) => Ok(FetchedKeySet::new(body).max_age(max_age)),
            Answer::Down(None) => Err(FetchError::unreachable("down")),
            Answer::Down(Some(pause)) => Err(FetchError::unreachable("busy").retry_after(pause)),
            Answer::Redirect => Err(FetchError::invalid("status 302")),
            Answer::Hang => std::future::pending().await,
            Answer::Panic => panic!("a fetcher that panics"),
        }
    }
}

#[derive(Clone)]
struct Fixture {
    platforms: Arc<Platforms>,
    clock: TestClock,
    cache: KeySetCache,
}

impl Fixture {
    fn answering(answer: Answer) -> Self {
        let platforms = Arc::new(Platforms::default());
        let clock = TestClock::at_unix(1_700_000_000);
        let cache = KeySetCache::new(
            AnyFetcher::new(Arc::clone(&platforms)),
            Arc::new(clock.clone()),
            KeySetAges::default(),
        );
        let fixture = Self {
            platforms,
            clock,
            cache,
        };
        fixture.answer(answer);
        fixture
    }

    fn answer(&self, answer: Answer) {
        self.answer_at(URL, answer);
    }

    fn answer_at(&self, url: &str, answer: Answer) {
        let mut answers = self.platforms.answers.lock().unwrap();
        answers.insert(url.to_owned(), answer);
    }

    fn asked(&self) -> usize {
        let asked = self.platforms.asked.lock().unwrap();
        asked.get(URL).copied().unwrap_or_default()
    }

    async fn launch(&self, kid: &str, key: &Signer) -> Result<(), Refusal> {
        self.launch_at(URL, kid, key).await
    }

    async fn launch_at(&self, url: &str, kid: &str, key: &Signer) -> Result<(), Refusal> {
        let source = KeySource::Url(url.parse().unwrap());
        self.cache
            .verify(
                &source,
                AddressPolicy::default(),
                kid,
                SignatureAlgorithm::Rs256,
                MESSAGE,
                &key.signature,
            )
            .await
            .map_err(Refusal::from)
    }

    /// Lets what goes on in the background come to its end.
    async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}

// W03
#[tokio::test]
async fn many_cold_launches_make_one_fetch() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));

    let launches = (0..64).map(|_| fixture.launch("k1", &OLD));
    let verdicts = futures_util::future::join_all(launches).await;

    assert!(verdicts.iter().all(Result::is_ok));
    assert_eq!(fixture.asked(), 1);
}

#[test]
fn a_launch_ends_while_the_runtime_shuts_down() {
    use futures_util::FutureExt as _;
    // Without keys, with keys that are to be renewed, and with a key that they do not hold.
    for (known, passed, kid) in [
        (false, 0, "k1"),
        (true, 3_500, "k1"),
        (true, 3_700, "k1"),
        (true, 200, "k2"),
    ] {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
        if known {
            runtime.block_on(fixture.launch("k1", &OLD)).unwrap();
            fixture.clock.advance(seconds(passed));
        }
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        let (done, ended) = std::sync::mpsc::channel();

        // A thread of its own: if the launch hangs, the test does not.
        std::thread::spawn(move || {
            let _inside = handle.enter();
            let mut launch = std::pin::pin!(fixture.launch(kid, &OLD));
            // The runtime's threads drop what was spawned in their own time.
            while launch.as_mut().now_or_never().is_none() {
                std::thread::yield_now();
            }
            done.send(true)
        });

        let ended = ended.recv_timeout(seconds(20));
        assert_eq!(ended, Ok(true), "{known} {kid}");
    }
}

#[tokio::test]
async fn a_fetch_goes_on_when_whoever_began_it_goes_away() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    let closed = fixture.platforms.gate.write().await;
    let leader = tokio::spawn({
        let fixture = fixture.clone();
        async move { fixture.launch("k1", &OLD).await }
    });
    fixture.settle().await;

    leader.abort();
    let follower = fixture.launch("k1", &OLD);
    let (verdict, ()) = tokio::join!(follower, async { drop(closed) });

    assert_eq!(verdict, Ok(()));
    assert_eq!(fixture.asked(), 1);
}

// W01, J07
#[tokio::test]
async fn unknown_key_ids_make_one_fetch_in_ten_seconds_and_slow_nobody_down() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    assert_eq!(fixture.launch("bogus", &OLD).await, UNKNOWN);
    assert_eq!(fixture.asked(), 1, "the keys had just been asked for");

    for second in 0..20 {
        for n in 0..50 {
            assert_eq!(fixture.launch(&format!("bogus-{n}"), &OLD).await, UNKNOWN);
        }
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
        assert_eq!(fixture.asked(), 2 + second / 10);
        fixture.clock.advance(seconds(1));
    }
}

#[tokio::test]
async fn a_failed_fetch_for_an_unknown_key_id_counts_too() {
    for answer in [
        Answer::Down(None),
        Answer::page(),
        Answer::Panic,
        Answer::keys(&[]),
    ] {
        let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
        fixture.answer(answer.clone());

        for _ in 0..10 {
            // Nobody knows whether the platform has such a key by now.
            let undecided = unavailable(10);
            assert_eq!(fixture.launch("bogus", &OLD).await, undecided, "{answer:?}");
            assert_eq!(fixture.launch("k1", &OLD).await, Ok(()), "{answer:?}");
        }

        assert_eq!(fixture.asked(), 2, "{answer:?}");
    }
}

// X52
#[tokio::test]
async fn keys_changed_at_once_serve_the_first_launch() {
    let fixture = Fixture::answering(Answer::keys(&[("old", &OLD)]));
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));

    fixture.answer(Answer::keys(&[("new", &NEW)]));
    let launches = (0..64).map(|_| fixture.launch("new", &NEW));
    let verdicts = futures_util::future::join_all(launches).await;

    assert!(verdicts.iter().all(Result::is_ok));
    assert_eq!(fixture.asked(), 2);
    assert_eq!(fixture.launch("old", &OLD).await, UNKNOWN);
    assert_eq!(
        fixture.asked(),
        2,
        "it may be asked again in ten seconds only"
    );
}

#[tokio::test]
async fn a_fetch_answered_before_the_keys_changed_is_followed_by_another() {
    let fixture = Fixture::answering(Answer::keys(&[("old", &OLD)]));
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));
    fixture.clock.advance(HOUR * 5 / 6);
    let closed = fixture.platforms.gate.write().await;
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));
    fixture.settle().await;

    fixture.answer(Answer::keys(&[("new", &NEW)]));
    let launch = fixture.launch("new", &NEW);
    let (verdict, ()) = tokio::join!(launch, async { drop(closed) });

    assert_eq!(verdict, Ok(()));
    assert_eq!(fixture.asked(), 3);
}

// X51, K13
#[tokio::test]
async fn keys_that_overlap_fail_nobody_until_the_old_one_is_gone() {
    let fixture = Fixture::answering(Answer::keys(&[("old", &OLD)]));
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));

    fixture.answer(Answer::keys(&[("old", &OLD), ("new", &NEW)]));
    assert_eq!(fixture.launch("new", &NEW).await, Ok(()));
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));

    fixture.answer(Answer::keys(&[("new", &NEW)]));
    assert_eq!(fixture.launch("old", &OLD).await, Ok(()));
    fixture.clock.advance(HOUR);
    assert_eq!(fixture.launch("old", &OLD).await, UNKNOWN);
    assert_eq!(fixture.launch("new", &NEW).await, Ok(()));
}

#[tokio::test]
async fn an_ageing_set_is_fetched_anew_in_the_background() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]).fresh_for(seconds(100)));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.clock.advance(seconds(79));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.settle().await;
    assert_eq!(fixture.asked(), 1);

    fixture.clock.advance(seconds(1));
    let closed = fixture.platforms.gate.write().await;
    for _ in 0..10 {
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    }
    drop(closed);
    fixture.settle().await;

    fixture.clock.advance(seconds(79));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    assert_eq!(fixture.asked(), 2);
}

// W21
#[tokio::test]
async fn what_the_platform_says_of_freshness_is_kept_within_bounds() {
    for (max_age, fresh_for) in [
        (Some(Duration::ZERO), seconds(60)),
        (Some(seconds(600)), seconds(600)),
        (Some(seconds(31_536_000)), HOUR * 24),
        (Some(Duration::MAX), HOUR * 24),
        (None, HOUR),
    ] {
        let old = Answer::keys(&[("k1", &OLD)]);
        let fixture = Fixture::answering(match max_age {
            Some(max_age) => old.fresh_for(max_age),
            None => old,
        });
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
        fixture.answer(Answer::keys(&[("k1", &NEW)]));

        fixture.clock.advance(fresh_for * 4 / 5 - seconds(1));
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()), "{max_age:?}");
        assert_eq!(fixture.asked(), 1, "{max_age:?}");
        fixture.clock.advance(fresh_for);
        assert_eq!(fixture.launch("k1", &OLD).await, BAD, "{max_age:?}");
    }
}

// X46, X50, W13
#[tokio::test]
async fn the_last_good_set_serves_for_a_day_while_there_is_no_other() {
    for (answer, at_last) in [
        (Answer::Down(None), unavailable(2)),
        (Answer::page(), INVALID),
        (Answer::Redirect, INVALID),
        (Answer::keys(&[]), INVALID),
    ] {
        let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
        fixture.answer(answer.clone());

        for _ in 0..23 {
            fixture.clock.advance(HOUR);
            let before = fixture.asked();
            for _ in 0..10 {
                assert_eq!(fixture.launch("k1", &OLD).await, Ok(()), "{answer:?}");
            }
            assert_eq!(fixture.asked(), before + 1, "{answer:?}");
        }
        fixture.clock.advance(HOUR);
        assert_eq!(fixture.launch("k1", &OLD).await, at_last, "{answer:?}");

        fixture.clock.advance(seconds(10));
        fixture.answer(Answer::keys(&[("k1", &NEW)]));
        assert_eq!(fixture.launch("k1", &NEW).await, Ok(()), "{answer:?}");
    }
}

// X47, X48
#[tokio::test]
async fn a_failure_without_keys_is_remembered_for_a_moment() {
    for (answer, verdict, pause) in [
        (Answer::Down(None), unavailable(2), 2),
        (Answer::Down(Some(Duration::ZERO)), unavailable(2), 2),
        (Answer::Down(Some(seconds(30))), unavailable(30), 30),
        (Answer::Down(Some(Duration::MAX)), unavailable(60), 60),
        (Answer::Panic, unavailable(2), 2),
        (Answer::page(), INVALID, 2),
        (Answer::Redirect, INVALID, 2),
    ] {
        let fixture = Fixture::answering(answer.clone());
        for _ in 0..10 {
            assert_eq!(fixture.launch("k1", &OLD).await, verdict, "{answer:?}");
        }
        assert_eq!(fixture.asked(), 1, "{answer:?}");

        fixture.answer(Answer::keys(&[("k1", &OLD)]));
        fixture.clock.advance(seconds(pause));
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()), "{answer:?}");
        assert_eq!(fixture.asked(), 2, "{answer:?}");
    }
}

// X48
#[tokio::test]
async fn a_platform_that_asks_to_be_left_alone_is_left_alone_by_unknown_key_ids_too() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.answer(Answer::Down(Some(seconds(30))));

    for second in 0..30 {
        let undecided = unavailable(30 - second);
        assert_eq!(fixture.launch("bogus", &OLD).await, undecided);
        fixture.clock.advance(seconds(1));
    }
    assert_eq!(fixture.asked(), 2);

    assert_eq!(fixture.launch("bogus", &OLD).await, unavailable(30));
    assert_eq!(fixture.asked(), 3);
}

// W04, W12, X49
#[tokio::test(start_paused = true)]
async fn a_platform_that_hangs_is_given_up_and_keeps_no_other_waiting() {
    let fixture = Fixture::answering(Answer::Hang);
    fixture.answer_at(OTHER_URL, Answer::keys(&[("k1", &NEW)]));
    let started = tokio::time::Instant::now();
    let hanging = tokio::spawn({
        let fixture = fixture.clone();
        async move { fixture.launch("k1", &OLD).await }
    });
    fixture.settle().await;

    assert_eq!(fixture.launch_at(OTHER_URL, "k1", &NEW).await, Ok(()));
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(hanging.await.unwrap(), unavailable(2));
    assert_eq!(started.elapsed(), seconds(5));
}

// X46
#[tokio::test(start_paused = true)]
async fn where_old_keys_serve_nobody_waits_long_for_a_platform_known_to_hang() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.answer(Answer::Hang);
    fixture.clock.advance(HOUR);
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));

    fixture.clock.advance(seconds(10));
    let started = tokio::time::Instant::now();
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));

    assert_eq!(started.elapsed(), seconds(1));
    assert_eq!(fixture.asked(), 3);
}

// K04
#[tokio::test]
async fn one_key_id_at_two_platforms_is_two_keys() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    fixture.answer_at(OTHER_URL, Answer::keys(&[("k1", &NEW)]));

    assert_eq!(fixture.launch_at(OTHER_URL, "k1", &NEW).await, Ok(()));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    assert_eq!(fixture.launch("k1", &NEW).await, BAD);
}

// LAUNCH-47
#[tokio::test]
async fn keys_agreed_on_beforehand_are_never_fetched() {
    let fixture = Fixture::answering(Answer::Panic);
    let Answer::Body(json, _) = Answer::keys(&[("k1", &OLD)]) else {
        unreachable!()
    };
    let fixed = KeySource::Fixed(KeySet::parse(json.as_bytes()).unwrap());
    let verify = async |kid| {
        let cache = &fixture.cache;
        let verified = cache.verify(
            &fixed,
            AddressPolicy::default(),
            kid,
            SignatureAlgorithm::Rs256,
            MESSAGE,
            &OLD.signature,
        );
        verified.await.map_err(Refusal::from)
    };

    assert_eq!(verify("k1").await, Ok(()));
    assert_eq!(verify("k2").await, UNKNOWN);
    assert_eq!(fixture.asked(), 0);
}

// N15
#[tokio::test]
async fn whatever_comes_a_url_is_asked_seven_times_a_minute_at_most() {
    let sets = || [Answer::keys(&[("a", &OLD)]), Answer::keys(&[("b", &NEW)])];
    let moods: [(&str, Vec<Answer>); 7] = [
        ("down", vec![Answer::Down(None)]),
        ("a fetcher that panics", vec![Answer::Panic]),
        ("a page", vec![Answer::page()]),
        ("a redirect", vec![Answer::Redirect]),
        ("no keys", vec![Answer::keys(&[])]),
        ("other keys each time", sets().to_vec()),
        (
            "now this, now that",
            [Answer::Down(None), Answer::page()]
                .into_iter()
                .chain(sets())
                .collect(),
        ),
    ];
    for (what, answers) in moods {
        for warm in [false, true] {
            let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]).fresh_for(HOUR * 24));
            if warm {
                assert_eq!(fixture.launch("k1", &OLD).await, Ok(()), "{what}");
                fixture.clock.advance(HOUR);
            }
            let before = fixture.asked();
            let mut asked_at = Vec::new();
            for tenth in 0..600 {
                let asked = fixture.asked();
                fixture.answer(answers[asked % answers.len()].clone());
                for kid in ["bogus", "a", &format!("bogus-{tenth}")] {
                    let _ = fixture.launch(kid, &NEW).await;
                }
                asked_at.extend((asked..fixture.asked()).map(|_| tenth));
                fixture.clock.advance(Duration::from_millis(100));
            }
            let asked = fixture.asked() - before;
            assert!((6..=7).contains(&asked), "{what}, {warm}: {asked_at:?}");
            let crowded = asked_at.windows(3).any(|three| three[2] - three[0] < 100);
            assert!(!crowded, "{what}, {warm}: {asked_at:?}");
        }
    }
}

// N15, X47
#[tokio::test]
async fn a_server_that_comes_back_is_asked_after_two_seconds_and_then_every_ten() {
    let fixture = Fixture::answering(Answer::Down(None));
    assert_eq!(fixture.launch("k1", &OLD).await, unavailable(2));
    fixture.clock.advance(seconds(2));
    assert_eq!(fixture.launch("k1", &OLD).await, unavailable(5));
    fixture.answer(Answer::keys(&[("k1", &OLD)]));
    fixture.clock.advance(seconds(9));
    assert_eq!(fixture.launch("k1", &OLD).await, unavailable(1));
    assert_eq!(fixture.asked(), 2);

    fixture.clock.advance(seconds(1));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
}

// N31
#[tokio::test]
async fn a_new_key_under_an_old_id_is_fetched_at_once_and_the_old_one_gone_then() {
    let fixture = Fixture::answering(Answer::keys(&[("client", &OLD)]));
    assert_eq!(fixture.launch("client", &OLD).await, Ok(()));

    fixture.answer(Answer::keys(&[("client", &NEW)]));
    let launches = (0..64).map(|_| fixture.launch("client", &NEW));
    let verdicts = futures_util::future::join_all(launches).await;

    assert!(verdicts.iter().all(Result::is_ok), "{verdicts:?}");
    assert_eq!(fixture.asked(), 2);
    assert_eq!(fixture.launch("client", &OLD).await, BAD);
    assert_eq!(fixture.asked(), 2);
}

// N31
#[tokio::test]
async fn wrong_signatures_under_a_known_id_make_one_fetch_in_ten_seconds() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));

    for second in 0..20 {
        for _ in 0..50 {
            assert_eq!(fixture.launch("k1", &NEW).await, BAD);
        }
        assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
        assert_eq!(fixture.asked(), 2 + second / 10);
        fixture.clock.advance(seconds(1));
    }
}

// N49
#[tokio::test]
async fn a_second_change_of_keys_within_the_pause_is_told_to_wait_for_the_rest_of_it() {
    for same_id in [false, true] {
        let id = |kid| if same_id { "client" } else { kid };
        let third = Signer::generate();
        let fixture = Fixture::answering(Answer::keys(&[(id("k1"), &OLD)]));
        assert_eq!(fixture.launch(id("k1"), &OLD).await, Ok(()));
        fixture.answer(Answer::keys(&[(id("k2"), &NEW)]));
        assert_eq!(fixture.launch(id("k2"), &NEW).await, Ok(()));
        fixture.answer(Answer::keys(&[(id("k3"), &third)]));

        fixture.clock.advance(Duration::from_millis(2_500));
        assert_eq!(fixture.launch(id("k3"), &third).await, unavailable(8));
        let withdrawn = if same_id { BAD } else { UNKNOWN };
        assert_eq!(fixture.launch(id("k1"), &OLD).await, withdrawn);
        assert_eq!(fixture.asked(), 2);

        fixture.clock.advance(seconds(8));
        assert_eq!(fixture.launch(id("k3"), &third).await, Ok(()));
        assert_eq!(fixture.launch(id("k2"), &NEW).await, withdrawn);
    }
}

// N32
#[tokio::test]
async fn forgotten_keys_are_fetched_anew_and_never_put_back() {
    let fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));

    // While a fetch is under way that was answered before.
    fixture.clock.advance(HOUR * 5 / 6);
    let closed = fixture.platforms.gate.write().await;
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.settle().await;
    fixture.answer(Answer::keys(&[("k2", &NEW)]));
    fixture.cache.forget(&URL.parse().unwrap());
    drop(closed);
    fixture.settle().await;
    assert_eq!(fixture.asked(), 2);
    assert_eq!(fixture.launch("k1", &OLD).await, UNKNOWN);
    assert_eq!(fixture.launch("k2", &NEW).await, Ok(()));

    // Whoever waits for the fetch under way gets the keys of the next.
    fixture.clock.advance(HOUR);
    let closed = fixture.platforms.gate.write().await;
    let waiting = tokio::spawn({
        let fixture = fixture.clone();
        async move { fixture.launch("k2", &NEW).await }
    });
    fixture.settle().await;
    fixture.answer(Answer::keys(&[("k1", &OLD)]));
    fixture.cache.forget(&URL.parse().unwrap());
    drop(closed);
    assert_eq!(waiting.await.unwrap(), UNKNOWN);

    fixture.answer(Answer::Down(None));
    fixture.cache.forget(&URL.parse().unwrap());
    assert_eq!(fixture.launch("k1", &OLD).await, unavailable(2));
}

// N32
#[tokio::test]
async fn a_set_gets_no_older_than_the_tool_says() {
    let mut fixture = Fixture::answering(Answer::keys(&[("k1", &OLD)]).fresh_for(HOUR * 24));
    fixture.cache = KeySetCache::new(
        AnyFetcher::new(Arc::clone(&fixture.platforms)),
        Arc::new(fixture.clock.clone()),
        KeySetAges {
            fresh: seconds(600),
            stale: seconds(1_800),
        },
    );
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.answer(Answer::keys(&[("k2", &NEW)]).fresh_for(HOUR * 24));
    fixture.clock.advance(seconds(599));
    assert_eq!(fixture.launch("k1", &OLD).await, Ok(()));
    fixture.settle().await;
    assert_eq!(fixture.launch("k1", &OLD).await, UNKNOWN);

    fixture.answer(Answer::Down(None));
    fixture.clock.advance(seconds(1_799));
    assert_eq!(fixture.launch("k2", &NEW).await, Ok(()));
    fixture.clock.advance(seconds(1));
    assert_eq!(fixture.launch("k2", &NEW).await, unavailable(5));
}
