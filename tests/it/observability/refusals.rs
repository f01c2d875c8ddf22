//! Every refusal, held against the table of refusals in the guide.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Method, Request, header};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use serde_json::json;
use tower::Service;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, MemoryStore, OnMissingDeployment,
    claims::names,
    clock::Clock,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::LtiErrorKind,
    registration::{
        ClientId, Issuer, Registration, RegistrationId, RegistrationStatus, Registrations,
    },
    store::{DeploymentStore, IssuerMatch, RegistrationStore, StoreError},
    testing::{IdToken, Platform, SigningKey},
    tool::Limits,
};

use super::{
    KeyServer, Person, Trouble, by_default, content_selection, guide, in_trouble, policy, sessions,
    to_onboarding,
    watch::{Event, Seen, watch},
};
use crate::app::{App, NOW, registration_with};

/// Kinds that nothing sent and no store can bring about.
const NOT_PROVOKED: [(LtiErrorKind, &str); 1] = [(
    LtiErrorKind::RandomnessUnavailable,
    "the operating system would have to give no random bytes",
)];

/// What the line of each kind says, as far as it was met.
#[derive(Default)]
pub(super) struct Walk(BTreeMap<String, Event>);

impl Walk {
    /// Keeps the one line of a refusal, after looking for what must not be seen.
    pub(super) fn met(
        &mut self,
        kind: LtiErrorKind,
        seen: &Seen,
        secrets: &[String],
        says: &[&str],
    ) {
        let line = seen.event(kind.reason());
        seen.assert_free_of(secrets);
        let forbidden = ["canary", "Canary", "SECRET"].map(str::to_owned);
        seen.assert_free_of(&forbidden);
        let values: Vec<_> = line.fields.values().cloned().collect();
        for value in &values {
            assert!(
                !value.contains(['\n', '\r', '\u{1b}']),
                "{kind:?}: {value:?}"
            );
        }
        for said in says {
            let is_said = values.iter().any(|value| value.contains(said));
            assert!(is_said, "{kind:?}: {said} is not in {values:?}");
        }
        self.0.insert(format!("{kind:?}"), line);
    }

    /// A login with this query.
    async fn login(
        &mut self,
        app: &App,
        query: &[(&str, &str)],
        kind: LtiErrorKind,
        says: &[&str],
    ) {
        let query = form(query);
        let (_, seen) = watch(app.browser().get_login(&query)).await;
        self.met(kind, &seen, &[], says);
    }

    /// A launch whose token is wrong in one thing.
    async fn token(
        &mut self,
        app: &App,
        change: impl FnOnce(IdToken) -> IdToken,
        kind: LtiErrorKind,
        says: &[&str],
    ) {
        let mut person = Person::logs_in(app, &by_default).await;
        self.launch(&mut person, change, kind, says).await;
    }

    async fn launch(
        &mut self,
        person: &mut Person,
        change: impl FnOnce(IdToken) -> IdToken,
        kind: LtiErrorKind,
        says: &[&str],
    ) {
        let secrets = person.secrets();
        let (_, seen) = watch(person.launches_with(change)).await;
        self.met(kind, &seen, &secrets, says);
    }

    /// Any form at the launch URL; `STATE` and `TOKEN` stand for those of a good login.
    async fn posted(&mut self, app: &App, fields: &str, kind: LtiErrorKind, says: &[&str]) {
        let mut person = Person::logs_in(app, &by_default).await;
        let secrets = person.secrets();
        let token = person.token.sign();
        let fields = fields
            .replace("STATE", person.request.state())
            .replace("TOKEN", &token);
        let (_, seen) = watch(person.browser.post_launch(fields)).await;
        self.met(kind, &seen, &secrets, says);
    }

    async fn sent(
        &mut self,
        app: &App,
        request: Request<Full<Bytes>>,
        kind: LtiErrorKind,
        says: &[&str],
    ) {
        let mut browser = app.browser_with(policy(to_onboarding()));
        let (_, seen) = watch(browser.send_launch(request)).await;
        self.met(kind, &seen, &[], says);
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn request(method: Method, uri: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(uri);
    request.body(Full::default()).unwrap()
}

const GOOD_LOGIN: [(&str, &str); 5] = [
    ("iss", "https://lms.test"),
    ("client_id", "tool-1"),
    ("login_hint", "canary-sub"),
    ("lti_message_hint", "canary-custom"),
    ("target_link_uri", "https://tool.test/app?canary-custom"),
];

/// The same login with some parameters changed; `None` leaves one out.
fn login<'a>(changes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().find(|(of, _)| *of == name);
    let mut fields: Vec<_> = GOOD_LOGIN
        .into_iter()
        .filter(|(name, _)| changed(name).is_none())
        .collect();
    fields.extend(
        changes
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?))),
    );
    fields
}

