//! From a deployment that is not known, by way of onboarding or approval, into the tool.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{HeaderMap, Request, header};
use http_body_util::Full;
use serde_json::json;
use tower_lti::{
    LtiError, LtiLaunchLayer, LtiLogin, OnMissingDeployment,
    claims::{ContextRole, names},
    deployment::{DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::LtiErrorKind,
    onboarding::OnboardingTicket,
    policy::CreateCondition,
    registration::{RegistrationId, Registrations},
    store::DeploymentStore,
    testing::{AuthenticationRequest, Browser, IdToken},
};

use crate::app::{App, Handler, NOW, body, code};

pub(crate) type Answer = http::Response<bytes::Bytes>;

pub(crate) fn key(id: &str) -> DeploymentKey {
    DeploymentKey::new(RegistrationId::new("https://lms.test", "tool-1"), id.into())
}

pub(crate) fn kind(answer: &Answer) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

fn to_onboarding(layer: LtiLaunchLayer) -> LtiLaunchLayer {
    let address = "https://tool.test/onboarding?from=lti".parse().unwrap();
    layer.on_missing_deployment(OnMissingDeployment::Redirect(address))
}

pub(crate) fn with_resume(layer: LtiLaunchLayer) -> LtiLaunchLayer {
    to_onboarding(layer).resume_path("/lti/resume")
}

/// A person on the way through onboarding.
pub(crate) struct Person {
    pub(crate) browser: Browser<LtiLogin, Handler>,
    pub(crate) request: AuthenticationRequest,
    pub(crate) token: IdToken,
    /// The state's cookie, which the launch has cleared.
    pub(crate) cookie: String,
    pub(crate) ticket: String,
}

impl Person {
    /// Launches, and is sent to onboarding.
    pub(crate) async fn arrives<S>(
        app: &App<S>,
        layer: fn(LtiLaunchLayer) -> LtiLaunchLayer,
    ) -> Self {
        Self::arrives_as(app, layer, |token| token).await
    }

    /// The same, with claims of its own.
    pub(crate) async fn arrives_as<S>(
        app: &App<S>,
        layer: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer,
        change: impl FnOnce(IdToken) -> IdToken,
    ) -> Self {
        let mut browser = app.browser_with(layer);
        let request = browser.log_in(&app.platform).await.unwrap();
        let (name, value) = browser.cookies().last_key_value().unwrap();
        let cookie = format!("{name}={value}");
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim("name", "Canary Name")
            .claim(
                names::ROLES,
                json!(["Instructor", "https://vendor.test/role", "Learner"]),
            )
            .claim(
                names::LAUNCH_PRESENTATION,
                json!({"return_url": "https://lms.test/course?a=1&b=\"2"}),
            );
        let token = change(token);
        let answer = browser.launch(&request, &token.sign()).await;
        assert_eq!(answer.status(), 303, "{}", code(&answer));
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        let ticket = location
            .strip_prefix("https://tool.test/onboarding?from=lti&ticket=")
            .unwrap()
            .to_owned();
        Self {
            browser,
            request,
            token,
            cookie,
            ticket,
        }
    }

    fn headers(&mut self) -> HeaderMap {
        let cookies = self.browser.cookies().iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        headers
    }

    pub(crate) fn opens<S>(&mut self, app: &App<S>) -> Result<OnboardingTicket, LtiErrorKind> {
        let headers = self.headers();
        app.tool
            .open_onboarding_ticket(&self.ticket, &headers)
            .map_err(|error| error.kind())
    }

    pub(crate) async fn resumes(&mut self) -> Answer {
        let request = Request::get(format!("/lti/resume?ticket={}", self.ticket))
            .header(header::ACCEPT, "application/json")
            .body(Full::default())
            .unwrap();
        self.browser.send_launch(request).await
    }
}

#[tokio::test]
async fn a_person_goes_through_onboarding_and_straight_into_the_tool() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    for _ in 0..2 {
        let ticket = person.opens(&app).unwrap();
        assert_eq!(ticket.deployment(), &key("dep-1"));
        assert_eq!(ticket.roles().as_slice(), ["Instructor", "Learner"]);
        assert!(ticket.is_parked());
        assert_eq!(ticket.return_url(), None, "it goes straight into the tool");
    }
    let early = person.resumes().await;
    assert_eq!(kind(&early), Some(LtiErrorKind::OnboardingUnfinished));

    let ticket = person.opens(&app).unwrap();
    let waiting = app.tool.request_approval(&ticket).await.unwrap();
    assert_eq!(waiting.status(), DeploymentStatus::Pending);
    assert_eq!(waiting.origin(), DeploymentOrigin::Onboarding);
    let early = person.resumes().await;
    assert_eq!(
        (early.status().as_u16(), code(&early).as_str()),
        (403, "onboarding_unfinished")
    );

    let opened = app.tool.complete_onboarding(&ticket).await.unwrap();
    assert_eq!(opened.status(), DeploymentStatus::Active);
    let answer = person.resumes().await;
    assert_eq!(answer.status(), 200, "{}", code(&answer));
    assert_eq!(body(&answer)["sub"], "user-1");
    assert_eq!(body(&answer)["created"], false);
    assert_eq!(app.calls(), 1);
}

