//! What attackers send, and what it must lead to: a good launch, made wrong in one thing.
//!
//! The tool at `https://tool.test` knows three registrations. The first two share an issuer and its
//! keys, the third is another platform that has a key under the same id. `dep-1` is active and
//! `dep-off` disabled.

mod binding;
mod capacity;
mod deployments;
mod form;
mod hostile_key_servers;
mod http_framing;
mod jose_header;
mod key_fetch_errors;
mod lti_claims;
mod output;
mod registered_claims;
mod replay;
mod self_signed;
mod signature;

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiError, LtiLogin, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    onboarding::MissingDeployment,
    registration::{Endpoint, RegistrationId, Registrations},
    store::LaunchStore,
    testing::{AuthenticationRequest, Browser, IdToken, Platform, SigningKey},
    tool::LtiToolBuilder,
};
use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::{
    filter::LevelFilter,
    fmt::{MakeWriter, format::FmtSpan},
};

use crate::app::{App, Handler, NOW, body, code};

/// What must stand in no answer and no log line.
const CANARIES: [&str; 4] = [
    "canary-sub",
    "Canary Name",
    "canary@example.org",
    "canary-custom",
];

/// The tool, its three registrations and everything that is logged.
pub(super) struct World<S = MemoryStore> {
    pub(super) app: App<S>,
    /// The same issuer and keys, another client.
    pub(super) second: Platform,
    /// Another issuer, whose key has the same id.
    pub(super) third: Platform,
    pub(super) log: Log,
    _logging: DefaultGuard,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(super) async fn with(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        Self::about(|registrations| {
            App::with_platform(|builder, first| change(registrations(builder, first)))
        })
        .await
    }

    pub(super) fn assert_nothing_came_of_it(&self, what: &str) {
        let store = &self.app.store;
        assert_eq!(self.app.calls(), 0, "{what}: the handler was called");
        assert_eq!(store.nonce_count(), 0, "{what}: a nonce was used up");
        assert_eq!(store.deployment_count(), 2, "{what}: one was created");
    }

    /// Refused as it must be, with nothing come of it and nothing told.
    pub(super) fn assert_refused(
        &self,
        what: &str,
        good: &Good,
        answer: &Response<Bytes>,
        kind: LtiErrorKind,
    ) {
        self.assert_answered(what, good, answer, kind);
        self.assert_nothing_came_of_it(what);
    }
}

/// Says of a builder which registrations the tool has.
type Registering<'a> = &'a dyn Fn(LtiToolBuilder, &Platform) -> LtiToolBuilder;

impl<S: LaunchStore + Clone> World<S> {
    /// The same over another store.
    pub(super) async fn over(
        store: S,
        change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        Self::about(|registrations| {
            App::over(store, |builder, first| {
                change(registrations(builder, first))
            })
        })
        .await
    }

