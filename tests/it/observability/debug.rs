//! `Debug` shows nothing that a platform said of people, courses or addresses.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Request, header};
use http_body_util::Full;
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiError, OnMissingDeployment, claims::LaunchClaims, claims::names,
    testing::IdToken,
};

use crate::app::{App, NOW};

/// A token with a canary wherever one can stand.
fn with_canaries(token: IdToken) -> IdToken {
    let url = "https://lms.test/canary?sesskey=canary";
    token
        .claim("sub", "canary-sub")
        .claim("name", "canary")
        .claim("given_name", "canary")
        .claim("family_name", "canary")
        .claim("email", "canary@example.org")
        .claim("picture", url)
        .claim("locale", "canary")
        .claim(
            names::CONTEXT,
            json!({"id": "canary", "label": "canary", "title": "canary", "type": ["canary"]}),
        )
        .claim(
            names::RESOURCE_LINK,
            json!({"id": "canary", "title": "canary", "description": "canary"}),
        )
        .claim(
            names::ROLES,
            json!([
                "canary",
                "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
            ]),
        )
        .claim(
            names::TOOL_PLATFORM,
            json!({"guid": "canary", "name": "canary", "contact_email": "canary", "url": url}),
        )
        .claim(
            names::LAUNCH_PRESENTATION,
            json!({"return_url": url, "locale": "canary"}),
        )
        .claim(
            names::LIS,
            json!({"person_sourcedid": "canary", "course_offering_sourcedid": "canary"}),
        )
        .claim(names::CUSTOM, json!({"canary": "canary"}))
        .claim(
            names::AGS_ENDPOINT,
            json!({"scope": ["canary"], "lineitems": url, "lineitem": url}),
        )
        .claim(
            names::NAMES_ROLE_SERVICE,
            json!({"context_memberships_url": url, "service_versions": ["canary"]}),
        )
        .claim("https://canary.test/claim", "canary")
}

fn assert_bare(shown: &impl Debug) {
    for shown in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!shown.to_lowercase().contains("canary"), "{shown}");
    }
}

fn assert_claims_are_bare(claims: &LaunchClaims) {
    assert_bare(claims);
    assert_bare(&claims.user());
    assert_bare(claims.roles());
    assert_bare(&claims.context());
    assert_bare(&claims.resource_link());
    assert_bare(&claims.tool_platform());
    assert_bare(&claims.launch_presentation());
    assert_bare(&claims.lis());
    assert_bare(claims.custom());
    assert_bare(&claims.deep_linking_settings());
    assert_bare(&claims.ags_endpoint());
    assert_bare(&claims.names_role_service());
}

// N28
#[tokio::test]
async fn debug_shows_nothing_that_the_platform_said() {
    let app = App::new();
    let kept: Arc<Mutex<Option<LaunchContext>>> = Arc::default();
    let keeps = Arc::clone(&kept);
    let mut browser = app.browser_with(move |layer| {
        layer.on_deployment_created(move |launch: LaunchContext| {
            *keeps.lock().unwrap() = Some(launch);
            std::future::ready(Ok::<_, std::convert::Infallible>(()))
        })
    });
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = with_canaries(app.platform.id_token(&request, NOW)).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    let launch = kept.lock().unwrap().take().unwrap();
    assert_bare(&launch);
    assert_claims_are_bare(launch.claims());
    assert!(launch.claims().context().is_some() && launch.claims().names_role_service().is_some());

    // A launch of an unknown deployment, its ticket, and a refusal that leads back.
    let app = App::new();
    let refused: Arc<Mutex<Vec<LtiError>>> = Arc::default();
    let seen = Arc::clone(&refused);
    let to_onboarding = OnMissingDeployment::Redirect("/onboarding".parse().unwrap());
    let missing = OnMissingDeployment::create_if(|missing| {
        assert_bare(&missing);
        assert_claims_are_bare(missing.claims());
        std::future::ready(false)
    });
    for policy in [missing, to_onboarding] {
        let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = with_canaries(app.platform.id_token(&request, NOW)).sign();
        let answer = browser.launch(&request, &token).await;
        seen.lock()
            .unwrap()
            .extend(answer.extensions().get::<LtiError>().cloned());
        let Some(location) = answer.headers().get(header::LOCATION) else {
            continue;
        };
        let ticket = location.to_str().unwrap().split_once("ticket=").unwrap().1;
        let cookies = browser
            .cookies()
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<String> = cookies.collect();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        let opened = app.tool.open_onboarding_ticket(ticket, &headers).unwrap();
        assert!(opened.return_url().unwrap().contains("canary"));
        assert_bare(&opened);
        app.tool.complete_onboarding(&opened).await.unwrap();
        let cookies = browser.cookies().clone();
        let mut browser = app.browser_with(|layer| layer.resume_path("/lti/resume"));
        *browser.cookies() = cookies;
        let resume = Request::get(format!("/lti/resume?ticket={ticket}"));
        let resume = resume.body(Full::default()).unwrap();
        let answer = browser.send_launch(resume).await;
        let page = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(page.contains("canary"), "the page leads back: {page}");
        seen.lock()
            .unwrap()
            .extend(answer.extensions().get::<LtiError>().cloned());
    }
    let refused = refused.lock().unwrap();
    assert_eq!(refused.len(), 2);
    refused.iter().for_each(assert_bare);
}
