//! A browser with several sessions that does not say which one it means.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tower_lti::{
    LtiError,
    claims::names,
    error::LtiErrorKind::{SessionAmbiguous, SessionOver},
};

use crate::{
    app::{App, body, code},
    sessions::{kind, visitor::Visitor},
};

// SESSION-05
#[tokio::test]
async fn with_several_sessions_and_no_id_a_page_asks_and_nothing_guesses() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    app.clock.advance(Duration::from_secs(300));
    visitor.at(app.clock.unix());
    let history = visitor.opens("history").await;

    let html = [("accept", "text/html")];
    let page = visitor
        .send(Method::GET, "/course?page=2&a=%22", &html)
        .await;

    assert_eq!(page.status(), 409);
    let text = String::from_utf8(page.body().to_vec()).unwrap();
    for address in [&biology, &history] {
        let id = address.split_once('=').unwrap().1;
        let href = format!("href=\"?page=2&amp;a=%22&amp;lti_session={id}\"");
        assert!(text.contains(&href), "{text}");
        let chosen = format!("/course?page=2&a=%22&lti_session={id}");
        visitor.sees(&chosen).await;
    }
    assert!(text.contains("Course biology") && text.contains("opened 5 minutes ago"));
    assert!(text.contains("Course history") && text.contains("opened just now"));
    let error = page.extensions().get::<LtiError>().unwrap();
    let choices = error.session_choices();
    assert_eq!(choices.len(), 2);
    assert_eq!(
        choices[0].course_title(),
        Some("Course history"),
        "the latest first"
    );
    assert!(!format!("{error:?} {choices:?}").contains("Course"));

    let json = visitor.get("/course").await;
    assert_eq!(code(&json), "session_ambiguous");
    assert!(!String::from_utf8_lossy(json.body()).contains("Course"));
    assert_eq!(visitor.get("/open").await.status(), 200);
}

// SESSION-05
#[tokio::test]
async fn titles_of_courses_are_escaped_and_cut() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let titles = [
        "<script>alert(1)</script>\"'>&amp;".to_owned(),
        "\u{202e}elif\n\r\u{2066}x\u{0}".to_owned(),
        "x".repeat(100_000 / 10),
    ];
    for title in &titles {
        let login = visitor.browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&login, app.clock.unix());
        let token = token
            .claim(names::CONTEXT, json!({"id": "c", "title": title}))
            .claim(
                names::RESOURCE_LINK,
                json!({"id": "link-1", "title": title}),
            );
        let answer = visitor.browser.launch(&login, &token.sign()).await;
        assert_eq!(answer.status(), 303);
    }

    let html = [("accept", "text/html")];
    let page = visitor
        .send(Method::GET, "/course?%22%3E%3Cb%3E='x&y", &html)
        .await;

    let text = String::from_utf8(page.body().to_vec()).unwrap();
    assert_eq!(page.status(), 409);
    assert_eq!(text.matches("<li>").count(), 3);
    for hostile in [
        "<script>",
        "\u{202e}",
        "\u{2066}",
        "\u{0}",
        "<b>",
        "\"'>&amp;",
    ] {
        assert!(!text.contains(hostile), "{hostile:?}: {text}");
    }
    assert!(!text.contains(&"x".repeat(101)));
    assert!(text.contains("&lt;script&gt;"));
}

// SESSION-05
#[tokio::test]
async fn of_several_sessions_the_only_one_that_is_not_over_is_taken() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;
    let cookies = visitor.browser.cookies().clone();
    visitor
        .post(&biology.replace("course", "sign-out"), "")
        .await;
    visitor.browser.cookies().extend(cookies.clone());

    let seen = visitor.sees("/course").await;
    assert_eq!(seen["course"], "history");
    // What changes something may have been meant for the other one.
    let save = visitor.post("/save", "\"meant for biology\"").await;
    assert_eq!(kind(&save), Some(SessionAmbiguous));
    assert_eq!(
        visitor.sees(&history).await["data"],
        serde_json::Value::Null
    );
    let id = history.split_once('=').unwrap().1;
    let headers = [("x-answer", "302"), ("x-location", "/next")];
    let onward = visitor.send(Method::GET, "/course", &headers).await;
    let onward = crate::sessions::visitor::location(&onward);
    assert_eq!(onward, format!("/next?lti_session={id}"));

    visitor
        .post(&history.replace("course", "sign-out"), "")
        .await;
    visitor.browser.cookies().extend(cookies);
    let refused = visitor.get("/course").await;
    assert_eq!(kind(&refused), Some(SessionOver));
    assert_eq!(body(&refused)["error"], "session_over");
}

// SESSION-05: forged cookies beside a genuine one do not make a choice
#[tokio::test]
async fn cookies_that_are_not_genuine_do_not_count() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    for planted in 0..30 {
        let name = format!("__Host-lti-session-000000{planted:02}AAAAAAAA");
        visitor.browser.cookies().insert(name, "planted".to_owned());
    }

    assert_eq!(visitor.sees("/course").await["course"], "biology");
    visitor
        .browser
        .cookies()
        .retain(|name, _| !name.ends_with("AAAAAAAA"));
    visitor.opens("history").await;
    assert_eq!(kind(&visitor.get("/course").await), Some(SessionAmbiguous));
}

// SESSION-05
#[tokio::test]
async fn a_title_that_shows_nothing_is_none() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let blank = [
        "",
        " ",
        "\n\n\n",
        "\u{0}\u{1}",
        "\u{200b}\u{feff}",
        "\u{2066}\u{3164} ",
    ];
    for title in blank {
        let login = visitor.browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&login, app.clock.unix());
        let token = token
            .claim(names::CONTEXT, json!({"id": "c", "title": title}))
            .claim(
                names::RESOURCE_LINK,
                json!({"id": "link-1", "title": title}),
            );
        let answer = visitor.browser.launch(&login, &token.sign()).await;
        assert_eq!(answer.status(), 303);
    }

    let html = [("accept", "text/html")];
    let page = visitor.send(Method::GET, "/course", &html).await;

    let text = String::from_utf8(page.body().to_vec()).unwrap();
    assert_eq!(text.matches("<li>").count(), blank.len());
    let named = text.matches("<bdi>A course without a title</bdi>").count();
    assert_eq!(named, blank.len(), "{text}");
}