fn id(token: IdToken) -> IdToken {
    token
}

/// A database of registrations, which cannot list them.
pub(super) struct Database(pub(super) Vec<Arc<Registration>>);

impl Database {
    fn first(&self, is_it: impl Fn(&Registration) -> bool) -> Option<Arc<Registration>> {
        self.0.iter().find(|known| is_it(known)).cloned()
    }
}

impl RegistrationStore for Database {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(
            self.first(|known| {
                known.id().issuer() == issuer && known.id().client_id() == client_id
            }),
        )
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        let found = self.first(|known| known.id().issuer() == issuer);
        Ok(found.map_or(IssuerMatch::None, IssuerMatch::One))
    }

    async fn find_by_login_name(
        &self,
        name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(self.first(|known| known.login_name() == Some(name)))
    }
}

async fn enter(app: &App, status: DeploymentStatus) {
    let registration = RegistrationId::new("https://lms.test", "tool-1");
    let key = DeploymentKey::new(registration, "dep-1".into());
    let origin = DeploymentOrigin::Administrator;
    let there = Deployment::new(key, status, origin, app.clock.now());
    app.store.create(&there, None).await.unwrap();
}

async fn forms(walk: &mut Walk) {
    let app = App::new();
    let long = format!("id_token=x&state={}", "canary".repeat(1_000));
    let large = format!("state=STATE&id_token={}", "canary.".repeat(100_000));
    use LtiErrorKind as Kind;
    for (fields, kind, says) in [
        (
            "id_token=%zz&state=STATE",
            Kind::FormMalformed,
            &["id_token", "escape"][..],
        ),
        (
            "id_token=TOKEN&id_token=TOKEN",
            Kind::FieldRepeated,
            &["id_token"],
        ),
        (
            "state=STATE&id_token=",
            Kind::FieldMissing,
            &["id_token", "empty"],
        ),
        (&long, Kind::FieldTooLong, &["state", "6000 bytes"]),
        (
            "id_token=TOKEN&error=login_required",
            Kind::ErrorBesideToken,
            &["login_required"],
        ),
        ("id_token=TOKEN", Kind::StateMissing, &["state"]),
        (
            "iss=https://lms.test&client_id=tool-1&login_hint=canary-sub&target_link_uri=https://tool.test/app?canary",
            Kind::LoginAtLaunchUrl,
            &["https://lms.test", "tool-1"],
        ),
        (
            "response_type=id_token&client_id=tool-1&redirect_uri=https://tool.test/lti/launch&login_hint=canary-sub&nonce=canary&state=STATE",
            Kind::OwnAuthenticationRequest,
            &["tool-1", "authorization_endpoint"],
        ),
        (
            "JWT=TOKEN",
            Kind::DeepLinkingResponse,
            &["deep_link_return_url"],
        ),
        (
            "grant_type=client_credentials&client_assertion=TOKEN&scope=canary",
            Kind::AccessTokenRequest,
            &["token URL"],
        ),
        (
            "openid_configuration=https://lms.test/?SECRET&registration_token=SECRET",
            Kind::RegistrationRequest,
            &[],
        ),
        (
            "lti_message_type=basic-lti-launch-request&lti_version=LTI-1p0&oauth_consumer_key=canary&user_id=canary-sub",
            Kind::Lti11Launch,
            &["LTI 1.3"],
        ),
        (
            "id_token=canary-sub&state=STATE",
            Kind::TokenMalformed,
            &["three parts", "tool-1"],
        ),
        (&large, Kind::TokenTooLarge, &["700000 bytes"]),
        ("id_token=TOKEN&state=canary-sub", Kind::StateForged, &[]),
        (
            "error=launch_no_longer_valid&error_description=Canary+Name&state=STATE",
            Kind::PlatformError,
            &["launch_no_longer_valid", "https://lms.test", "tool-1"],
        ),
        (
            "error=login_required&error_description=Canary+Name&state=STATE",
            Kind::PlatformLoginRequired,
            &["login_required", "https://lms.test", "tool-1"],
        ),
    ] {
        walk.posted(&app, fields, kind, says).await;
    }
    let mut person = Person::logs_in(&app, &by_default).await;
    let cookies = person.browser.cookies().clone();
    person.browser.cookies().clear();
    let whose = &["https://lms.test", "tool-1", "no cookie"];
    walk.launch(&mut person, id, Kind::CookieMissing, whose)
        .await;
    let guess = cookies
        .keys()
        .map(|name| (name.clone(), "canary".to_owned()));
    person.browser.cookies().extend(guess);
    walk.launch(&mut person, id, Kind::CookieMismatch, &["tool-1"])
        .await;
    let get = request(Method::GET, "/lti/launch?canary-sub");
    walk.sent(&app, get, Kind::MethodNotAllowed, &["GET", "POST"])
        .await;
    let mut json = request(Method::POST, "/lti/launch");
    let media_type = "application/json".parse().unwrap();
    json.headers_mut().insert(header::CONTENT_TYPE, media_type);
    walk.sent(&app, json, Kind::MediaType, &["application/json"])
        .await;
    walk.posted(&app, &"x".repeat(2 << 20), Kind::BodyTooLarge, &[])
        .await;
}