    async fn about(app: impl FnOnce(Registering<'_>) -> App<S>) -> Self {
        // With one subscriber alone, an event that is first met on a thread without one is off for all.
        static ANOTHER: LazyLock<Dispatch> =
            LazyLock::new(|| Dispatch::new(tracing_subscriber::fmt().finish()));
        LazyLock::force(&ANOTHER);
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_span_events(FmtSpan::FULL)
            .with_writer(log.clone())
            .finish();
        let second = Platform::new("https://lms.test", "tool-2");
        let third = Platform::new("https://other.test", "tool-3");
        third.use_key(SigningKey::shared(2, "k1"));
        let registered = [second.registration(), third.registration()];
        let app = app(&|builder, first| {
            let all = [first.registration()].into_iter().chain(registered.clone());
            builder
                .registrations(Registrations::new(all).unwrap())
                .key_sets(KeyServers {
                    lms: first.clone(),
                    other: third.clone(),
                })
        });
        for (id, status) in [
            ("dep-1", DeploymentStatus::Active),
            ("dep-off", DeploymentStatus::Disabled),
        ] {
            let there = Deployment::new(
                deployment(&app.platform, id),
                status,
                DeploymentOrigin::Administrator,
                UNIX_EPOCH + Duration::from_secs(NOW),
            );
            app.store.create(&there, None).await.unwrap();
        }
        Self {
            app,
            second,
            third,
            log,
            _logging: tracing::subscriber::set_default(subscriber),
        }
    }

    /// A login that is done, and a launch that would be let in.
    pub(super) async fn good_launch(&self) -> Good {
        let mut browser = self.app.browser();
        self.good_launch_of(&mut browser, &self.app.platform).await
    }

    pub(super) async fn good_launch_of(
        &self,
        browser: &mut Browser<LtiLogin, Handler>,
        platform: &Platform,
    ) -> Good {
        let before = browser.cookies().clone();
        let request = browser.log_in(platform).await.unwrap();
        let mut cookies = browser.cookies().iter();
        let cookie = cookies.find(|(name, _)| !before.contains_key(*name));
        let cookie = cookie.map(|(name, value)| format!("{name}={value}"));
        let token = platform
            .id_token(&request, NOW)
            .claim("sub", "canary-sub")
            .claim("name", "Canary Name")
            .claim("email", "canary@example.org")
            .claim(names::CUSTOM, json!({"x": "canary-custom"}));
        Good {
            token,
            cookie: cookie.unwrap(),
            request,
        }
    }

    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Response<Bytes> {
        self.app.browser().send_raw_launch(request).await
    }

    /// Refused as it must be, with nothing told.
    pub(super) fn assert_answered(
        &self,
        what: &str,
        good: &Good,
        answer: &Response<Bytes>,
        kind: LtiErrorKind,
    ) {
        let refusal = answer.extensions().get::<LtiError>();
        assert_eq!(refusal.map(LtiError::kind), Some(kind), "{what}");
        assert_eq!(answer.status(), kind.code().status(), "{what}");
        assert_eq!(code(answer), kind.code().as_str(), "{what}");
        assert!(answer.extensions().get::<LaunchContext>().is_none());
        assert!(answer.extensions().get::<MissingDeployment>().is_none());
        self.assert_nothing_was_told(what, good, answer);
    }

    /// How many deployments the first registration has; it begins with two.
    pub(super) async fn deployments(&self) -> usize {
        let first = self.app.platform.registration();
        let page = self.app.store.list(first.id(), None, usize::MAX).await;
        let page = page.unwrap();
        assert!(page.next().is_none(), "they are all on one page");
        page.deployments().len()
    }

    pub(super) fn assert_nothing_was_told(
        &self,
        what: &str,
        good: &Good,
        answer: &Response<Bytes>,
    ) {
        let answered = format!(
            "{:?} {}",
            answer.headers(),
            String::from_utf8_lossy(answer.body())
        );
        let logged = self.log.news();
        for secret in good.secrets() {
            assert!(!answered.contains(&secret), "{what}: {secret} was answered");
            assert!(!logged.contains(&secret), "{what}: {secret} was logged");
        }
        let foreign = logged.chars().any(|c| c.is_control() && c != '\n');
        assert!(!foreign, "{what}: a control character was logged");
    }
}

/// One thing about a token made another.
pub(super) type TokenChange = Box<dyn Fn(IdToken) -> IdToken>;

/// One way of being wrong, and how it must be refused.
pub(super) struct Case {
    what: String,
    change: Change,
    kind: LtiErrorKind,
}

type Change = Box<dyn Fn(&Good) -> Request<Full<Bytes>>>;

impl Case {
    /// A token with a claim or a header changed, signed anew.
    pub(super) fn token(
        what: impl Into<String>,
        change: impl Fn(IdToken) -> IdToken + 'static,
        kind: LtiErrorKind,
    ) -> Self {
        Self::compact(what, move |token| change(token).sign(), kind)
    }

    /// A token made into any text.
    pub(super) fn compact(
        what: impl Into<String>,
        change: impl Fn(IdToken) -> String + 'static,
        kind: LtiErrorKind,
    ) -> Self {
        Self::request(
            what,
            move |good| good.post(good.form(&change(good.token.clone()))),
            kind,
        )
    }

