//! One visit: a browser that has logged in and is about to launch.

use std::{
    convert::Infallible,
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore, OnMissingDeployment,
    claims::MessageType,
    error::ErrorCode,
    key_set::{KeySet, SignatureAlgorithm},
    launch::ResponseBody,
    registration::{Registration, Registrations},
    testing::{AuthenticationRequest, Browser, IdToken, Platform, SigningKey, TestClock},
};

use crate::fill;

const ISSUER: &str = "https://lms.test";
const CLIENT_ID: &str = "tool-1";
const NOW: u64 = 1_800_000_000;

type Handler =
    BoxCloneSyncService<Request<Full<Bytes>>, Response<ResponseBody<Full<Bytes>>>, Infallible>;

/// A browser that has logged in, with all that is known about its login.
pub struct Visit {
    browser: Browser<LtiLogin, Handler>,
    request: AuthenticationRequest,
    cookies: Vec<(String, String)>,
    platform: Platform,
    store: MemoryStore,
    calls: Arc<AtomicUsize>,
    policy: OnMissingDeployment,
}

/// What became of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The handler was called.
    LetIn,
    /// Everything was right, but the deployment is unknown and unknown ones are rejected.
    Unknown,
    /// It was refused, and nothing was written.
    Refused,
}

impl Visit {
    /// Logs a browser in before a tool that knows the platform's key.
    pub fn new() -> Self {
        Self::with(key_set().clone(), OnMissingDeployment::Create)
    }

    /// Logs a browser in before a tool with these keys and this policy.
    pub fn with(keys: KeySet, policy: OnMissingDeployment) -> Self {
        let platform = platform();
        let clock = TestClock::at_unix(NOW);
        let store = MemoryStore::default().with_clock(clock.clone());
        let registration = Registration::builder(ISSUER, CLIENT_ID)
            .authorization_endpoint("https://lms.test/auth")
            .algorithms([SignatureAlgorithm::Es256])
            .key_set(keys)
            .build()
            .expect("the platform can be registered");
        let tool = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .allow_target("https://tool.test/app")
            .registrations(Registrations::new([registration]).expect("there is one"))
            .key_sets(platform.clone())
            .clock(clock)
            .store(store.clone())
            .build()
            .expect("the tool can be built");
        let calls = Arc::<AtomicUsize>::default();
        let called = Arc::clone(&calls);
        let handler = tower::service_fn(move |_: Request<Full<Bytes>>| {
            called.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok::<_, Infallible>(Response::new(Full::from("hello"))))
        });
        let layer = LtiLaunchLayer::new(tool.clone())
            .add_path("/lti/launch")
            .accept_message_type(MessageType::DeepLinking)
            .on_missing_deployment(policy.clone());
        let launch = BoxCloneSyncService::new(layer.layer(handler));
        let mut browser = Browser::new(LtiLogin::new(tool), launch).accepting("application/json");
        let request = run(browser.log_in(platform)).expect("the login is good");
        assert_eq!(store.nonce_count() + store.deployment_count(), 0);
        Self {
            cookies: browser.cookies().clone().into_iter().collect(),
            browser,
            request,
            platform: platform.clone(),
            store,
            calls,
            policy,
        }
    }

    /// A good token for this login.
    pub fn token(&self) -> IdToken {
        self.platform.id_token(&self.request, NOW)
    }

    /// A good deep linking token for this login.
    pub fn deep_linking_token(&self) -> IdToken {
        self.platform.deep_linking_token(&self.request, NOW)
    }

    /// The signed state of this login.
    pub fn state(&self) -> &str {
        self.request.state()
    }

    /// The nonce of this login.
    pub fn nonce(&self) -> &str {
        self.request.nonce()
    }

    /// The state of another login of this browser, whose cookie it then has too.
    pub fn another_state(&mut self) -> String {
        let request = run(self.browser.log_in(&self.platform)).expect("the login is good");
        request.state().to_owned()
    }

    /// Puts this login's nonce in the place of `$N`.
    pub fn fill_nonce(&self, template: &[u8]) -> Vec<u8> {
        fill(template, &[(b"$N", self.nonce())])
    }

    /// Posts a token with this login's state.
    pub fn launch(&mut self, token: &str) -> Verdict {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", token)
            .append_pair("state", self.request.state())
            .finish();
        self.post(form.into_bytes(), token)
    }

    /// Posts a form, and asserts what must hold whatever is in it.
    pub fn post(&mut self, form: Vec<u8>, token: &str) -> Verdict {
        let form = Bytes::from(form);
        let response = run(self.browser.post_launch(form.clone()));
        self.assert_nothing_leaks(&response, token);
        let verdict = match response.status() {
            StatusCode::OK => Verdict::LetIn,
            StatusCode::FORBIDDEN => Verdict::Unknown,
            _ => Verdict::Refused,
        };
        let calls = self.calls.load(Ordering::SeqCst);
        let written = (self.store.nonce_count(), self.store.deployment_count());
        let creates = matches!(self.policy, OnMissingDeployment::Create);
        match verdict {
            Verdict::LetIn => {
                assert!(creates, "let in against the policy");
                assert_eq!((calls, written), (1, (1, 1)));
            }
            Verdict::Unknown => {
                assert!(!creates, "403 against the policy");
                assert_eq!((calls, written), (0, (1, 0)));
                assert_refusal(&response, &[StatusCode::FORBIDDEN]);
            }
            Verdict::Refused => {
                assert_eq!((calls, written), (0, (0, 0)));
                assert_refusal(
                    &response,
                    &[
                        StatusCode::BAD_REQUEST,
                        StatusCode::UNAUTHORIZED,
                        StatusCode::PAYLOAD_TOO_LARGE,
                    ],
                );
            }
        }
        if verdict != Verdict::Refused {
            self.assert_replay_is_refused(form, calls, written);
        }
        verdict
    }

    /// The same form again, the cookie back in its place as a thief would have it.
    fn assert_replay_is_refused(&mut self, form: Bytes, calls: usize, written: (usize, usize)) {
        self.browser.cookies().extend(self.cookies.iter().cloned());
        let response = run(self.browser.post_launch(form));
        assert_refusal(&response, &[StatusCode::CONFLICT]);
        assert_eq!(self.calls.load(Ordering::SeqCst), calls);
        let now = (self.store.nonce_count(), self.store.deployment_count());
        assert_eq!(now, written);
    }

    fn assert_nothing_leaks(&self, response: &Response<Bytes>, token: &str) {
        let secrets = self.cookies.iter().map(|(_, secret)| secret.as_str());
        for secret in secrets.chain([token, self.state(), self.nonce()]) {
            let shown = |bytes: &[u8]| {
                !secret.is_empty()
                    && bytes
                        .windows(secret.len())
                        .any(|at| at == secret.as_bytes())
            };
            assert!(!shown(response.body()), "a secret is in the body");
            assert!(
                !response
                    .headers()
                    .values()
                    .any(|value| shown(value.as_bytes())),
                "a secret is in a header"
            );
        }
    }
}

