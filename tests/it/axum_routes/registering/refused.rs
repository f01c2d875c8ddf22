//! Configurations and replies that are wrong or hostile: a page says so, nothing is kept, nothing closes.

use serde_json::json;
use tower_lti::testing::{Call, Fault};

use super::{page::Page, stage::Stage};

// S25, REG-01, REG-12
#[tokio::test]
async fn addresses_of_configurations_that_are_not_to_be_fetched_are_refused() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let good = stage.services.configuration_url();
    let port = good.strip_prefix("http://127.0.0.1").unwrap();
    for configuration in [
        "",
        "x",
        "/configuration",
        "file:///etc/passwd",
        "ftp://127.0.0.1/c",
        "http://10.0.0.1/c",
        "https://10.0.0.1/c",
        "https://192.168.1.1/c",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/c",
        "https://127.0.0.1/c",
        "http://lms.test/c",
        &format!("http://user:secret@127.0.0.1{port}"),
        &format!("{good}#here"),
        &format!("{good}?{}", "a".repeat(8_000)),
    ] {
        let page = stage.open(configuration).await;
        page.assert_refused(configuration);
        assert!(!page.html.contains("secret@"), "{}", page.html);
    }
    let register = format!("{}/lti/register", stage.base_url);
    let encoded: String = form_urlencoded::byte_serialize(good.as_bytes()).collect();
    for query in [
        String::new(),
        "?registration_token=t".to_owned(),
        format!("?openid_configuration={encoded}&openid_configuration={encoded}"),
        format!("?openid_configuration={encoded}&registration_token=a&registration_token=b"),
    ] {
        let page = Page::get(&format!("{register}{query}")).await;
        page.assert_refused(&query);
    }
    for method in ["PUT", "DELETE"] {
        let page = Page::request(method, &stage.address(), String::new()).await;
        page.assert_refused(method);
    }
    let page = Page::request("POST", &stage.address(), String::new()).await;
    page.assert_refused("a form without fields");
    assert!(
        stage.services.requests().is_empty(),
        "{:?}",
        stage.services.requests()
    );
    assert_eq!(stage.text(), "[]");
}

// S25, S26, REG-02, REG-03
#[tokio::test]
async fn configurations_that_are_wrong_or_of_somebody_else_are_refused() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let services = &stage.services;
    for (name, value) in [
        ("issuer", json!("https://school.test")),
        ("issuer", json!("http://127.0.0.1:1")),
        ("issuer", json!(null)),
        ("issuer", json!(5)),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("authorization_endpoint", json!(null)),
        ("authorization_endpoint", json!("")),
        ("token_endpoint", json!("http://10.0.0.1/token")),
        ("token_endpoint", json!("https://169.254.169.254/token")),
        ("token_endpoint", json!(null)),
        ("jwks_uri", json!("file:///jwks")),
        ("jwks_uri", json!("http://lms.test/jwks")),
        ("jwks_uri", json!(["https://lms.test/jwks"])),
        ("registration_endpoint", json!("http://10.0.0.1/register")),
        ("registration_endpoint", json!(null)),
    ] {
        let what = format!("{name} {value}");
        services.alter_configuration(move |json| json[name] = value.clone());
        Page::get(&stage.address()).await.assert_refused(&what);
    }
    services.alter_configuration(|_| {});
    for (what, fault) in [
        ("not found", Fault::status(404)),
        ("broken", Fault::status(500)),
        (
            "redirect",
            Fault::redirect(302, &services.configuration_url()),
        ),
        ("redirect", Fault::redirect(301, "http://10.0.0.1/")),
        (
            "a page",
            Fault::body("<!doctype html><title>Sign in</title>"),
        ),
        ("an array", Fault::body("[]")),
        ("cut", Fault::cut_body(100)),
        ("closed", Fault::close()),
        ("huge", Fault::huge_body(10 * 1_024 * 1_024)),
        ("endless", Fault::endless_body()),
        ("deep", Fault::body("[".repeat(50_000))),
        ("twice", Fault::body("{\"issuer\":\"a\",\"issuer\":\"b\"}")),
    ] {
        services.fail_next(Call::Configuration, 1, fault);
        Page::get(&stage.address()).await.assert_refused(what);
    }
    assert_eq!((stage.posted(), &*stage.text()), (0, "[]"));
}

// S27, S29, REG-10, ADV-83
#[tokio::test]
async fn platforms_that_refuse_or_answer_wrongly_leave_nothing_and_are_quoted() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let services = &stage.services;
    let json = ("content-type", "application/json");
    let words =
        "{\"error\":\"invalid_client_metadata\",\"error_description\":\"<i>no</i> such domain\"}";
    for (what, fault) in [
        (
            "refused",
            Fault::status(400)
                .with_header(json.0, json.1)
                .with_body(words),
        ),
        ("plain", Fault::status(401).with_body("token_already_used")),
        (
            "unprocessable",
            Fault::status(422).with_body("{\"errors\":[]}"),
        ),
        ("broken", Fault::status(500)),
        (
            "redirect",
            Fault::redirect(307, &format!("{}/register", services.base_url())),
        ),
        (
            "a page",
            Fault::body("<!doctype html><title>Sign in</title>"),
        ),
        ("nothing", Fault::status(204)),
        ("empty", Fault::status(200)),
        ("an array", Fault::body("[]")),
        ("no client id", Fault::body("{}")),
        ("huge", Fault::huge_body(10 * 1_024 * 1_024)),
        ("endless", Fault::endless_body()),
        ("closed", Fault::close()),
    ] {
        let page = stage.begin().await;
        services.fail_next(Call::Registration, 1, fault);
        let answer = page.confirm().await;
        answer.assert_refused(what);
        assert_eq!(stage.text(), "[]", "{what}");
        match what {
            "refused" => assert!(answer.html.contains("&lt;i&gt;no"), "{}", answer.html),
            "plain" => assert!(
                answer.html.contains("token_already_used"),
                "{}",
                answer.html
            ),
            _ => {}
        }
    }
    // A token of the platform that was used before.
    let first = stage.begin().await;
    let address = first.address.clone();
    first.confirm().await.assert_done();
    let before = stage.text();
    let second = Page::get(&address).await;
    let second = if second.status == 200 {
        second.confirm().await
    } else {
        second
    };
    second.assert_refused("the token is used");
    assert_eq!(stage.text(), before);
}