// R2 of the rules: the token is spent, whatever becomes of the ticket
#[tokio::test]
async fn a_ticket_opens_the_tool_once_and_the_token_never_again() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    assert_eq!(person.resumes().await.status(), 200);
    for _ in 0..2 {
        let again = person.resumes().await;
        assert_eq!(
            (again.status().as_u16(), kind(&again)),
            (409, Some(LtiErrorKind::TicketUsed))
        );
    }
    // Even with the cookie, which the launch had cleared.
    let (name, value) = person.cookie.split_once('=').unwrap();
    let cookies = person.browser.cookies();
    cookies.insert(name.to_owned(), value.to_owned());
    let token = person.token.sign();
    let replay = person.browser.launch(&person.request, &token).await;
    assert_eq!(kind(&replay), Some(LtiErrorKind::NonceReplayed));
    assert_eq!(app.calls(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_ticket_at_once_one_gets_in() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();
    let uses = (0..32).map(|_| {
        let request = Request::get(format!("/lti/resume?ticket={}", person.ticket))
            .body(Full::default())
            .unwrap();
        let mut browser = person.browser.clone();
        tokio::spawn(async move { browser.send_launch(request).await.status().as_u16() })
    });
    let mut statuses: Vec<u16> = futures_util::future::join_all(uses)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 31][..]));
}

#[tokio::test]
async fn a_ticket_is_good_for_its_browser_and_its_time_alone() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.complete_onboarding(&ticket).await.unwrap();

    let cookies = person.browser.cookies().clone();
    person.browser.cookies().clear();
    let foreign = person.resumes().await;
    assert_eq!(kind(&foreign), Some(LtiErrorKind::TicketFromAnotherBrowser));
    let mut other = Person::arrives(&App::new(), with_resume).await;
    *person.browser.cookies() = other.browser.cookies().clone();
    assert_eq!(
        kind(&person.resumes().await),
        Some(LtiErrorKind::TicketFromAnotherBrowser)
    );
    // A cookie of the right name and another's value.
    let planted = cookies.keys().map(|name| (name.clone(), "x".repeat(43)));
    *person.browser.cookies() = planted.collect();
    assert_eq!(
        kind(&person.resumes().await),
        Some(LtiErrorKind::TicketFromAnotherBrowser)
    );
    *person.browser.cookies() = cookies;

    let whole = person.ticket.clone();
    let used_state = person.request.state().to_owned();
    for forged in [
        &whole[1..],
        &whole[..whole.len() - 1],
        "",
        "x",
        used_state.as_str(),
    ] {
        person.ticket = forged.to_owned();
        assert_eq!(
            kind(&person.resumes().await),
            Some(LtiErrorKind::TicketForged),
            "{forged}"
        );
    }
    person.ticket = format!("{whole}&ticket={whole}");
    assert_eq!(person.resumes().await.status(), 400);
    person.ticket = whole;

    app.clock.advance(std::time::Duration::from_secs(15 * 60));
    assert_eq!(person.opens(&app).unwrap_err(), LtiErrorKind::TicketExpired);
    assert_eq!(
        kind(&person.resumes().await),
        Some(LtiErrorKind::TicketExpired)
    );
    assert_eq!(app.calls(), 0);
}

