//! Parameters of logins and launches: LTI's own, the platform's, and everybody's.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiError, LtiTool, OnMissingDeployment, error::LtiErrorKind,
    registration::Registrations, testing::Platform,
};

use crate::{
    app::{App, NOW, code},
    onboarding::{key, with_resume},
};

const LOGIN: &str =
    "iss=https://lms.test&client_id=tool-1&login_hint=1&target_link_uri=https://tool.test/app";

// N40, LOGIN-12
#[tokio::test]
async fn an_unknown_login_parameter_is_ignored_however_often_it_comes() {
    let app = App::new();
    for (more, status) in [
        ("tag=a&tag=b", 303),
        ("tag=a&t%61g=a&tag&tag=", 303),
        ("canvas_region=a&canvas_region=b", 303),
        ("iss=https://lms.test", 400),
        ("login_hint=1", 400),
        ("l%6fgin_hint=2", 400),
        ("client_id=tool-1", 400),
        ("target_link_uri=https://tool.test/app", 400),
        ("lti_message_hint=a&lti_message_hint=a", 400),
        ("lti_deployment_id=a&lti_deployment_id=b", 400),
        ("lti_storage_target=a&lti_storage_target=b", 400),
        ("tag=%zz", 400),
        ("tag=1&tag=%ff", 400),
    ] {
        let answer = app.browser().get_login(&format!("{LOGIN}&{more}")).await;
        assert_eq!(answer.status(), status, "{more}");
    }
    let many = "&tag=a".repeat(60);
    let answer = app.browser().get_login(&format!("{LOGIN}{many}")).await;
    assert_eq!(answer.status(), 303);
    let too_many = "&tag=a".repeat(61);
    let answer = app.browser().get_login(&format!("{LOGIN}{too_many}")).await;
    assert_eq!(answer.status(), 400);
}

// N40
#[tokio::test]
async fn an_unknown_field_of_a_launch_is_ignored_however_often_it_comes() {
    for (more, status) in [
        ("utf8=a&utf8=b", 200),
        ("commit&commit", 200),
        ("state=x", 400),
        ("id_token=x", 400),
        ("error_uri=a&error_uri=b", 400),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = format!("id_token={token}&state={}&{more}", request.state());
        let answer = browser.post_launch(form).await;
        assert_eq!(answer.status(), status, "{more}");
    }
}

/// What the handler finds of a login with these parameters.
async fn kept(app: &App, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let seen = Arc::new(Mutex::new(None));
    let see = Arc::clone(&seen);
    let mut browser = app.browser_with(|layer| {
        layer.on_deployment_created(move |launch: LaunchContext| {
            *see.lock().unwrap() = Some(owned(&launch));
            std::future::ready(Ok::<_, std::fmt::Error>(()))
        })
    });
    for (name, value) in parameters {
        browser = browser.with_login_parameter(name, value);
    }
    let request = browser.log_in(&app.platform).await.unwrap();
    assert!(request.state().len() < 2_048, "{}", request.state().len());
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    let seen = seen.lock().unwrap().take();
    seen.unwrap()
}

