//! One launch as platforms send it: an `id_token` of 2.8 KB in a form of 3.4 KB.

pub(crate) mod floor;
mod posts;

use serde_json::json;
use tower_lti::{
    LoginSecret, LtiTool,
    claims::names,
    registration::Registrations,
    testing::{AuthenticationRequest, IdToken, Platform, TestClock},
    tool::LtiToolBuilder,
};

pub(crate) use self::posts::Posts;

/// When every launch takes place, in seconds since 1970.
pub(crate) const NOW: u64 = 4_000_000_000;

/// The path that launches are posted to.
pub(crate) const LAUNCH_PATH: &str = "/lti/launch";

/// The platform of all launches. It signs with RS256 and a key of 2048 bits.
pub(crate) fn platform() -> Platform {
    Platform::new("https://lms.example.edu", "tool-client-0001")
}

/// The tool that is launched, its store in memory unless told otherwise.
pub(crate) fn tool_builder(platform: &Platform) -> LtiToolBuilder {
    LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([platform.registration()]).expect("one registration"))
        .key_sets(platform.clone())
        .login_secret(
            LoginSecret::from_bytes(*b"a secret that only tests may know").expect("32 bytes"),
        )
        .insecure_allow_volatile_store()
        .clock(TestClock::at_unix(NOW))
}

/// The token of a student who follows a link in a course, with what Canvas and Moodle add to it.
pub(crate) fn id_token(platform: &Platform, request: &AuthenticationRequest) -> IdToken {
    platform
        .id_token(request, NOW)
        .claim("sub", "8a5f4c1e-93d2-4b7a-9f60-2d1c7e5b8a34")
        .claim("azp", platform.client_id())
        .claim("name", "Ada Augusta King")
        .claim("given_name", "Ada")
        .claim("family_name", "King")
        .claim("email", "ada.king@students.example.edu")
        .claim("locale", "en-GB")
        .claim(names::DEPLOYMENT_ID, "1:4f1a1ee2f2d4c0aa")
        .claim(
            names::RESOURCE_LINK,
            json!({"id": "a1f6c1d0-8a4d-4b62", "title": "Week 3: Engines", "description": null}),
        )
        .claim(
            names::CONTEXT,
            json!({
                "id": "c4a9b6f8e2d1",
                "label": "MATH-201",
                "title": "Analytical Engines, Autumn",
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            }),
        )
        .claim(
            names::ROLES,
            json!([
                "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
                "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
            ]),
        )
        .claim(
            names::TOOL_PLATFORM,
            json!({"guid": "lms.example.edu", "name": "Example", "product_family_code": "canvas", "version": "cloud"}),
        )
        .claim(
            names::LAUNCH_PRESENTATION,
            json!({
                "document_target": "iframe",
                "return_url": "https://lms.example.edu/courses/201/external_content/success",
                "locale": "en-GB",
                "height": 400,
                "width": 800,
            }),
        )
        .claim(names::LIS, json!({"person_sourcedid": "p-48151", "course_offering_sourcedid": "c-201-a"}))
        .claim(names::CUSTOM, json!({"chapter": "3", "term": "2026-autumn"}))
        .claim("https://www.example.edu/placement", "course_navigation")
}

/// A runtime on this thread alone.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Where the platform sends a browser to begin a launch.
pub(crate) fn login_address(platform: &Platform) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", platform.issuer())
        .append_pair("client_id", platform.client_id())
        .append_pair("login_hint", "8a5f4c1e-93d2-4b7a-9f60-2d1c7e5b8a34")
        .append_pair(
            "lti_message_hint",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJjb250ZXh0IjoiY2hhcHRlciJ9",
        )
        .append_pair("lti_deployment_id", "1:4f1a1ee2f2d4c0aa")
        .append_pair("target_link_uri", "https://tool.test/app")
        .finish();
    format!("/lti/login?{query}")
}
