//! The tool itself, taken through the steps beside the model.

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use tower_lti::{
    LtiLogin, OnMissingDeployment,
    claims::names,
    deployment::DeploymentKey,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::{Endpoint, RegistrationId, Registrations},
    store::DeploymentStore,
    testing::{AuthenticationRequest, Browser, Platform, SigningKey},
};

use super::{
    mutations::{Draft, MUTATIONS, Refusal},
    steps::{DEPLOYMENTS, REGISTRATIONS, Step},
    world::{Act, Token, Verdict, World},
};
use crate::app::{App, Handler, body};

/// A login of the tool's, and its half that lies in the browser.
struct Begun {
    request: AuthenticationRequest,
    cookie: (String, String),
}

/// A launch that used up its nonce, to be posted again.
struct Posted {
    login: usize,
    token: Token,
    form: String,
}

/// The tool, and the model beside it.
pub(super) struct Tool {
    app: App,
    platforms: [Platform; REGISTRATIONS],
    creating: Browser<LtiLogin, Handler>,
    rejecting: Browser<LtiLogin, Handler>,
    begun: Vec<Begun>,
    posted: Vec<Posted>,
    world: World,
}

/// What each platform publishes.
#[derive(Debug)]
struct Keys([Platform; REGISTRATIONS]);

impl FetchKeySet for Keys {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        let of = |platform: &&Platform| url.as_str().starts_with(platform.issuer());
        let platform = self.0.iter().find(of).unwrap();
        let set = FetchedKeySet::new(platform.jwks_json());
        Ok(set)
    }
}

impl Tool {
    /// Two registrations at one issuer, which signs for both with one key, and a third elsewhere.
    pub(super) fn new() -> Self {
        let platforms = [
            Platform::new("https://lms.test", "tool-1"),
            Platform::new("https://lms.test", "tool-2"),
            Platform::new("https://other.test", "tool-3"),
        ];
        platforms[2].use_key(SigningKey::shared(1, "k1"));
        let registrations = platforms.each_ref().map(Platform::registration);
        let app = App::with(|builder| {
            builder
                .registrations(Registrations::new(registrations).unwrap())
                .key_sets(Keys(platforms.clone()))
        });
        Self {
            creating: app.browser(),
            rejecting: app
                .browser_with(|layer| layer.on_missing_deployment(OnMissingDeployment::Reject)),
            app,
            platforms,
            begun: Vec::new(),
            posted: Vec::new(),
            world: World::new(),
        }
    }

    pub(super) async fn take(&mut self, step: &Step) {
        let before = self.counts();
        match *step {
            Step::LogIn { registration } => {
                self.log_in(registration).await;
                assert_eq!(self.counts(), before, "a login wrote something");
            }
            Step::Launch {
                login,
                deployment,
                rejecting,
                wrong,
            } => {
                let Some(last) = self.begun.len().checked_sub(1) else {
                    return;
                };
                // Half of the time the newest, which is the likeliest to be let in.
                let login = if login % 2 == 0 {
                    last
                } else {
                    login / 2 % (last + 1)
                };
                self.launch(login, deployment, rejecting, wrong).await;
            }
            Step::Replay {
                launch,
                rejecting,
                with_cookie,
            } => {
                if let Some(launch) = launch.checked_rem(self.posted.len()) {
                    self.replay(launch, rejecting, with_cookie).await;
                }
            }
            Step::Wait { seconds } => {
                self.world.wait(seconds);
                self.app
                    .clock
                    .advance(std::time::Duration::from_secs(seconds));
            }
            Step::SetBack { seconds } => {
                self.world.wall -= seconds;
                self.app.clock.set_wall_unix(self.world.wall);
            }
            Step::Administer {
                registration,
                deployment,
                act,
            } => self.administer((registration, deployment), act).await,
        }
        self.check_deployments().await;
    }

    fn counts(&self) -> (usize, usize, usize) {
        let store = &self.app.store;
        (
            store.nonce_count(),
            store.deployment_count(),
            self.app.calls(),
        )
    }

    async fn log_in(&mut self, registration: usize) {
        self.creating.cookies().clear();
        let platform = &self.platforms[registration];
        let request = self.creating.log_in(platform).await.unwrap();
        let cookie = self.creating.cookies().pop_first().unwrap();
        self.begun.push(Begun { request, cookie });
        self.world.log_in(registration);
    }

