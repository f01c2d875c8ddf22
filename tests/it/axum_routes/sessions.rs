//! Which launches a browser may come back to.

use http::{Request, header};
use serde_json::json;

use super::tool::{Tool, json_of};

#[tokio::test]
async fn a_launch_has_an_id_that_opens_its_page_for_its_browser_alone() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let (mut other, _) = tool.launched().await;
    let page = format!("/tool/{launch_id}");

    let own = visitor.send(Request::get(&*page), "").await;
    let foreign = other.send(Request::get(&*page), "").await;
    let stranger = tool.visitor().send(Request::get(&*page), "").await;

    assert_eq!(own.status(), 200);
    assert_ne!(foreign.status(), 200);
    assert_ne!(stranger.status(), 200);
}

#[tokio::test]
async fn all_launches_of_a_browser_stay_open_and_their_ids_differ() {
    let tool = Tool::start().await;
    let (mut visitor, first) = tool.launched().await;
    let second = visitor.launch(&tool, |token| token).await;
    let second = json_of(&second)["launch_id"].as_str().unwrap().to_owned();

    assert_ne!(first, second);
    for launch_id in [first, second] {
        let page = visitor
            .send(Request::get(format!("/tool/{launch_id}")), "")
            .await;
        assert_eq!(page.status(), 200);
    }
}

// Frames that launch at once bring no cookie yet: the answers' cookies take no place of one another.
#[tokio::test]
async fn frames_that_launch_at_once_all_stay_open() {
    let tool = Tool::start().await;
    let (mut visitor, first) = tool.launched().await;
    let (mut other, second) = tool.launched().await;
    visitor.0.cookies().append(other.0.cookies());

    for launch_id in [first, second] {
        let page = visitor
            .send(Request::get(format!("/tool/{launch_id}")), "")
            .await;
        assert_eq!(page.status(), 200);
    }
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_out_of_reach_for_scripts() {
    let tool = Tool::start().await;
    let answer = tool.visitor().launch(&tool, |token| token).await;
    let cookies: Vec<&str> = answer
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-lti-session-"));
    let session = session.expect("there is a cookie of the session");
    for part in [
        "Path=/;",
        "Secure",
        "HttpOnly",
        "SameSite=None",
        "Partitioned",
        "Max-Age=",
    ] {
        assert!(session.contains(part), "{part} in {session}");
    }
}

// Which of several within one second is given up first is not told.
#[tokio::test]
async fn a_browser_has_its_latest_launches() {
    let tool = Tool::start().await;
    let (mut visitor, first) = tool.launched().await;
    let mut ids = vec![first];
    for _ in 0..48 {
        let answer = visitor.launch(&tool, |token| token).await;
        ids.push(json_of(&answer)["launch_id"].as_str().unwrap().to_owned());
    }

    let mut opened = Vec::new();
    for id in &ids {
        let page = Request::get(format!("/tool/{id}"));
        opened.push(visitor.send(page, "").await.status() == 200);
    }

    assert_eq!(opened.last(), Some(&true));
    let kept = opened.iter().filter(|opened| **opened).count();
    assert!((40..=48).contains(&kept), "{kept} of {}", ids.len());
}

// ADV-89, STORE-15
#[tokio::test]
async fn where_cookies_are_blocked_the_id_of_the_launch_opens_its_page_and_its_calls() {
    let tool = Tool::start().await;
    let mut visitor = tool.visitor();
    visitor.0 = visitor
        .0
        .in_frame()
        .block_cookies()
        .with_platform_storage("_parent");

    let launch = visitor.launch(&tool, |token| token).await;

    let launch_id = json_of(&launch)["launch_id"].as_str().unwrap().to_owned();
    assert!(launch_id.starts_with("ltis_"), "{launch_id}");
    for _ in 0..2 {
        let page = visitor
            .send(Request::get(format!("/tool/{launch_id}")), "")
            .await;
        assert_eq!(page.status(), 200, "{page:?}");
        assert!(!page.headers().contains_key(header::SET_COOKIE), "{page:?}");
    }
    let (status, members) = visitor
        .call("/lti/nrps/members", json!({"launch_id": launch_id}))
        .await;
    assert_eq!(status, 200, "{members}");
    let (status, refused) = visitor
        .call("/lti/nrps/members", json!({"launch_id": &launch_id[1..]}))
        .await;
    assert_eq!((status, &refused["error"]), (404, &json!("launch_unknown")));
}