async fn bodies(walk: &mut Walk) {
    type Chunk = Result<Frame<Bytes>, std::io::Error>;
    let app = App::with(|builder| builder.limits(Limits::default().bodies_in_flight_bytes(8)));
    let chunk = || Ok(Frame::data(Bytes::from_static(b"iss=https://canary.test")));
    let broken = || Err(std::io::Error::other("gone"));
    let bodies: [(LtiErrorKind, Vec<Chunk>, bool); 3] = [
        (LtiErrorKind::BodyBroken, vec![broken()], false),
        (LtiErrorKind::BodiesInFlight, vec![chunk()], false),
        (LtiErrorKind::BodyTimeout, vec![], true),
    ];
    for (kind, chunks, stalls) in bodies {
        use futures_util::StreamExt;
        let behind = if stalls {
            stream::pending().boxed()
        } else {
            stream::empty().boxed()
        };
        let body = StreamBody::new(stream::iter(chunks).chain(behind));
        let request = Request::post("/lti/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .unwrap();
        let mut service = LtiLogin::new(app.tool.clone());
        let (_, seen) = watch(service.call(request)).await;
        walk.met(kind, &seen, &[], &[]);
    }
}

async fn logins(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let app = App::with_platform(|builder, platform| {
        let other = Platform::new("https://other.test", "tool-3");
        let shared = ["tool-4", "tool-5"].map(|id| Platform::new("https://shared.test", id));
        let all = [platform, &other, &shared[0], &shared[1]].map(Platform::registration);
        builder.registrations(Registrations::new(all).unwrap())
    });
    for (changes, kind, says) in [
        (
            &[("iss", Some("https://lms.test/"))][..],
            Kind::IssuerUnknown,
            &[
                "https://lms.test/",
                "tool-1",
                "registered https://lms.test by a trailing slash",
            ][..],
        ),
        (
            &[("client_id", Some("tool-3"))],
            Kind::ClientIdUnknown,
            &[
                "https://lms.test",
                "tool-3",
                "tool-1",
                "the issuer https://other.test",
            ],
        ),
        (
            &[("iss", Some("https://shared.test")), ("client_id", None)],
            Kind::ClientIdNeeded,
            &["https://shared.test", "client_id"],
        ),
        (
            &[("target_link_uri", Some("http://tool.test/app?SECRET"))],
            Kind::TargetNotAllowed,
            &["http://tool.test/app", "https://tool.test/app", "tool-1"],
        ),
        (
            &[
                ("iss", None),
                ("id_token", Some("canary")),
                ("state", Some("canary")),
            ],
            Kind::AnswerAtLoginUrl,
            &["tool-1", "redirect URI"],
        ),
    ] {
        walk.login(&app, &login(changes), kind, says).await;
    }
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("http://127.0.0.1/auth")
        .jwks_url("http://127.0.0.1/jwks")
        .build()
        .unwrap();
    let database = Database(vec![Arc::new(registration)]);
    let app = App::with(|builder| builder.registrations(database));
    let whose = &["https://lms.test", "tool-1"];
    walk.login(&app, &login(&[]), Kind::RegistrationUnusable, whose)
        .await;
    for (status, refused) in [
        (RegistrationStatus::Disabled, Kind::RegistrationDisabled),
        (RegistrationStatus::Pending, Kind::RegistrationPending),
    ] {
        let database = Database(vec![Arc::new(registration_with(status))]);
        let app = App::with(|builder| builder.registrations(database));
        walk.login(&app, &login(&[]), refused, whose).await;
    }
}

async fn tokens(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let app = App::new();
    type Change = fn(IdToken) -> IdToken;
    let cases: [(Kind, Change, &[&str]); 18] = [
        (
            Kind::PayloadMalformed,
            |token| token.raw_payload("[\"canary\"]"),
            &[],
        ),
        (
            Kind::AlgorithmNotAllowed,
            |token| token.header("alg", "HS256"),
            &["HS256", "RS256"],
        ),
        (Kind::KeyIdMissing, |token| token.without_header("kid"), &[]),
        (
            Kind::CriticalHeader,
            |token| token.header("crit", json!(["canary"])),
            &[],
        ),
        (
            Kind::TokenType,
            |token| token.header("typ", "at+jwt"),
            &["at+jwt", "JWT"],
        ),
        (Kind::KeyUnknown, |token| token.header("kid", "k9"), &[]),
        (
            Kind::SignatureWrong,
            |token| token.signed_by(&SigningKey::shared(3, "k1")),
            &[],
        ),
        (
            Kind::IssuerMismatch,
            |token| token.claim("iss", "https://lms.test/deployment/1/client/tool-1?SECRET"),
            &[
                "https://lms.test/deployment/1/client/tool-1",
                "https://lms.test",
            ],
        ),
        (
            Kind::AudienceMismatch,
            |token| token.claim("aud", json!(["tool-1", "https://else.test/?SECRET"])),
            &["https://else.test", "tool-1"],
        ),
        (
            Kind::AuthorizedPartyMismatch,
            |token| token.claim("azp", json!(["canary"])),
            &["an array", "tool-1"],
        ),
        (
            Kind::TimeMalformed,
            |token| token.claim("exp", "canary"),
            &["exp", "a string"],
        ),
        (
            Kind::TokenExpired,
            |token| token.claim("iat", NOW - 400).claim("exp", NOW - 90),
            &["exp", "exp is 90.0 s behind this machine's clock"],
        ),
        (
            Kind::TokenStale,
            |token| token.claim("iat", NOW - 4_000),
            &["iat"],
        ),
        (
            Kind::TokenFromTheFuture,
            |token| token.claim("iat", NOW + 100),
            &["100.0 s ahead"],
        ),
        (
            Kind::TokenNotYetValid,
            |token| token.claim("nbf", NOW + 100),
            &["nbf"],
        ),
        (
            Kind::NonceMismatch,
            |token| token.claim("nonce", "canary"),
            &["nonce"],
        ),
        (
            Kind::SubjectMissing,
            |token| token.without_claim("sub"),
            &["sub", "missing"],
        ),
        (
            Kind::ClaimInvalid,
            |token| token.claim("sub", 7),
            &["sub", "a number"],
        ),
    ];
    for (kind, change, says) in cases {
        let says: Vec<&str> = says
            .iter()
            .copied()
            .chain(["https://lms.test", "tool-1"])
            .collect();
        walk.token(&app, change, kind, &says).await;
    }
    let review: Change = |token| token.claim(names::MESSAGE_TYPE, "LtiSubmissionReviewRequest");
    let says = &["LtiSubmissionReviewRequest", "LtiResourceLinkRequest"];
    walk.token(&app, review, Kind::MessageTypeNotAccepted, says)
        .await;
    let target: Change =
        |token| token.claim(names::TARGET_LINK_URI, "https://tool.test/app/2?SECRET");
    let says = &["https://tool.test/app/2", "https://tool.test/app"];
    walk.token(&app, target, Kind::TargetMismatch, says).await;
    let mut person = Person::logs_in(&app, &by_default).await;
    person.browser = person
        .browser
        .with_login_parameter("lti_deployment_id", "dep-2");
    person.request = person.browser.log_in(&app.platform).await.unwrap();
    let nonce = person.request.nonce().to_owned();
    let says = &["dep-1", "dep-2"];
    let asked: Box<dyn FnOnce(IdToken) -> IdToken> = Box::new(|token| token.claim("nonce", nonce));
    walk.launch(&mut person, asked, Kind::DeploymentHintMismatch, says)
        .await;
}

async fn keys_and_stores(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let unfit = {
        let mut jwk = SigningKey::shared(0, "k1").jwk();
        jwk["alg"] = json!("RS512");
        json!({"keys": [jwk]}).to_string()
    };
    for (kind, answer, keys) in [
        (Kind::KeyUnfit, "fetched", unfit),
        (Kind::KeySetInvalid, "invalid", String::new()),
        (Kind::KeySetUnavailable, "unreachable", String::new()),
    ] {
        let app = App::with(|builder| builder.key_sets(KeyServer(answer, keys)));
        walk.token(&app, id, kind, &["https://lms.test", "tool-1"])
            .await;
    }
    for (kind, trouble) in [
        (Kind::StoreUnavailable, Trouble::Down),
        (Kind::StoreFull, Trouble::Full),
        (Kind::DeadlinePassed, Trouble::Silent),
    ] {
        let app = in_trouble(trouble);
        walk.token(&app, id, kind, &["https://lms.test", "tool-1", "dep-1"])
            .await;
    }
}

async fn states(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let whose = &["https://lms.test", "tool-1"];
    let app = App::new();
    let mut person = Person::logs_in(&app, &by_default).await;
    app.clock.set_wall_unix(NOW - 120);
    walk.launch(&mut person, id, Kind::StateFromTheFuture, whose)
        .await;
    app.clock.set_wall_unix(NOW);
    app.clock.advance(Duration::from_secs(601));
    walk.launch(&mut person, id, Kind::StateExpired, whose)
        .await;
    // Another instance over the same secret: one that began later, one at another address.
    let before = App::over(MemoryStore::default(), |builder, _| builder);
    before.clock.set_wall_unix(NOW - 30);
    let mut person = Person::logs_in(&before, &by_default).await;
    let after = App::over(MemoryStore::default(), |builder, _| builder);
    let cookies = person.browser.cookies().clone();
    person.browser = after.browser();
    *person.browser.cookies() = cookies.clone();
    walk.launch(&mut person, id, Kind::StateBeforeMemory, whose)
        .await;
    let store = MemoryStore::default();
    let before = App::over(store.clone(), |builder, _| builder);
    let mut person = Person::logs_in(&before, &by_default).await;
    let moved = App::over(store, |builder, _| {
        builder.launch_url("https://tool.test/new")
    });
    let cookies = person.browser.cookies().clone();
    person.browser = moved.browser();
    *person.browser.cookies() = cookies;
    let says = &["https://tool.test/new", "tool-1"];
    walk.launch(&mut person, id, Kind::RedirectUriMismatch, says)
        .await;
}

async fn platform_storage(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let whose = &["https://lms.test", "tool-1"];
    let app = App::new();
    let mut person = Person::logs_in(&app, &by_default).await;
    person.browser = app.browser().with_platform_storage("frame").block_cookies();
    person.request = person.browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&person.request, NOW)
        .claim("sub", "canary-sub");
    person.token = token.clone();
    let launch = form(&[
        ("id_token", &token.sign()),
        ("state", person.request.state()),
    ]);
    let page = person.browser.post_launch(launch).await;
    let completion = person.browser.completion(&page).unwrap();
    let fields: BTreeMap<_, _> = form_urlencoded::parse(completion.as_bytes()).collect();
    let (handle, secret) = (&fields["lti_storage_handle"], &fields["lti_storage_secret"]);
    let mut secrets = person.secrets();
    secrets.extend([handle.to_string(), secret.to_string()]);
    let another = app.platform.id_token(&person.request, NOW).sign();
    for (kind, from, to, says) in [
        (Kind::StorageHandleForged, &**handle, "canary", &whose[..]),
        (Kind::StorageHandleForeign, &token.sign(), &another, whose),
        (Kind::StorageSecretWrong, secret, "canary", whose),
        (Kind::StorageSilent, secret, "", &["in time", "tool-1"]),
    ] {
        let wrong = completion.replace(from, to);
        let request = person.request.clone();
        let (_, seen) = watch(person.browser.complete(&request, wrong)).await;
        walk.met(kind, &seen, &secrets, says);
    }
    let mut browser = app.browser_with(policy(to_onboarding()));
    let (_, seen) = watch(browser.complete(&person.request, completion.clone())).await;
    let says = &["tool-1", "dep-1", "ticket"];
    walk.met(Kind::CookiesNeeded, &seen, &secrets, says);
    let (_, seen) = watch(person.browser.post_launch(completion.clone())).await;
    let says = &["https://tool.test", "none", "tool-1"];
    walk.met(Kind::StorageOriginMismatch, &seen, &secrets, says);
    app.clock.advance(Duration::from_secs(130));
    let request = person.request.clone();
    let (_, seen) = watch(person.browser.complete(&request, completion)).await;
    walk.met(Kind::StorageHandleExpired, &seen, &secrets, whose);
}

