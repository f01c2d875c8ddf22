//! Content for the course over the route.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, header};
use serde_json::{Value, json};

use super::{
    selection::{RESPONSE, RETURN_URL, Sent},
    tool::{Tool, Visitor, json_of},
};

/// A link with all that the example's callers may send along.
fn link() -> Value {
    json!({
        "type": "ltiResourceLink",
        "title": "Chapter \u{2028}1 </script><b>",
        "url": "https://elsewhere.example/lti/launch?chapter=1",
        "custom": {"chapter": "1", "empty": ""},
        "lineItem": {"scoreMaximum": 50.0, "label": "Chapter 1", "resourceId": "c1", "tag": "quiz"},
        "available": {"startDateTime": "2030-02-05T18:00:00+01:00", "endDateTime": "2030-03-07T00:00:00.5Z"},
        "submission": {"endDateTime": "2030-03-06T00:00:00Z"},
        "iframe": {"width": 890, "height": 400},
        "https://tool.example/ext": {"nested": {"key": [1, null]}},
    })
}

/// Answers, and returns what the platform is sent.
async fn answered(visitor: &mut Visitor, body: Value) -> Sent {
    let (status, answer) = called(visitor, body).await;
    assert_eq!(status, 200, "{answer}");
    let [jwt, url] = ["jwt", "return_url"].map(|name| answer[name].as_str().unwrap());
    Sent::of(jwt, url)
}

async fn called(visitor: &mut Visitor, body: Value) -> (u16, Value) {
    let request = Request::post(RESPONSE)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let answer = visitor.send(request, body.to_string()).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), json_of(&answer))
}

// DL-10, DL-30, DL-29, DL-21
#[tokio::test]
async fn the_page_posts_the_one_field_jwt_to_the_return_address_in_the_same_window() {
    let tool = Tool::start().await;
    let accepts = [
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/json, text/html",
        "*/*",
    ];
    for accept in accepts {
        let (mut visitor, launch_id) = tool.selecting().await;
        let request = Request::post(RESPONSE)
            .header("content-type", "application/json")
            .header("accept", accept);
        let body = json!({"launch_id": launch_id, "items": [link()]});
        let answer = visitor.send(request, body.to_string()).await;

        let sent = Sent::on_page(&answer);
        assert_eq!(sent.return_url, RETURN_URL, "{accept}");
        assert_eq!(sent.claim("data"), "platform's & own");
        assert_eq!(sent.items(), &json!([link()]));
        let headers = answer.headers();
        assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action https://lms.test"), "{policy}");
        assert!(!policy.contains("frame-ancestors"), "{policy}");
        assert!(!headers.contains_key("x-frame-options"));
        let page = String::from_utf8_lossy(answer.body());
        assert!(!page.contains("target="), "{page}");
    }
}

// DLI-01
#[tokio::test]
async fn valid_items_go_on_just_as_they_were_given() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let items = json!([
        link(),
        {"type": "link", "url": "https://site.example/page", "embed": {"html": "<p>&amp;</p>"}},
        {"type": "file", "url": "https://site.example/a.pdf", "mediaType": "application/pdf", "expiresAt": "2030-03-06T20:05:02Z"},
        {"type": "html", "html": "<h1>Zoë</h1>"},
        {"type": "image", "url": "https://site.example/a.png", "width": 100},
    ]);

    let body = json!({
        "launch_id": launch_id, "items": items,
        "message": "5 added", "log": "ok", "error_message": "", "error_log": null,
    });
    let sent = answered(&mut visitor, body).await;

    assert_eq!(sent.items(), &items);
    assert_eq!(sent.claim("msg"), "5 added");
    assert_eq!(sent.claim("log"), "ok");
    assert!(!sent.has("errormsg") && !sent.has("errorlog"));
}

// DLI-60, DLI-24
#[tokio::test]
async fn numbers_in_items_go_on_to_the_letter() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let item = r#"{"url":"https://x.test/", "type":"link","https://x.test/":[12345678901234567890123,2.50,1e2,1E-400]}"#;
    let body = format!(r#"{{"launch_id":"{launch_id}","items":[{item}]}}"#);
    let request = Request::post(RESPONSE)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let answer = visitor.send(request, body).await;
    let jwt = json_of(&answer)["jwt"].as_str().unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD
        .decode(jwt.split('.').nth(1).unwrap())
        .unwrap();
    let claims = String::from_utf8(claims).unwrap();
    assert!(
        claims.contains(&format!("content_items\":[{item}]")),
        "{claims}"
    );
}

// DLI-01
#[tokio::test]
async fn an_item_that_names_a_member_twice_is_refused() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let item = r#"{"type":"html","html":"a","html":"b"}"#;
    let body = format!(r#"{{"launch_id":"{launch_id}","items":[{item}]}}"#);
    let request = Request::post(RESPONSE)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let answer = visitor.send(request, body).await;
    assert_eq!(answer.status(), 422);
    let answer = json_of(&answer);
    assert_eq!(
        (&answer["error"], &answer["item"]),
        (&json!("content_item_refused"), &json!(0)),
        "{answer}"
    );
}

// DL-24, ADV-75
#[tokio::test]
async fn no_items_and_an_error_go_back_too() {
    let tool = Tool::start().await;
    for items in [None, Some(Value::Null), Some(json!([]))] {
        let (mut visitor, launch_id) = tool.selecting().await;
        let mut body = json!({
            "launch_id": launch_id, "error_message": "Out of order", "error_log": "disk full",
        });
        if let Some(items) = items {
            body["items"] = items;
        }
        let sent = answered(&mut visitor, body).await;
        assert_eq!(sent.items(), &json!([]));
        assert_eq!(sent.claim("errormsg"), "Out of order");
        assert_eq!(sent.claim("errorlog"), "disk full");
        assert!(!sent.has("msg") && !sent.has("log"));
    }
}