    async fn launch(
        &mut self,
        login: usize,
        deployment: usize,
        rejecting: bool,
        wrong: Option<usize>,
    ) {
        let Begun { request, cookie } = &self.begun[login];
        let other = &self.begun[(login + 1) % self.begun.len()].request;
        let now = self.world.wall;
        let only_one = self.begun.len() == 1;
        let draft = Draft {
            method: "POST",
            token: self.platforms[self.world.logins[login].registration]
                .id_token(request, now)
                .claim(names::DEPLOYMENT_ID, deployment_id(deployment)),
            sent: None,
            state: request.state().to_owned(),
            other_state: if only_one { "x" } else { other.state() }.to_owned(),
            other_nonce: if only_one { "x" } else { other.nonce() }.to_owned(),
            cookie: Some(cookie.clone()),
            more: "",
            now,
        };
        let Some(wrong) = wrong else {
            let token = Token {
                deployment,
                issued: now,
                expires: now + 300,
            };
            return self.post_good(login, token, rejecting, &draft).await;
        };
        let (what, change, refusal) = MUTATIONS[wrong];
        let expected = match refusal {
            Refusal::Form(status) => status,
            Refusal::Token(status) if self.world.is_open(login) => status,
            Refusal::State | Refusal::Token(_) => 401,
        };
        let before = self.counts();
        let draft = change(draft);
        let answer = self
            .post(rejecting, draft.method, draft.form(), draft.cookie)
            .await;
        assert_eq!(answer.status(), expected, "{what}");
        assert_eq!(self.counts(), before, "{what} wrote something");
    }

    async fn post_good(&mut self, login: usize, token: Token, rejecting: bool, draft: &Draft) {
        let form = draft.form();
        let verdict = self.world.launch(login, token, rejecting);
        self.post_and_compare(verdict, rejecting, form.clone(), draft.cookie.clone())
            .await;
        if matches!(verdict, Verdict::In { .. } | Verdict::Shut) {
            self.posted.push(Posted { login, token, form });
        }
    }

    async fn replay(&mut self, launch: usize, rejecting: bool, with_cookie: bool) {
        let Posted {
            login,
            token,
            ref form,
        } = self.posted[launch];
        let form = form.clone();
        let cookie = with_cookie.then(|| self.begun[login].cookie.clone());
        let verdict = if with_cookie {
            self.world.launch(login, token, rejecting)
        } else {
            Verdict::Refused
        };
        assert!(matches!(verdict, Verdict::Replayed | Verdict::Refused));
        self.post_and_compare(verdict, rejecting, form, cookie)
            .await;
    }

    async fn post_and_compare(
        &mut self,
        verdict: Verdict,
        rejecting: bool,
        form: String,
        cookie: Option<(String, String)>,
    ) {
        let (nonces, _, calls) = self.counts();
        let answer = self.post(rejecting, "POST", form, cookie).await;
        let (nonces_after, _, calls_after) = self.counts();
        let status = match verdict {
            Verdict::In { created } => {
                assert_eq!(body(&answer)["created"], created);
                200
            }
            Verdict::Shut => 403,
            Verdict::Replayed => 409,
            Verdict::Refused => 401,
        };
        assert_eq!(answer.status(), status, "{:?}", body(&answer));
        assert_eq!(calls_after - calls, usize::from(status == 200));
        // Those that have expired may be swept out whenever the store is asked.
        match verdict {
            Verdict::In { .. } | Verdict::Shut => {
                assert!(1 <= nonces_after && nonces_after <= nonces + 1);
            }
            Verdict::Replayed => assert!(1 <= nonces_after && nonces_after <= nonces),
            Verdict::Refused => assert_eq!(nonces_after, nonces),
        }
        assert!(nonces_after <= self.world.used);
    }

    async fn post(
        &mut self,
        rejecting: bool,
        method: &str,
        form: String,
        cookie: Option<(String, String)>,
    ) -> Response<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(Bytes::from(form)))
            .unwrap();
        let browser = if rejecting {
            &mut self.rejecting
        } else {
            &mut self.creating
        };
        *browser.cookies() = cookie.into_iter().collect();
        browser.send_launch(request).await
    }

    async fn administer(&mut self, at: (usize, usize), act: Act) {
        let known = self.world.deployments.contains_key(&at);
        let key = self.key(at);
        let store = &self.app.store;
        let changed = match act.status() {
            Some(status) => store.set_status(&key, status).await.unwrap().is_some(),
            None => store.remove(&key).await.unwrap(),
        };
        assert_eq!(changed, known, "{act:?}");
        self.world.administer(at, act);
    }

    /// Compares every deployment that there may be with the model's.
    async fn check_deployments(&self) {
        for registration in 0..REGISTRATIONS {
            for deployment in 0..DEPLOYMENTS {
                let at = (registration, deployment);
                let kept = self.app.store.find(&self.key(at)).await.unwrap();
                let status = kept.map(|kept| kept.status());
                assert_eq!(status, self.world.deployments.get(&at).copied(), "{at:?}");
            }
        }
        let known = self.world.deployments.len();
        assert_eq!(self.app.store.deployment_count(), known);
    }

    fn key(&self, (registration, deployment): (usize, usize)) -> DeploymentKey {
        let platform = &self.platforms[registration];
        let registration = RegistrationId::new(platform.issuer(), platform.client_id());
        DeploymentKey::new(registration, deployment_id(deployment).into())
    }
}

impl Draft {
    fn form(&self) -> String {
        let token = self.sent.clone().unwrap_or_else(|| self.token.sign());
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token)
            .append_pair("state", &self.state)
            .finish();
        form + self.more
    }
}

fn deployment_id(deployment: usize) -> &'static str {
    ["dep-1", "dep-2"][deployment]
}