#[tokio::test]
async fn a_ticket_opens_nothing_that_was_shut() {
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    app.tool.request_approval(&ticket).await.unwrap();
    let disabled = DeploymentStatus::Disabled;
    app.store.set_status(&key("dep-1"), disabled).await.unwrap();
    let refused = app.tool.complete_onboarding(&ticket).await.unwrap_err();
    assert_eq!(refused.kind(), LtiErrorKind::DeploymentDisabled);
    assert_eq!(
        kind(&person.resumes().await),
        Some(LtiErrorKind::DeploymentDisabled)
    );
    let kept = app.store.find(&key("dep-1")).await.unwrap().unwrap();
    assert_eq!((kept.status(), app.calls()), (disabled, 0));
}

// LAUNCH-112
#[tokio::test]
async fn where_nothing_is_parked_the_page_leads_back_to_the_course() {
    let app = App::new();
    let mut person = Person::arrives(&app, to_onboarding).await;
    let ticket = person.opens(&app).unwrap();
    assert!(!ticket.is_parked());
    assert_eq!(
        ticket.return_url(),
        Some("https://lms.test/course?a=1&b=\"2")
    );
    app.tool.complete_onboarding(&ticket).await.unwrap();
    // Another instance of the tool offers to resume.
    let cookies = person.browser.cookies().clone();
    person.browser = app.browser_with(with_resume);
    *person.browser.cookies() = cookies;
    let request = Request::get(format!("/lti/resume?ticket={}", person.ticket))
        .body(Full::default())
        .unwrap();
    let answer = person.browser.send_launch(request).await;
    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (409, Some(LtiErrorKind::LaunchNotParked))
    );
    let page = String::from_utf8_lossy(answer.body()).into_owned();
    let link = "href=\"https://lms.test/course?a=1&amp;b=&quot;2\"";
    assert!(
        page.contains(link) && page.contains("from your course"),
        "{page}"
    );
}

#[tokio::test]
async fn a_path_to_resume_by_is_no_way_in_without_a_ticket() {
    let app = App::new();
    let mut browser = app.browser_with(with_resume);
    for (method, path, status) in [
        ("GET", "/lti/resume", 401),
        ("GET", "/lti/resume?ticket=", 401),
        ("POST", "/lti/resume?ticket=x", 405),
        ("HEAD", "/lti/resume?ticket=x", 405),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Full::default())
            .unwrap();
        let answer = browser.send_launch(request).await;
        assert_eq!(answer.status(), status, "{method} {path}");
    }
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));
}

async fn launch(
    app: &App,
    layer: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer,
    roles: serde_json::Value,
) -> Answer {
    let mut browser = app.browser_with(layer);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&request, NOW)
        .claim(names::ROLES, roles);
    browser.launch(&request, &token.sign()).await
}

// LAUNCH-96, LAUNCH-98
#[tokio::test]
async fn a_deployment_is_created_by_those_who_may() {
    let by_role = || {
        OnMissingDeployment::CreateIf(CreateCondition::any_role([
            ContextRole::Instructor,
            ContextRole::Administrator,
        ]))
    };
    let by_asking = || {
        OnMissingDeployment::create_if(async |launch| {
            tokio::task::yield_now().await;
            launch.claims().roles().is_instructor()
        })
    };
    let written = || serde_json::from_value(json!({"create_for": ["Instructor"]})).unwrap();
    let policies: [&dyn Fn() -> OnMissingDeployment; 3] = [&by_role, &by_asking, &written];
    for policy in policies {
        let app = App::new();
        let under = |layer: LtiLaunchLayer| layer.on_missing_deployment(policy());
        let learner = launch(&app, under, json!(["Learner"])).await;
        assert_eq!(kind(&learner), Some(LtiErrorKind::DeploymentAwaitsTeacher));
        assert_eq!(app.store.deployment_count(), 0);
        let instructor = launch(&app, under, json!(["Instructor"])).await;
        assert_eq!(body(&instructor)["created"], true);
        let learner = launch(&app, under, json!(["Learner"])).await;
        assert_eq!(
            body(&learner)["created"],
            false,
            "whoever comes later may be anybody"
        );
    }
}