async fn deployments(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.test", "tool-1"),
        "dep-1".into(),
    );
    let hash = key.to_text();
    let whose = &["https://lms.test", "tool-1", "dep-1", &hash];
    for (kind, policy_of, entered) in [
        (Kind::DeploymentUnknown, OnMissingDeployment::Reject, None),
        (Kind::DeploymentPending, OnMissingDeployment::Pending, None),
        (
            Kind::DeploymentDisabled,
            OnMissingDeployment::Create,
            Some(DeploymentStatus::Disabled),
        ),
        (
            Kind::DeploymentQuotaReached,
            OnMissingDeployment::Create,
            None,
        ),
    ] {
        let none = Limits::default().deployments_per_registration(0);
        let limits = match kind {
            Kind::DeploymentQuotaReached => none,
            _ => Limits::default(),
        };
        let app = App::with(|builder| builder.limits(limits));
        if let Some(status) = entered {
            enter(&app, status).await;
        }
        let mut person = Person::logs_in(&app, &policy(policy_of)).await;
        walk.launch(&mut person, id, kind, whose).await;
    }
    let never = || OnMissingDeployment::create_if(async |_| false);
    for (kind, role) in [
        (Kind::DeploymentAwaitsTeacher, "Learner"),
        (Kind::DeploymentConditionUnmet, "Instructor"),
    ] {
        let app = App::new();
        let mut person = Person::logs_in(&app, &policy(never())).await;
        let role = format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{role}");
        let with_role = |token: IdToken| token.claim(names::ROLES, json!([role]));
        walk.launch(&mut person, with_role, kind, whose).await;
    }
    let app = App::new();
    let mut person = Person::logs_in(&app, &by_default).await;
    let cookies = person.browser.cookies().clone();
    person.launches().await;
    *person.browser.cookies() = cookies;
    walk.launch(&mut person, id, Kind::NonceReplayed, whose)
        .await;
}

