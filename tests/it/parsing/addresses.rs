//! Addresses: configured, followed, and handed on.

use serde_json::json;
use tower_lti::{
    LaunchContext, LtiError, LtiTool,
    claims::names,
    error::LtiErrorKind,
    registration::{Registration, Registrations},
    testing::Platform,
    tool::ConfigError,
};

use crate::app::{App, NOW, code};

/// Spellings that one reader takes for another place than the next, or for no place at all.
const AMBIGUOUS: [&str; 22] = [
    "https:tool.test/x",
    "https:/tool.test/x",
    "https:///tool.test/x",
    "https:@tool.test/app?://x",
    "https:\\\\tool.test/x",
    "https://tool.test\\x",
    "https://tool.test/x\\y",
    "https://tool.test/\nx",
    "https://tool.test/x\n",
    "https://tool.test/x\ty",
    " https://tool.test/x",
    "https://tool.test/x ",
    "https://tool.test/x?a=b\r\nSet-Cookie: c=d",
    "https://user@tool.test/x",
    "https://user:password@tool.test/x",
    "https://@tool.test/x",
    "https://t\u{f6}\u{f6}l.test/x",
    "https://tool%2etest/x",
    "https://tool.test:99999/x",
    "https://tool.test:/x",
    "https://:443/x",
    "//tool.test/x",
];

fn tool_at(launch_url: &str, target: Option<&str>) -> Result<LtiTool, ConfigError> {
    let platform = Platform::new("https://lms.test", "tool-1");
    let builder = LtiTool::builder()
        .launch_url(launch_url)
        .registrations(Registrations::new([platform.registration()]).unwrap());
    match target {
        Some(target) => builder.allow_target(target).build(),
        None => builder.build(),
    }
}

// N21
#[test]
fn no_configured_address_is_one_that_two_readers_take_for_two() {
    type Set = fn(&str) -> bool;
    fn registered(
        change: impl FnOnce(
            tower_lti::registration::RegistrationBuilder,
        ) -> tower_lti::registration::RegistrationBuilder,
    ) -> bool {
        let builder = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks");
        change(builder).build().is_ok()
    }
    let settings: [(&str, Set); 6] = [
        ("authorization_endpoint", |url| {
            registered(|builder| builder.authorization_endpoint(url))
        }),
        ("token_endpoint", |url| {
            registered(|builder| builder.token_endpoint(url))
        }),
        ("jwks_url", |url| {
            registered(|builder| builder.jwks_url(url))
        }),
        ("redirect URI", |url| {
            registered(|builder| builder.redirect_uri(url))
        }),
        ("launch_url", |url| tool_at(url, None).is_ok()),
        ("allow_target", |url| {
            tool_at("https://tool.test/lti/launch", Some(url)).is_ok()
        }),
    ];
    let configured_only = [
        "https://tool.test/x#y",
        "https://tool.test/x?y=\u{fc}",
        "https://tool.test/x?y=a b",
        "http://tool.test/x",
        "ftp://tool.test/x",
    ];
    for (setting, is_taken) in settings {
        for url in AMBIGUOUS.into_iter().chain(configured_only) {
            assert!(!is_taken(url), "{setting}: {url:?}");
        }
        assert!(is_taken("https://tool.test:8443/x"), "{setting}");
    }
}

// N21
#[test]
fn a_launch_url_has_no_parameter_that_a_launch_brings_along() {
    for url in [
        "https://tool.test/lti/launch?state=1",
        "https://tool.test/lti/launch?a=b&%69d_token=",
        "https://tool.test/lti/launch?error",
    ] {
        assert!(tool_at(url, None).is_err(), "{url}");
        let registered = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .redirect_uri(url)
            .build();
        assert!(registered.is_err(), "{url}");
    }
    assert!(tool_at("https://tool.test/lti/launch?school=1", None).is_ok());
}

