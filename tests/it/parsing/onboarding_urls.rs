//! Where people are sent with a ticket.

use serde_json::json;
use tower_lti::{
    OnMissingDeployment,
    policy::OnboardingUrl,
    registration::{Registration, Registrations},
};

use crate::app::{App, NOW};

// N20, D08
#[test]
fn people_are_sent_to_a_path_or_to_an_https_address_however_that_is_configured() {
    for (address, usable) in [
        ("/", true),
        ("/onboarding", true),
        ("/onboarding?from=lti", true),
        ("/onboarding?x=%2f%5c", true),
        ("https://tool.test/onboarding", true),
        ("HTTPS://tool.test", true),
        ("http://127.0.0.1:3000/onboarding", true),
        ("http://[::1]/onboarding", true),
        ("http://localhost/onboarding", true),
        ("http://plain.test/onboarding", false),
        ("ftp://tool.test/onboarding", false),
        ("//evil.test/onboarding", false),
        ("///evil.test/onboarding", false),
        ("/\\evil.test", false),
        ("\\\\evil.test", false),
        ("/\t/evil.test", false),
        ("/\n/evil.test", false),
        ("\t//evil.test", false),
        (" //evil.test", false),
        ("/%2fevil.test", false),
        ("/%5Cevil.test", false),
        ("/a/../..//evil.test", false),
        ("/..//evil.test", false),
        ("/.//evil.test", false),
        ("/%2e//evil.test", false),
        ("/onboarding x", false),
        ("/onboarding\r\nSet-Cookie: a=b", false),
        ("/onboarding#part", false),
        ("/onboarding?ticket=mine", false),
        ("/onboarding?%74icket=mine", false),
        ("/onb\u{f6}arding", false),
        ("https://user:password@tool.test/onboarding", false),
        ("https:/tool.test/onboarding", false),
        ("https:tool.test/onboarding", false),
        ("https:///tool.test/onboarding", false),
        ("https://tool.test/onboarding#part", false),
        ("javascript:alert(1)", false),
        ("evil.test:443", false),
        ("onboarding", false),
        ("*", false),
        ("", false),
    ] {
        assert_eq!(
            address.parse::<OnboardingUrl>().is_ok(),
            usable,
            "{address:?}"
        );
        let written = json!({"redirect": address});
        let policy = serde_json::from_value::<OnMissingDeployment>(written.clone());
        assert_eq!(policy.is_ok(), usable, "{address:?}");
        let registrations = json!([{
            "issuer": "https://lms.test",
            "client_id": "tool-1",
            "authorization_endpoint": "https://lms.test/auth",
            "jwks_url": "https://lms.test/jwks",
            "on_missing_deployment": written,
        }]);
        let registrations = Registrations::from_json(&registrations.to_string());
        assert_eq!(registrations.is_ok(), usable, "{address:?}");
    }
}

// N20
#[tokio::test]
async fn a_registration_sends_people_where_its_own_address_says() {
    for (address, begins) in [
        ("/onboarding", "/onboarding?ticket="),
        (
            "https://tool.test/new?a=b",
            "https://tool.test/new?a=b&ticket=",
        ),
    ] {
        let onboarding: OnboardingUrl = address.parse().unwrap();
        let registration = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .on_missing_deployment(OnMissingDeployment::Redirect(onboarding))
            .build()
            .unwrap();
        let registrations = Registrations::new([registration]).unwrap();
        let app = App::with(|builder| builder.registrations(registrations));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.starts_with(begins), "{location}");
    }
}