async fn tickets(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let resume = |ticket: &str| request(Method::GET, &format!("/lti/resume?ticket={ticket}"));
    let app = App::new();
    let forged = resume("canary-ticket");
    walk.sent(&app, forged, Kind::TicketForged, &[]).await;
    let mut ahead = resume("canary-ticket");
    let purpose = HeaderValue::from_static("prefetch");
    ahead.headers_mut().insert("sec-purpose", purpose);
    walk.sent(&app, ahead, Kind::PrefetchRejected, &[]).await;
    let layers = [policy(to_onboarding())];
    let unparked = |layer: LtiLaunchLayer| layer.on_missing_deployment(to_onboarding());
    let mut person = Person::logs_in(&app, &layers[0]).await;
    let answer = person.launches().await;
    let location = answer.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let ticket = location.split_once("ticket=").unwrap().1.to_owned();
    let mut secrets = person.secrets();
    secrets.push(ticket.clone());
    walk.sent(&app, resume(&ticket), Kind::TicketFromAnotherBrowser, &[])
        .await;
    let whose = &["https://lms.test", "tool-1", "dep-1"];
    let (_, seen) = watch(person.browser.send_launch(resume(&ticket))).await;
    walk.met(Kind::OnboardingUnfinished, &seen, &secrets, whose);
    enter(&app, DeploymentStatus::Active).await;
    assert_eq!(
        person.browser.send_launch(resume(&ticket)).await.status(),
        200
    );
    let (_, seen) = watch(person.browser.send_launch(resume(&ticket))).await;
    walk.met(Kind::TicketUsed, &seen, &secrets, whose);
    app.clock.advance(Duration::from_secs(3_600));
    let (_, seen) = watch(person.browser.send_launch(resume(&ticket))).await;
    walk.met(Kind::TicketExpired, &seen, &secrets, &[]);
    // Nothing was parked, and another instance offers to resume.
    let app = App::new();
    let mut person = Person::logs_in(&app, &unparked).await;
    let answer = person.launches().await;
    let location = answer.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let ticket = location.split_once("ticket=").unwrap().1.to_owned();
    enter(&app, DeploymentStatus::Active).await;
    let cookies = person.browser.cookies().clone();
    person.browser = app.browser_with(&layers[0]);
    *person.browser.cookies() = cookies;
    let (_, seen) = watch(person.browser.send_launch(resume(&ticket))).await;
    walk.met(Kind::LaunchNotParked, &seen, &[ticket], whose);
}