async fn login(app: &App, target: &str) -> (u16, String, Option<LtiError>) {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", "https://lms.test")
        .append_pair("client_id", "tool-1")
        .append_pair("login_hint", "1")
        .append_pair("target_link_uri", target)
        .finish();
    let answer = app.browser().get_login(&query).await;
    let error = answer.extensions().get::<LtiError>().cloned();
    (answer.status().as_u16(), code(&answer), error)
}

// N21, N22
#[tokio::test]
async fn an_allowed_path_covers_whole_segments_of_it() {
    for (allowed, target, covered) in [
        ("https://tool.test/app", "https://tool.test/app", true),
        ("https://tool.test/app", "https://tool.test/app/", true),
        ("https://tool.test/app", "https://tool.test/app/1/2", true),
        ("https://tool.test/app", "https://tool.test/app?x=/y", true),
        ("https://tool.test/app", "https://tool.test/app#x", true),
        ("https://tool.test/app", "HTTPS://TOOL.test:443/app", true),
        (
            "https://tool.test/app",
            "https://tool.test/application",
            false,
        ),
        ("https://tool.test/app", "https://tool.test/app.html", false),
        ("https://tool.test/app", "https://tool.test/app;x", false),
        ("https://tool.test/app", "https://tool.test/app%2fx", false),
        ("https://tool.test/app", "https://tool.test/App", false),
        ("https://tool.test/app", "https://tool.test/app/../x", false),
        ("https://tool.test/app", "https://tool.test/app%2f..", false),
        (
            "https://tool.test/app",
            "https://tool.test/app/%2e%2e/x",
            false,
        ),
        (
            "https://tool.test/app",
            "https://tool.test/app/%252e%252e/x",
            false,
        ),
        (
            "https://tool.test/app",
            "https://tool.test/app/..;/x",
            false,
        ),
        ("https://tool.test/app", "https://tool.test/", false),
        ("https://tool.test/app/", "https://tool.test/app/1", true),
        ("https://tool.test/app/", "https://tool.test/app/", true),
        ("https://tool.test/app/", "https://tool.test/app", false),
        ("https://tool.test", "https://tool.test/anything", true),
        ("https://tool.test/", "https://tool.test", true),
    ] {
        let platform = Platform::new("https://lms.test", "tool-1");
        let app = App::with(|_| {
            LtiTool::builder()
                .launch_url("https://tool.test/lti/launch")
                .registrations(Registrations::new([platform.registration()]).unwrap())
                .allow_target(allowed)
        });
        let (status, slug, _) = login(&app, target).await;
        let expected = if covered {
            (303, "")
        } else {
            (400, "target_not_allowed")
        };
        assert_eq!((status, slug.as_str()), expected, "{allowed} {target}");
    }
}

// N22
#[test]
fn an_allowed_target_is_an_origin_and_a_path_and_nothing_else() {
    for target in [
        "https://tool.test/app?x=1",
        "https://tool.test/app?",
        "https://tool.test/a/../b",
    ] {
        let error = tool_at("https://tool.test/lti/launch", Some(target)).unwrap_err();
        let (shown, _) = target.split_once('?').unwrap_or((target, ""));
        assert!(error.to_string().contains(shown), "{error}");
    }
}

// N39
#[tokio::test]
async fn a_target_with_a_title_in_its_query_leads_there_as_it_came() {
    for target in [
        "https://tool.test/app?title=Foo Bar",
        "https://tool.test/app?title=\u{dc}bung&x=\u{1f600}",
        "https://tool.test/app/1#section \u{e4}",
        "https://tool.test/app?title={a|b}\"<c>\"",
        "https://tool.test/app?share=100%",
    ] {
        let app = App::new();
        let mut browser = app.browser().following(target);
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200, "{target}");

        // Another spelling of the same place is another target.
        let request = browser.log_in(&app.platform).await.unwrap();
        let escaped = target.replace(' ', "%20").replace('\u{dc}', "%C3%9C");
        let token = app.platform.id_token(&request, NOW);
        let token = token
            .claim(names::TARGET_LINK_URI, escaped.clone() + "%20")
            .sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(code(&answer), "launch_invalid", "{escaped}");
    }
}

