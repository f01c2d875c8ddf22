//! The page that takes the response back.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use serde_json::json;
use tower_lti::{claims::names, error::LtiErrorKind};

use super::picker::{self, item, request_of};
use crate::{
    app::{App, NOW},
    connected::tool_key,
    pages::{assert_marked, marked},
};

/// The page of a response to a request with this return address, and the response.
async fn page(return_url: &str) -> (Response<Bytes>, String) {
    let app = picker::app();
    let settings = json!({"deep_link_return_url": return_url});
    let request = request_of(&app, |token| {
        token.claim(names::DEEP_LINKING_SETTINGS, settings)
    })
    .await;
    let response = request
        .respond(&app.tool)
        .item(item())
        .sign()
        .await
        .unwrap();
    let jwt = response.jwt().to_owned();
    (response.into_response(), jwt)
}

fn text(page: &Response<Bytes>) -> &str {
    std::str::from_utf8(page.body()).unwrap()
}

// DL-10, DL-24, DL-29, DL-30, ADV-71, S21, CERT-DL-2, TRAP-24
#[tokio::test]
async fn the_page_posts_the_response_once_in_its_own_window_and_nowhere_else() {
    let (page, jwt) = page("https://lms.test:8443/return?course=2&token=a%20b").await;

    assert_eq!(page.status(), 200);
    let headers = page.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    // With `no-referrer` browsers would send `Origin: null`.
    assert_eq!(headers[header::REFERRER_POLICY], "strict-origin");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(!headers.contains_key(header::X_FRAME_OPTIONS), "frameable");
    let text = text(&page);
    let nonce = text
        .split("<script nonce=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(nonce.len() >= 22, "128 bits: {nonce}");
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         form-action https://lms.test:8443; base-uri 'none'"
    );
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], *policy);
    let form = format!(
        "<form method=\"post\" action=\"https://lms.test:8443/return?course=2&amp;token=a%20b\">\n\
         <input type=\"hidden\" name=\"JWT\" value=\"{jwt}\">\n"
    );
    assert!(text.contains(&form), "{text}");
    assert_eq!(text.matches("<form").count(), 1);
    assert_eq!(text.matches("<input").count(), 1);
    assert!(!text.contains("target="), "{text}");
    // Without scripts there is a button; with them, a page that is loaded again waits for it.
    assert!(
        text.contains("<button>Continue</button>\n</form>"),
        "{text}"
    );
    assert_eq!(text.matches("<script").count(), 1);
    assert!(text.contains("if (!visit || visit.type === \"navigate\") { lock(); form.submit() }"));
    assert!(text.contains("const lock = () => { button.disabled = true }; form.onsubmit = lock;"));
    assert!(text.contains("<p>Your choice is sent to your course.</p>"));
    assert!(!text.contains("onload"));
}

// DL-29, S23
#[tokio::test]
async fn a_hostile_return_address_is_escaped_on_the_page() {
    for (url, on_page, origin) in [
        (
            "https://lms.test/return?a=\"><script>alert(1)</script>&'",
            "https://lms.test/return?a=&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;'",
            "https://lms.test;",
        ),
        (
            "https://lms.test/return#\" autofocus onfocus=\"alert(1)",
            "https://lms.test/return#&quot; autofocus onfocus=&quot;alert(1)",
            "https://lms.test;",
        ),
        (
            "https://lms.test/return?;script-src *",
            "https://lms.test/return?;script-src *",
            "https://lms.test;",
        ),
    ] {
        let (page, _) = page(url).await;
        let text = text(&page);
        assert!(text.contains(&format!("action=\"{on_page}\"")), "{text}");
        assert_eq!(text.matches("<script").count(), 1, "{text}");
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.contains(&format!("form-action {origin}")),
            "{policy}"
        );
        assert!(!policy.contains('*'), "{policy}");
    }
}

