//! The small picker on the page that a browser is shown.

use http::{Request, Response, header};
use serde_json::json;
use tower_lti::{claims::names, testing::IdToken};

use super::{
    selection::{Sent, selecting, settings},
    tool::{Tool, Visitor, now},
};

/// Launches as a browser does that goes to a page, and returns where it is sent to.
async fn visit(tool: &Tool, change: impl FnOnce(IdToken) -> IdToken) -> (Visitor, String) {
    let mut visitor = tool.visitor();
    let request = visitor.0.log_in(&tool.services.platform()).await.unwrap();
    let token = change(tool.services.id_token(&request, now())).sign();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", request.state())
        .finish();
    let post = Request::post("/lti/launch")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("sec-fetch-mode", "navigate");
    let answer = visitor.send(post, form).await;
    assert_eq!(answer.status(), 303, "{answer:?}");
    let page = answer.headers()[header::LOCATION].to_str().unwrap();
    (visitor, page.to_owned())
}

async fn choose(
    visitor: &mut Visitor,
    page: &str,
    name: &str,
    value: &str,
    form: &str,
) -> Response<bytes::Bytes> {
    let request = Request::post(page)
        .header("content-type", "application/x-www-form-urlencoded")
        .header(name, value);
    visitor.send(request, form.to_owned()).await
}

// DL-10, ADV-75, DL-24
#[tokio::test]
async fn the_page_of_a_browser_has_a_form_that_returns_a_link_or_nothing() {
    let tool = Tool::start().await;
    let mut asked = settings();
    asked["title"] = json!("Week \"1\"");
    for (form, items) in [
        (
            "choose=link&title=Week+%222%22",
            json!([{"type": "ltiResourceLink", "title": "Week \"2\"", "url": format!("{}/lti/launch", tool.base_url)}]),
        ),
        ("choose=nothing&title=Week+1", json!([])),
    ] {
        let (mut visitor, page) = visit(&tool, selecting(asked.clone())).await;
        let shown = visitor.send(Request::get(&*page), "").await;
        let shown = String::from_utf8_lossy(shown.body());
        assert!(shown.contains("value=\"Week &quot;1&quot;\""), "{shown}");
        assert!(shown.contains(&format!("action=\"{page}\"")), "{shown}");

        let answer = choose(&mut visitor, &page, "origin", &tool.base_url, form).await;
        assert_eq!(Sent::on_page(&answer).items(), &items);
        let again = choose(&mut visitor, &page, "origin", &tool.base_url, form).await;
        assert_eq!(again.status(), 409);
    }
}

// S24
#[tokio::test]
async fn another_site_and_another_browser_cannot_choose() {
    let tool = Tool::start().await;
    let (mut visitor, page) = visit(&tool, selecting(settings())).await;
    let (mut other, _) = visit(&tool, selecting(settings())).await;
    let form = "choose=link&title=x";
    for (name, value) in [
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let answer = choose(&mut visitor, &page, name, value, form).await;
        assert_eq!(
            refused(&answer),
            (403, "cross_site".to_owned()),
            "{name}: {value}"
        );
    }
    let foreign = choose(&mut other, &page, "origin", &tool.base_url, form).await;
    assert_eq!(foreign.status(), 401);
    let own = choose(&mut visitor, &page, "sec-fetch-site", "same-origin", form).await;
    assert_eq!(own.status(), 200);
}

// ADV-76
#[tokio::test]
async fn a_platform_that_takes_no_links_is_offered_none() {
    let tool = Tool::start().await;
    let mut asked = settings();
    asked["accept_types"] = json!(["file"]);
    let (mut visitor, page) = visit(&tool, selecting(asked)).await;
    let shown = visitor.send(Request::get(&*page), "").await;
    let shown = String::from_utf8_lossy(shown.body());
    assert!(!shown.contains("id=\"add\""), "{shown}");

    let form = "choose=nothing";
    let answer = choose(&mut visitor, &page, "origin", &tool.base_url, form).await;
    assert_eq!(Sent::on_page(&answer).items(), &json!([]));
}

// DL-07
#[tokio::test]
async fn a_learner_is_offered_nothing_and_returns_nothing() {
    let tool = Tool::start().await;
    let learner = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
    let asked = |token| selecting(settings())(token).claim(names::ROLES, json!([learner]));
    let (mut visitor, page) = visit(&tool, asked).await;
    let shown = visitor.send(Request::get(&*page), "").await;
    let shown = String::from_utf8_lossy(shown.body());
    assert!(!shown.contains("id=\"add\""), "{shown}");

    let form = "choose=link&title=x";
    let answer = choose(&mut visitor, &page, "origin", &tool.base_url, form).await;
    let sent = Sent::on_page(&answer);
    assert_eq!(sent.items(), &json!([]));
    assert!(sent.has("errormsg"));
}

/// The code on a page that says why a choice is not taken.
fn refused(answer: &Response<bytes::Bytes>) -> (u16, String) {
    let headers = answer.headers();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-store");
    let page = String::from_utf8_lossy(answer.body());
    assert!(page.contains("<p role=\"alert\">"), "{page}");
    let (_, code) = page.split_once("<small>").unwrap();
    let (code, _) = code.split_once("</small>").unwrap();
    (answer.status().as_u16(), code.to_owned())
}

// ADV-71
#[tokio::test]
async fn what_the_form_does_not_send_is_refused_with_a_page_and_uses_nothing_up() {
    let tool = Tool::start().await;
    let (mut visitor, page) = visit(&tool, selecting(settings())).await;
    let form = "application/x-www-form-urlencoded";
    let large = format!("choose=link&title={}", "x".repeat(3_000_000));
    for (content_type, body, status) in [
        (form, "", 422),
        (form, "title=x", 422),
        (form, "choose=", 422),
        (form, "choose=zzz", 422),
        (form, "choose=LINK", 422),
        (form, "choose=link&choose=nothing", 422),
        (form, &large, 413),
        ("application/json", "{\"choose\":\"link\"}", 415),
        ("text/plain", "choose=link", 415),
    ] {
        let request = Request::post(&*page)
            .header("content-type", content_type)
            .header("origin", &tool.base_url);
        let answer = visitor.send(request, body.to_owned()).await;
        let expected = (status, "choice_malformed".to_owned());
        assert_eq!(refused(&answer), expected, "{content_type}: {:.20}", body);
    }
    let answer = choose(&mut visitor, &page, "origin", &tool.base_url, "choose=link").await;
    assert_eq!(Sent::on_page(&answer).items()[0]["title"], "Welcome");
}

#[tokio::test]
async fn a_launch_that_asks_for_no_content_has_no_form_and_takes_none() {
    let tool = Tool::start().await;
    let (mut visitor, page) = visit(&tool, |token| token).await;
    let shown = visitor.send(Request::get(&*page), "").await;
    assert!(!String::from_utf8_lossy(shown.body()).contains("<form"));
    for form in ["choose=link", "choose=nothing"] {
        let answer = choose(&mut visitor, &page, "origin", &tool.base_url, form).await;
        let expected = (409, "no_deep_linking_request".to_owned());
        assert_eq!(refused(&answer), expected, "{form}");
        let page = String::from_utf8_lossy(answer.body());
        assert!(page.contains("did not ask for content"), "{page}");
    }
}