#[tokio::test]
async fn the_answer_in_json_is_the_response_and_where_it_goes() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let (status, answer) = called(&mut visitor, json!({"launch_id": launch_id})).await;
    assert_eq!(status, 200);
    let members: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, ["jwt", "return_url"]);
}

#[tokio::test]
async fn a_launch_that_asks_for_no_content_is_answered_with_conflict() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let (status, answer) = called(&mut visitor, json!({"launch_id": launch_id})).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("no_deep_linking_request"))
    );
}

// ADV-71
#[tokio::test]
async fn a_request_is_answered_once() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let body = json!({"launch_id": launch_id, "items": [link()]});
    answered(&mut visitor, body.clone()).await;

    let (status, answer) = called(&mut visitor, body).await;

    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("deep_linking_handle_used"))
    );
    assert!(!answer.to_string().contains("Chapter"), "{answer}");
}

// ADV-74
#[tokio::test]
async fn two_requests_of_one_browser_are_answered_each_on_its_own() {
    let tool = Tool::start().await;
    let (mut visitor, first) = tool.selecting().await;
    let mut other = super::selection::settings();
    other["data"] = json!("the second");
    let second = visitor
        .launch(&tool, super::selection::selecting(other))
        .await;
    let second = json_of(&second)["launch_id"].as_str().unwrap().to_owned();

    let from_second = answered(&mut visitor, json!({"launch_id": second})).await;
    let from_first = answered(&mut visitor, json!({"launch_id": first})).await;

    assert_eq!(from_second.claim("data"), "the second");
    assert_eq!(from_first.claim("data"), "platform's & own");
}

// ADV-72, ADV-76
#[tokio::test]
async fn an_item_that_does_not_fit_is_named_and_uses_nothing_up() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool
        .selecting_by(|settings| {
            settings["accept_types"] = json!(["ltiResourceLink"]);
            settings["accept_multiple"] = json!(false);
            settings["accept_lineitem"] = json!(false);
        })
        .await;
    let bare =
        json!({"type": "ltiResourceLink", "title": "Chapter 1", "url": "https://tool.example/1"});
    let html = json!({"type": "html", "html": "<p>"});
    let without_url = json!({"type": "link"});
    let mut graded = bare.clone();
    graded["lineItem"] = json!({"scoreMaximum": 1});
    for (items, item, member, setting) in [
        (
            json!([bare, bare]),
            json!(1),
            Value::Null,
            json!("accept_multiple"),
        ),
        (
            json!([html]),
            json!(0),
            json!("type"),
            json!("accept_types"),
        ),
        (
            json!([graded]),
            json!(0),
            json!("lineItem"),
            json!("accept_lineitem"),
        ),
        (
            json!([bare, without_url]),
            json!(1),
            json!("url"),
            Value::Null,
        ),
        (json!([bare, 7]), json!(1), Value::Null, Value::Null),
    ] {
        let body = json!({"launch_id": launch_id, "items": items});
        let (status, answer) = called(&mut visitor, body).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(answer["error"], "content_item_refused");
        assert_eq!(answer["setting"], setting, "{answer}");
        assert_eq!(answer["member"], member, "{answer}");
        assert_eq!(answer["item"], item, "{answer}");
        let sentence = answer["message"].as_str().unwrap();
        for named in [&answer["member"], &answer["setting"]] {
            let named = named.as_str().map(|name| format!("`{name}`"));
            assert!(sentence.contains(&named.unwrap_or_default()), "{answer}");
        }
        let counted = item.as_u64().unwrap() + 1;
        assert!(sentence.contains(&format!("item {counted} ")), "{answer}");
        for name in ["message", "remedy", "ref"] {
            assert!(!answer[name].as_str().unwrap().is_empty(), "{answer}");
        }
    }

    let sent = answered(
        &mut visitor,
        json!({"launch_id": launch_id, "items": [bare]}),
    )
    .await;
    assert_eq!(sent.items(), &json!([bare]));
}

#[tokio::test]
async fn members_of_another_type_are_refused_and_use_nothing_up() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    for (name, value) in [
        ("items", json!({})),
        ("items", json!("none")),
        ("message", json!(1)),
        ("log", json!(["ok"])),
        ("error_message", json!({})),
        ("error_log", json!(true)),
    ] {
        let mut body = json!({"launch_id": launch_id});
        body[name] = value;
        let (status, answer) = called(&mut visitor, body).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (422, Some("body_malformed")),
            "{name}"
        );
    }
    answered(&mut visitor, json!({"launch_id": launch_id})).await;
}

#[tokio::test]
async fn nearly_a_mebibyte_of_items_is_taken_and_no_more() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.selecting().await;
    let of = |length: usize| {
        let items = [json!({"type": "html", "html": "x".repeat(length)})];
        json!({"launch_id": launch_id, "items": items})
    };
    let (status, answer) = called(&mut visitor, of(1_024 * 1_024)).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (413, Some("body_too_large"))
    );
    let sent = answered(&mut visitor, of(1_000_000)).await;
    assert_eq!(sent.items()[0]["html"].as_str().unwrap().len(), 1_000_000);
}
