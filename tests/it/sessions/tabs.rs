//! Several tabs, several instances; reload, back and bookmark.

use crate::{
    app::App,
    sessions::visitor::{Visitor, location},
};

// SESSION-01, ADV-89
#[tokio::test]
async fn what_a_launch_has_proven_is_there_at_the_next_click() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);

    let address = visitor.opens("biology").await;

    let seen = visitor.sees(&address).await;
    let expected = format!("/course?lti_session={}", seen["id"].as_str().unwrap());
    assert_eq!(address, expected);
    assert_eq!(seen["sub"], "user-1");
    assert_eq!(seen["course"], "biology");
    assert_eq!(seen["deployment"], "dep-1");
    assert_eq!(seen["from_session"], true);
    assert_eq!(seen["without_cookies"], false);
    assert_eq!(
        seen["created"], false,
        "the launch has created it, and not the click"
    );
    assert_eq!(seen["reference"], seen["id"]);
    assert_eq!(seen["handle"], serde_json::Value::Null);
}

// SESSION-01, N34
#[tokio::test]
async fn the_page_behind_a_launch_can_be_reloaded_gone_back_to_and_bookmarked() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;

    let first = visitor.sees(&address).await;
    for other in ["/page?a=b", &address, &address] {
        visitor.sees(other).await;
    }

    assert_eq!(visitor.sees(&address).await, first);
    assert_eq!(
        visitor.sees("/course").await["course"],
        "biology",
        "the only one"
    );
}

// SESSION-01, N34
#[tokio::test]
async fn two_tabs_with_two_courses_do_not_mix() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;

    for _ in 0..3 {
        assert_eq!(visitor.sees(&biology).await["course"], "biology");
        assert_eq!(visitor.sees(&history).await["course"], "history");
    }

    assert_ne!(
        visitor.sees(&biology).await["secret"],
        visitor.sees(&history).await["secret"]
    );
    assert_eq!(visitor.session_cookies().len(), 2);
}

// SESSION-01, SESSION-11
#[tokio::test]
async fn a_session_is_there_on_every_instance_that_shares_the_store() {
    let app = App::over(tower_lti::MemoryStore::default(), |builder, _| builder);
    let other = App::over(app.store.clone(), |builder, _| builder);
    let mut here = Visitor::of(&app);
    let address = here.opens("biology").await;
    let mut there = Visitor::of(&other);
    *there.browser.cookies() = here.browser.cookies().clone();

    assert_eq!(there.sees(&address).await["course"], "biology");
    there.post(&address.replace("course", "sign-out"), "").await;

    assert_eq!(here.get(&address).await.status(), 401);
}

// SESSION-09
#[tokio::test]
async fn a_page_that_redirects_leads_on_in_the_session() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    visitor.opens("history").await;

    let headers = [("x-answer", "302"), ("x-location", "/course?page=2#top")];
    let answer = visitor.send(http::Method::GET, &biology, &headers).await;

    let id = biology.split_once('=').unwrap().1;
    assert_eq!(
        location(&answer),
        format!("/course?page=2&lti_session={id}#top")
    );
}