#[tokio::test]
async fn a_deployment_waits_for_approval_and_then_lets_in() {
    let app = App::new();
    let under = |layer: LtiLaunchLayer| layer.on_missing_deployment(OnMissingDeployment::Pending);
    for _ in 0..2 {
        let answer = launch(&app, under, json!([])).await;
        assert_eq!(kind(&answer), Some(LtiErrorKind::DeploymentPending));
    }
    let page = app
        .store
        .list(key("dep-1").registration(), None, 10)
        .await
        .unwrap();
    assert_eq!(page.deployments().len(), 1);
    app.store.approve(&key("dep-1")).await.unwrap();
    assert_eq!(launch(&app, under, json!([])).await.status(), 200);
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn the_hook_runs_for_the_one_launch_that_created_and_its_failure_stays_its_own() {
    for failure in ["none", "error", "panic"] {
        let app = App::new();
        let ran = Arc::new(AtomicUsize::new(0));
        for created in [true, false] {
            let count = Arc::clone(&ran);
            let hooked = |layer: LtiLaunchLayer| {
                layer.on_deployment_created(move |launch| {
                    assert!(launch.deployment_created());
                    count.fetch_add(1, Ordering::SeqCst);
                    async move {
                        match failure {
                            "none" => Ok(()),
                            "error" => Err("the mail server is down"),
                            _ => panic!("a hook that panics"),
                        }
                    }
                })
            };
            let answer = launch(&app, hooked, json!([])).await;
            assert_eq!(
                (
                    answer.status().as_u16(),
                    body(&answer)["created"] == created
                ),
                (200, true)
            );
        }
        assert_eq!(ran.load(Ordering::SeqCst), 1, "{failure}");
    }
}

// LAUNCH-96
#[tokio::test]
async fn a_policy_may_stand_beside_its_registration() {
    let json = r#"[{"issuer": "https://lms.test", "client_id": "tool-1",
        "on_missing_deployment": "reject",
        "authorization_endpoint": "https://lms.test/auth", "jwks_url": "https://lms.test/jwks"}]"#;
    let registrations = Registrations::from_json(json).unwrap();
    let app = App::with(|builder| builder.registrations(registrations));
    let answer = launch(&app, |layer| layer, json!([])).await;
    assert_eq!(kind(&answer), Some(LtiErrorKind::DeploymentUnknown));
    let page = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(page.contains("Ask your administrator"), "{page}");
    let ours = RegistrationId::new("https://lms.test", "tool-1");
    let above =
        |layer: LtiLaunchLayer| layer.on_missing_deployment_of(ours, OnMissingDeployment::Create);
    assert_eq!(launch(&app, above, json!([])).await.status(), 200);
}

#[tokio::test]
async fn a_page_of_refusal_tells_a_learner_and_an_administrator_what_each_can_do() {
    let app = App::new();
    let mut browser =
        app.browser_with(|layer| layer.on_missing_deployment(OnMissingDeployment::Reject));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let (name, value) = browser.cookies().iter().next().unwrap();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", request.state())
        .finish();
    let post = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, format!("{name}={value}"))
        .body(Full::from(form))
        .unwrap();
    let answer = browser.send_raw_launch(post).await;
    assert_eq!(answer.status(), 403);
    let page = String::from_utf8_lossy(answer.body()).into_owned();
    for told in [
        "Ask your administrator",
        "If you run the course",
        "reference below",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[test]
fn a_policy_is_read_from_configuration() {
    for (written, read) in [
        (json!("create"), "Create"),
        (json!("pending"), "Pending"),
        (json!("reject"), "Reject"),
        (json!("forward"), "Forward"),
        (
            json!({"redirect": "https://tool.test/x"}),
            "Redirect(https://tool.test/x)",
        ),
        (
            json!({"create_for": ["Instructor"]}),
            "CreateIf(CreateCondition(..))",
        ),
    ] {
        let policy: OnMissingDeployment = serde_json::from_value(written).unwrap();
        assert_eq!(format!("{policy:?}"), read);
    }
    for wrong in [
        json!("creat"),
        json!({"redirect": "not an address"}),
        json!({"create_for": ["Teacher"]}),
        json!(7),
    ] {
        let policy: Result<OnMissingDeployment, _> = serde_json::from_value(wrong.clone());
        assert!(policy.is_err(), "{wrong}");
    }
}
