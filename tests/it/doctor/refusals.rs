//! The last refusals of a running tool, by reference.

use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use tower::ServiceExt;
use tower_lti::{
    LtiError, LtiLogin, LtiTool,
    doctor::{Doctor, LtiDoctor},
    error::ErrorCode,
    registration::Registrations,
    testing::{Platform, TestClock},
    tool::LtiToolBuilder,
};

fn tool(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> LtiTool {
    let platform = Platform::new("https://lms.test", "tool-1");
    let registrations = Registrations::new([platform.registration()]).unwrap();
    let builder = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .clock(TestClock::at_unix(4_000_000_000))
        .registrations(registrations);
    change(builder).build().unwrap()
}

/// A login of an issuer that is not known, and its reference.
async fn refuse(tool: &LtiTool, issuer: &str) -> String {
    let query = format!(
        "iss={issuer}&client_id=tool-1&login_hint=jane.doe&target_link_uri=https://tool.test/"
    );
    let request = Request::get(format!("https://tool.test/lti/login?{query}"));
    let response: Response<_> = LtiLogin::new(tool.clone())
        .oneshot(request.body(Full::<bytes::Bytes>::default()).unwrap())
        .await
        .unwrap();
    response
        .extensions()
        .get::<LtiError>()
        .unwrap()
        .reference()
        .to_owned()
}

// ADV-93
#[tokio::test]
async fn the_last_refusals_are_kept_by_reference_and_without_persons() {
    let tool = tool(|builder| builder.keep_recent_refusals(2));
    let mut references = Vec::new();
    for issuer in [
        "https://first.test",
        "https://lms.test/",
        "https://third.test",
    ] {
        references.push(refuse(&tool, issuer).await);
    }

    let kept = tool.recent_refusals();

    let kept_references: Vec<&str> = kept.iter().map(|one| one.reference()).collect();
    assert_eq!(kept_references, [&references[2], &references[1]]);
    assert!(tool.recent_refusal(&references[0]).is_none());
    let refusal = tool.recent_refusal(&references[1]).unwrap();
    assert_eq!(refusal.code(), ErrorCode::RegistrationUnknown);
    assert_eq!(refusal.at_unix(), 4_000_000_000);
    assert_eq!(refusal.issuer(), Some("https://lms.test/"));
    assert_eq!(refusal.client_id(), Some("tool-1"));
    assert!(
        refusal.hint().unwrap().contains("a trailing slash"),
        "{refusal}"
    );
    assert!(!format!("{refusal} {refusal:?}").contains("jane"));
    assert!(!format!("{refusal:?}").contains("lms.test"));
}

// ADV-93
#[tokio::test]
async fn none_are_kept_unless_that_is_wanted() {
    let tool = tool(|builder| builder);
    let reference = refuse(&tool, "https://first.test").await;

    assert!(tool.recent_refusals().is_empty() && tool.recent_refusal(&reference).is_none());
}

// ADV-93
#[tokio::test]
async fn the_page_lists_them_and_finds_one() {
    let tool = tool(|builder| builder.keep_recent_refusals(10));
    let first = refuse(&tool, "https://first.test/%3Cscript%3E").await;
    let second = refuse(&tool, "https://second.test").await;
    let page = LtiDoctor::new(Doctor::of_tool(&tool), |_| async { true });
    let get = async |query: &str, accept: &str| {
        let request = Request::get(format!("https://tool.test/admin/doctor{query}"));
        let request = request.header(header::ACCEPT, accept).body(()).unwrap();
        let response = page.clone().oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    };

    let all = get("", "text/html").await;
    let one = get(&format!("?reference={second}"), "application/json").await;

    assert!(all.contains(&first) && all.contains(&second), "{all}");
    assert!(!all.contains("<script"), "{all}");
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(one["recent_refusals"].as_array().unwrap().len(), 1);
    assert_eq!(one["recent_refusals"][0]["reference"], second.as_str());
    assert_eq!(one["recent_refusals"][0]["code"], "registration_unknown");
}