fn owned(launch: &LaunchContext) -> Vec<(String, String)> {
    let kept = launch.login_parameters().iter();
    kept.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

// N44
#[tokio::test]
async fn what_canvas_adds_to_a_login_is_there_at_the_launch() {
    let region = [
        ("canvas_environment", "prod"),
        ("canvas_region", "us-east-1"),
    ];
    assert_eq!(kept(&App::new(), &region).await, pairs(&region));
    let more = [
        ("canvas_region", "a \"b\" <c>"),
        ("other", "x"),
        ("session", "secret"),
    ];
    let only = [("canvas_region", "a \"b\" <c>")];
    assert_eq!(kept(&App::new(), &more).await, pairs(&only));
    assert_eq!(kept(&App::new(), &[]).await, []);

    let app = App::with(|builder| builder.keep_login_parameter("other"));
    assert_eq!(
        kept(&app, &[("other", "x")]).await,
        pairs(&[("other", "x")])
    );
}

// N44, I13
#[tokio::test]
async fn login_parameters_are_kept_within_a_bound_and_never_cut() {
    let long = "x".repeat(128);
    let too_long = "x".repeat(129);
    for (value, stays) in [
        (long.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        ("a\nb", false),
        ("\u{fc}", false),
    ] {
        let kept = kept(&App::new(), &[("canvas_region", value)]).await;
        assert_eq!(kept.len(), usize::from(stays), "{value:?}");
    }
    let twice = [("canvas_region", "a"), ("canvas_region", "b")];
    assert_eq!(kept(&App::new(), &twice).await, []);

    let names = ["a", "b", "c", "d", "e", "f"];
    let app = App::with(|builder| {
        names
            .into_iter()
            .fold(builder, |builder, name| builder.keep_login_parameter(name))
    });
    let all: Vec<_> = names.iter().map(|name| (*name, long.as_str())).collect();
    let kept = kept(&app, &all).await;
    let bytes: usize = kept
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    assert!(bytes <= 256, "{bytes}");
    assert_eq!(kept.len(), 1);
}

// N44
#[test]
fn a_login_parameter_that_cannot_be_kept_is_a_mistake_in_the_configuration() {
    let build = |names: &[&str]| {
        let platform = Platform::new("https://lms.test", "tool-1");
        let builder = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(Registrations::new([platform.registration()]).unwrap());
        names
            .iter()
            .fold(builder, |builder, name| builder.keep_login_parameter(*name))
            .build()
    };
    let long = "x".repeat(65);
    for wrong in [
        "",
        " ",
        "a b",
        "\u{fc}",
        &long,
        "iss",
        "login_hint",
        "state",
        "client_id",
    ] {
        assert!(build(&[wrong]).is_err(), "{wrong:?}");
    }
    assert!(build(&["a", "b", "c", "d", "e", "f", "a"]).is_err());
    assert!(build(&["a", "a", "canvas_region", "c", "d", "e", "f"]).is_ok());
}

// N44
#[tokio::test]
async fn login_parameters_go_wherever_the_launch_goes() {
    // A condition looks at them.
    let app = App::new();
    let policy = OnMissingDeployment::create_if(async |launch| {
        launch.login_parameters().get("canvas_environment") == Some("prod")
    });
    for (environment, status) in [("test", 403), ("prod", 200)] {
        let layer = |layer: tower_lti::LtiLaunchLayer| layer.on_missing_deployment(policy.clone());
        let mut browser = app
            .browser_with(layer)
            .with_login_parameter("canvas_environment", environment);
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), status);
    }
    // A session keeps them, and Debug shows no value.
    let app = App::new();
    let seen = Arc::new(Mutex::new(None));
    let see = Arc::clone(&seen);
    let mut browser = app
        .browser_with(|layer| {
            layer.on_deployment_created(move |launch: LaunchContext| {
                *see.lock().unwrap() = Some(launch);
                std::future::ready(Ok::<_, std::fmt::Error>(()))
            })
        })
        .with_login_parameter("canvas_region", "canary");
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    browser.launch(&request, &token).await;
    let launch = seen.lock().unwrap().take().unwrap();
    let session = serde_json::to_string(&launch.to_stored()).unwrap();
    let again = LaunchContext::trust_stored(serde_json::from_str(&session).unwrap()).unwrap();
    assert_eq!(owned(&again), pairs(&[("canvas_region", "canary")]));
    let debug = format!("{launch:?} {:?}", launch.login_parameters());
    assert!(!debug.contains("canary"), "{debug}");
    assert_eq!(
        json!(again.login_parameters()),
        json!([["canvas_region", "canary"]])
    );
}

// N44
#[tokio::test]
async fn a_parked_launch_keeps_its_login_parameters() {
    use tower_lti::{
        deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
        store::DeploymentStore,
    };

    let app = App::new();
    let mut browser = app
        .browser_with(with_resume)
        .with_login_parameter("canvas_region", "eu-1");
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let (_, ticket) = location.split_once("ticket=").unwrap();
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    let active = Deployment::new(key("dep-1"), status, origin, std::time::SystemTime::now());
    app.store.create(&active, None).await.unwrap();
    let resume = Request::get(format!("/lti/resume?ticket={ticket}"))
        .body(Full::<Bytes>::default())
        .unwrap();
    let resumed = browser.send_launch(resume).await;
    assert_eq!(resumed.status(), 200);
    assert_eq!(crate::app::body(&resumed)["canvas_region"], "eu-1");
}

// N51
#[tokio::test]
async fn a_launch_whose_query_says_something_too_is_refused() {
    for (query, status) in [
        ("", 200),
        ("?", 200),
        ("?school=north&tag=a&tag=b", 200),
        ("?ticket=1", 200),
        ("?statement=1", 200),
        ("?state=x", 400),
        ("?state", 400),
        ("?school=north&state=", 400),
        ("?%73tate=x", 400),
        ("?id_token=x", 400),
        ("?error=access_denied", 400),
        ("?error_description=x", 400),
        ("?error_uri=x", 400),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token)
            .append_pair("state", request.state())
            .finish();
        let post = |uri: String| {
            Request::post(uri)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ACCEPT, "application/json")
                .body(Full::<Bytes>::from(form.clone()))
                .unwrap()
        };
        let answer = browser
            .send_launch(post(format!("/lti/launch{query}")))
            .await;
        assert_eq!(answer.status(), status, "{query}");
        if status == 400 {
            let kind = answer.extensions().get::<LtiError>().map(LtiError::kind);
            assert_eq!(kind, Some(LtiErrorKind::FieldRepeated), "{query}");
            assert_eq!(code(&answer), "malformed_request");
            assert_eq!(app.store.nonce_count(), 0, "{query}");
            // The launch itself is as good as before.
            let answer = browser.send_launch(post("/lti/launch".to_owned())).await;
            assert_eq!(answer.status(), 200, "{query}");
        }
    }
    // The same values in the query are no better.
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let form = format!("id_token={token}&state={}", request.state());
    let twice = Request::post(format!("/lti/launch?{form}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::<Bytes>::from(form))
        .unwrap();
    assert_eq!(browser.send_launch(twice).await.status(), 400);
}
