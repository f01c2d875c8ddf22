//! The application's own data in a session.

use serde_json::{Value, json};
use tower_lti::error::LtiErrorKind::{SessionDataTooLarge, SessionOver};

use crate::{
    app::{App, body},
    sessions::{
        kind,
        visitor::{ORIGIN, Visitor},
    },
};

// SESSION-14
#[tokio::test]
async fn what_the_application_keeps_is_there_at_the_next_click_and_in_no_other_session() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;
    assert_eq!(visitor.sees(&biology).await["data"], Value::Null);
    for data in [
        json!({"page": 2, "text": "\"ä\\\n"}),
        json!([0.1, u64::MAX]),
        json!(null),
    ] {
        let saved = visitor
            .post(&biology.replace("course", "save"), &data.to_string())
            .await;
        assert_eq!(body(&saved)["data"], data, "as this request has set it");

        assert_eq!(visitor.sees(&biology).await["data"], data);
        assert_eq!(visitor.sees(&history).await["data"], Value::Null);
    }
    assert_eq!(visitor.sees(&biology).await["course"], "biology");
}

// SESSION-14
#[tokio::test]
async fn data_is_bounded_and_what_was_there_before_stays() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let save = address.replace("course", "save");
    let fits = "\"".to_owned() + &"x".repeat(4_094) + "\"";
    let saved = visitor.post(&save, &fits).await;
    assert_eq!(saved.status(), 200);

    let over = "\"".to_owned() + &"y".repeat(4_095) + "\"";
    let refused = visitor.post(&save, &over).await;

    assert_eq!(kind(&refused), Some(SessionDataTooLarge));
    assert_eq!(refused.status(), 413);
    assert_eq!(visitor.sees(&address).await["data"], "x".repeat(4_094));
}

// SESSION-14
#[tokio::test]
async fn of_two_changes_at_once_one_counts_whole() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let save = address.replace("course", "save");
    let cookies = visitor.browser.cookies().clone();
    let saving = (0..16).map(|tab| {
        let mut other = Visitor::of(&app);
        *other.browser.cookies() = cookies.clone();
        let (save, data) = (save.clone(), json!({"tab": tab, "more": vec![tab; 20]}));
        async move { (other.post(&save, &data.to_string()).await, data) }
    });

    let saved = futures_util::future::join_all(saving).await;

    assert!(saved.iter().all(|(answer, _)| answer.status() == 200));
    let kept = visitor.sees(&address).await["data"].clone();
    assert!(saved.iter().any(|(_, data)| *data == kept), "{kept}");
}

// SESSION-14, SESSION-11
#[tokio::test]
async fn data_that_is_kept_after_the_end_brings_no_session_back() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let id = address.split_once('=').unwrap().1;
    let mut headers = http::HeaderMap::new();
    let name = format!("__Host-lti-session-{id}");
    let pair = format!("{name}={}", visitor.browser.cookies()[&name]);
    headers.insert(http::header::COOKIE, pair.parse().unwrap());
    let here = app.tool.open_session(id, &headers).await.unwrap();
    let there = app.tool.open_session(id, &headers).await.unwrap();
    there.end().await.unwrap();

    let refused = here.set_data(&"late").await.unwrap_err();

    assert_eq!(refused.kind(), SessionOver);
    let gone = app.tool.open_session(id, &headers).await.unwrap_err();
    assert_eq!(gone.kind(), SessionOver);
    assert_eq!(ORIGIN, "https://tool.test");
}