impl Default for Visit {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the answer is a refusal in the documented form, with one of these statuses.
pub fn assert_refusal(response: &Response<Bytes>, statuses: &[StatusCode]) {
    let status = response.status();
    assert!(statuses.contains(&status), "{status}");
    let body: Value = serde_json::from_slice(response.body()).expect("a refusal is JSON");
    let code = &body["error"];
    let known = ErrorCode::ALL
        .iter()
        .find(|known| code == known.as_str())
        .expect("a refusal has a known code");
    assert_eq!(known.status(), status);
    let expected = json!({
        "error": known.as_str(),
        "message": known.message(),
        "remedy": body["remedy"],
        "spec": known.spec_ref(),
        "ref": body["ref"],
    });
    assert_eq!(body, expected);
}

/// The platform's key, on an elliptic curve because that is quick.
pub fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate_p256("k1"))
}

/// The key set that the platform publishes.
pub fn key_set() -> &'static KeySet {
    static SET: OnceLock<KeySet> = OnceLock::new();
    SET.get_or_init(|| {
        KeySet::parse(platform().jwks_json().as_bytes()).expect("the platform publishes keys")
    })
}

/// The platform that signs with the key.
pub fn platform() -> &'static Platform {
    static PLATFORM: OnceLock<Platform> = OnceLock::new();
    PLATFORM.get_or_init(|| {
        let platform = Platform::new(ISSUER, CLIENT_ID);
        platform.use_key(key().clone());
        platform
    })
}

/// Runs a future to its end.
pub fn run<F: Future>(future: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_current_thread()
                .enable_time()
                .build()
                .expect("a runtime can be built")
        })
        .block_on(future)
}