// DL-29, S23
#[tokio::test]
async fn the_page_lets_its_form_lead_to_the_return_address_however_its_host_is_written() {
    for (url, source) in [
        ("https://lms.test:443/return", "https://lms.test"),
        (
            "https://xn--kola-3pa.test:8443/",
            "https://xn--kola-3pa.test:8443",
        ),
        ("https://192.0.2.1/return", "https://192.0.2.1"),
        // What a policy cannot name.
        ("https://[2001:db8::1]:8443/return", "https:"),
        ("https://my_lms.test/return", "https:"),
    ] {
        let (page, _) = page(url).await;
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        let ends = format!("; form-action {source}; base-uri 'none'");
        assert!(policy.ends_with(&ends), "{policy}");
        assert!(text(&page).contains(&format!("action=\"{url}\"")));
    }
}

// DL-24
#[tokio::test]
async fn the_page_says_whether_anything_is_added() {
    let app = picker::app();
    for (error_message, said) in [
        (
            "",
            "Nothing was chosen, and nothing is added to your course.",
        ),
        ("Quiz 7 is gone.", "Nothing could be added to your course."),
    ] {
        let draft = picker::request(&app).await.respond(&app.tool);
        let response = draft.error_message(error_message).sign().await.unwrap();
        let page: Response<Bytes> = response.into_response();
        assert!(text(&page).contains(said), "{}", text(&page));
        assert!(!text(&page).contains("Your choice"));
    }
}

// DL-29
#[tokio::test]
async fn redirects_of_the_platform_are_followed_to_other_origins_where_that_is_said() {
    let app = picker::app();
    let response = picker::request(&app).await.respond(&app.tool).sign().await;
    let page: Response<Bytes> = response.unwrap().allow_redirects().into_response();
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(
        policy.ends_with("; form-action https:; base-uri 'none'"),
        "{policy}"
    );
}

// DL-02, DL-29, S23
#[tokio::test]
async fn a_return_address_that_leads_elsewhere_than_to_an_https_page_is_refused_at_the_launch() {
    for url in [
        "javascript:alert(1)",
        "JavaScript://lms.test/%0aalert(1)",
        "data:text/html,x",
        "http://lms.test/return",
        "//lms.test/return",
        "https://user:password@lms.test/return",
        "https://lms.test\\@evil.test/",
        "https://lms.test/return\n",
        "https://lms.test;x/",
        "https://lms.test;sandbox/",
        "https://lms.test,x/",
        "https://*/",
        "https://*.lms.test/",
        "https://'none'/",
    ] {
        let app = picker::app();
        let mut browser = app.browser();
        let login = browser.log_in(&app.platform).await.unwrap();
        let settings = json!({"deep_link_return_url": url});
        let token = app.platform.deep_linking_token(&login, NOW);
        let token = token.claim(names::DEEP_LINKING_SETTINGS, settings).sign();
        let answer = browser.launch(&login, &token).await;
        let kind = answer
            .extensions()
            .get::<tower_lti::LtiError>()
            .map(tower_lti::LtiError::kind);
        assert_eq!(kind, Some(LtiErrorKind::ClaimInvalid), "{url}");
        assert_eq!(app.calls(), 0);
    }
}

// PG02, PG03
#[tokio::test]
async fn the_page_bears_the_tool_s_name_and_is_in_the_language_that_is_asked_for() {
    let app = App::with(|builder| marked(builder.tool_keys(tool_key())));
    let german = HeaderValue::from_static("de");
    let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, german)]);
    for chosen in [true, false] {
        for refused in ["", "It is too large."] {
            let request = request_of(&app, |token| token).await;
            let draft = request.respond(&app.tool).error_message(refused);
            let draft = if chosen { draft.item(item()) } else { draft };
            let page = draft.sign().await.unwrap().into_response();
            assert_marked(text(&page), &[]);
        }
    }
    let request = request_of(&app, |token| token).await;
    let response = request.respond(&app.tool).sign().await.unwrap();
    let page = response.in_language_of(&headers).into_response();
    assert!(text(&page).contains("<html lang=\"de\">"));
}