async fn extractors(walk: &mut Walk) {
    use axum::{extract::FromRequestParts, response::IntoResponse};
    let (mut parts, ()) = Request::new(()).into_parts();
    let (_, seen) = watch(async {
        let refused = tower_lti::LaunchContext::from_request_parts(&mut parts, &()).await;
        refused.unwrap_err().into_response()
    })
    .await;
    walk.met(LtiErrorKind::LaunchRequired, &seen, &[], &[]);
}

// N01, N02, N03, N04, N05, N10, N37: one walk over all refusals, held against the table in the guide
#[tokio::test(start_paused = true)]
async fn each_refusal_names_what_the_guide_says_and_no_secret_and_no_person() {
    let mut walk = Walk::default();
    forms(&mut walk).await;
    bodies(&mut walk).await;
    logins(&mut walk).await;
    tokens(&mut walk).await;
    keys_and_stores(&mut walk).await;
    states(&mut walk).await;
    platform_storage(&mut walk).await;
    deployments(&mut walk).await;
    tickets(&mut walk).await;
    content_selection::refusals(&mut walk).await;
    sessions::refusals(&mut walk).await;
    extractors(&mut walk).await;

    let head = "| refusal |";
    let codes = guide::table(head, 1);
    let levels = guide::table(head, 2);
    let named = guide::table(head, 3);
    let acting = guide::table(head, 4);
    for kind in LtiErrorKind::ALL {
        let name = format!("{kind:?}");
        let only = |table: &BTreeMap<String, std::collections::BTreeSet<String>>| {
            let row = table.get(&name);
            let words = row.unwrap_or_else(|| panic!("{name} is not in the guide"));
            words.iter().next().cloned()
        };
        assert_eq!(
            only(&codes).as_deref(),
            Some(kind.code().as_str()),
            "{name}"
        );
        assert_eq!(
            only(&acting).as_deref(),
            Some(kind.responsible().as_str()),
            "{name}"
        );
        let Some(line) = walk.0.get(&name) else {
            let reason = NOT_PROVOKED.iter().find(|(not, _)| not == kind);
            assert!(reason.is_some(), "{name} was not provoked");
            continue;
        };
        // Handlers' refusals are counted for the whole process, and other tests refuse, too.
        let is_shared = *kind == LtiErrorKind::LaunchRequired && line.level == "DEBUG";
        assert!(
            is_shared || Some(line.level) == only(&levels).as_deref(),
            "{name}"
        );
        assert_eq!(line.fields["code"], kind.code().as_str());
        assert_eq!(line.fields["who"], kind.responsible().as_str());
        assert!(!line.fields["reference"].is_empty());
        for field in &named[&name] {
            let value = line.fields.get(field.as_str());
            assert!(
                value.is_some_and(|value| !value.is_empty()),
                "{name}: {field} in {line:?}"
            );
        }
    }
    assert_eq!(
        codes.len(),
        LtiErrorKind::ALL.len(),
        "a row too many in the guide"
    );
}