// N39
#[tokio::test]
async fn where_a_character_keeps_a_target_out_the_operator_is_told_which() {
    for (target, named) in [
        ("https://tool.test/app/Foo Bar", "' ' (U+0020)"),
        ("https://tool.test/\u{dc}bung", "'\u{dc}' (U+00DC)"),
        ("https://tool.test/app?x=a\nb", "'\\n' (U+000A)"),
        ("https://tool.test/app?x=a\u{2028}b", "(U+2028)"),
        ("https://tool.test/app?x=a\\b", "(U+005C)"),
        ("https://tool.test/app?x=a\u{0}", "(U+0000)"),
        ("https://t\u{f6}\u{f6}l.test/app", "(U+00F6)"),
        ("https://tool.test/app?x=a ", "(U+0020)"),
    ] {
        let (status, slug, error) = login(&App::new(), target).await;
        assert_eq!(
            (status, slug.as_str()),
            (400, "target_not_allowed"),
            "{target:?}"
        );
        let error = error.unwrap();
        assert_eq!(error.kind(), LtiErrorKind::TargetNotAllowed);
        let why = std::error::Error::source(&error).unwrap().to_string();
        assert!(why.contains(named), "{target:?}: {why}");
    }
}

// N21
#[tokio::test]
async fn no_target_is_one_that_two_readers_take_for_two() {
    let app = App::with(|builder| builder.allow_target("https://tool.test/"));
    for target in AMBIGUOUS {
        let (status, slug, _) = login(&app, target).await;
        assert_eq!(
            (status, slug.as_str()),
            (400, "target_not_allowed"),
            "{target:?}"
        );
    }
}

// N21, N52
#[tokio::test]
async fn no_address_of_a_platform_is_handed_on_with_user_info_or_to_be_mended() {
    let app = App::new();
    for url in AMBIGUOUS {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.deep_linking_token(&request, NOW);
        let settings = json!({"deep_link_return_url": url, "accept_types": ["link"],
            "accept_presentation_document_targets": ["iframe"]});
        let token = token.claim(names::DEEP_LINKING_SETTINGS, settings).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(code(&answer), "launch_invalid", "{url:?}");

        let launch = launched(&app, url).await;
        let claims = launch.claims();
        let grades = claims.ags_endpoint().unwrap();
        let handed_on = [
            grades.lineitem(),
            grades.lineitems(),
            claims
                .names_role_service()
                .unwrap()
                .context_memberships_url(),
            claims.launch_presentation().unwrap().return_url(),
            claims.tool_platform().unwrap().url(),
            claims.user().unwrap().picture(),
        ];
        assert_eq!(handed_on, [None; 6], "{url:?}");
    }
    let url = "https://lms.test/a?b=c d&x=\u{fc}#e";
    let launch = launched(&app, url).await;
    let grades = launch.claims().ags_endpoint().unwrap();
    assert_eq!(grades.lineitem(), Some(url));
    let plain = launched(&app, "http://lms.test/").await;
    let shown = plain.claims();
    assert_eq!(shown.user().unwrap().picture(), Some("http://lms.test/"));
    assert_eq!(shown.launch_presentation().unwrap().return_url(), None);
}

/// A launch in which every address is this one.
async fn launched(app: &App, url: &str) -> LaunchContext {
    super::launched(app, |token| {
        token
            .claim(
                names::AGS_ENDPOINT,
                json!({"scope": [], "lineitems": url, "lineitem": url}),
            )
            .claim(
                names::NAMES_ROLE_SERVICE,
                json!({"context_memberships_url": url, "service_versions": ["2.0"]}),
            )
            .claim(names::LAUNCH_PRESENTATION, json!({"return_url": url}))
            .claim(names::TOOL_PLATFORM, json!({"guid": "g", "url": url}))
            .claim("picture", url)
    })
    .await
}