    /// Any form in the place of the good one.
    pub(super) fn form(
        what: impl Into<String>,
        change: impl Fn(&Good) -> String + 'static,
        kind: LtiErrorKind,
    ) -> Self {
        Self::request(what, move |good| good.post(change(good)), kind)
    }

    /// Any request in the place of the good one.
    pub(super) fn request(
        what: impl Into<String>,
        change: impl Fn(&Good) -> Request<Full<Bytes>> + 'static,
        kind: LtiErrorKind,
    ) -> Self {
        Self {
            what: what.into(),
            change: Box::new(change),
            kind,
        }
    }
}

/// Each case is sent with a good login; the unchanged launch must still get in afterwards.
pub(super) async fn refused(cases: Vec<Case>) {
    for Case { what, change, kind } in cases {
        let world = World::new().await;
        let good = world.good_launch().await;
        let answer = world.send(change(&good)).await;
        world.assert_refused(&what, &good, &answer, kind);
        let answer = world.send(good.post(good.form(&good.token.sign()))).await;
        assert_eq!(answer.status(), 200, "{what}: the good launch is shut out");
    }
}

/// Each change is let in, with what the handler saw of it.
pub(super) async fn let_in(changes: Vec<(&str, TokenChange)>) {
    for (what, change) in changes {
        let world = World::new().await;
        let good = world.good_launch().await;
        let token = change(good.token.clone()).sign();
        let answer = world.send(good.post(good.form(&token))).await;
        assert_eq!(answer.status(), 200, "{what}: {}", code(&answer));
        assert_eq!((world.app.calls(), world.app.store.nonce_count()), (1, 1));
        assert_eq!(body(&answer)["deployment"], "dep-1", "{what}");
    }
}

/// A login that is done, with everything that a launch after it needs.
#[derive(Clone)]
pub(super) struct Good {
    pub(super) token: IdToken,
    pub(super) cookie: String,
    pub(super) request: AuthenticationRequest,
}

impl Good {
    pub(super) fn state(&self) -> &str {
        self.request.state()
    }

    /// The launch as it should be posted.
    pub(super) fn launch(&self) -> Request<Full<Bytes>> {
        self.post(self.form(&self.token.sign()))
    }

    /// The good form with this token in it.
    pub(super) fn form(&self, token: &str) -> String {
        fields(&[("id_token", token), ("state", self.state())])
    }

    /// A post of this form with the cookie.
    pub(super) fn post(&self, form: impl Into<Bytes>) -> Request<Full<Bytes>> {
        self.post_with(form, &self.cookie)
    }

    /// A post of this form with any cookies.
    pub(super) fn post_with(&self, form: impl Into<Bytes>, cookies: &str) -> Request<Full<Bytes>> {
        Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, cookies)
            .body(Full::new(form.into()))
            .unwrap()
    }

    pub(super) fn secrets(&self) -> Vec<String> {
        let cookie = self.cookie.split_once('=').unwrap().1;
        let token = self.token.sign();
        let parts = token.split('.').skip(1);
        [cookie, self.request.state(), self.request.nonce()]
            .into_iter()
            .chain(parts)
            .chain(CANARIES)
            .map(str::to_owned)
            .collect()
    }
}

pub(super) fn fields(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

pub(super) fn deployment(platform: &Platform, id: &str) -> DeploymentKey {
    let registration = RegistrationId::new(platform.issuer(), platform.client_id());
    DeploymentKey::new(registration, id.into())
}

/// Each platform's keys at its own address.
#[derive(Clone, Debug)]
struct KeyServers {
    lms: Platform,
    other: Platform,
}

impl FetchKeySet for KeyServers {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        match url.as_str() {
            "https://lms.test/jwks" => self.lms.fetch(url).await,
            "https://other.test/jwks" => self.other.fetch(url).await,
            _ => panic!("nobody registered {url:?}"),
        }
    }
}

/// What is logged, kept.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    seen: usize,
}

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().bytes.clone()).unwrap()
    }

    /// What was logged since this was last asked.
    fn news(&self) -> String {
        let mut lines = self.0.lock().unwrap();
        let news = lines.bytes[lines.seen..].to_vec();
        lines.seen = lines.bytes.len();
        String::from_utf8(news).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
