//! Everything that can go wrong on the way.

use std::time::Duration;

use http::Request;
use tower_lti::testing::{Call, Fault};

use super::client::{Client, MEMBERS, SCORE, good_score};

const ROSTER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

#[tokio::test]
async fn faults_come_in_order_and_end() {
    let mut client = Client::start().await;
    let services = client.services.clone();
    services.fail_next(
        Call::Token,
        2,
        Fault::status(503).with_header("retry-after", "7"),
    );
    services.fail_next(
        Call::Token,
        1,
        Fault::token_answer("{\"token_type\":\"mac\"}"),
    );

    let first = client.ask(SCORE).await;
    let second = client.ask(SCORE).await;
    let third = client.ask(SCORE).await;
    let fourth = client.ask(SCORE).await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (503, 503));
    assert_eq!(first.headers["retry-after"], "7");
    assert_eq!(third.json()["token_type"], "mac");
    assert_eq!(fourth.json()["token_type"], "Bearer");
    services.fail_always(Call::Token, Fault::redirect(307, "https://other.test/"));
    assert_eq!(
        client.ask(SCORE).await.headers["location"],
        "https://other.test/"
    );
    services.heal();
    assert_eq!(client.ask(SCORE).await.status, 200);
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_score_is_recorded() {
    let mut client = Client::start().await;
    let item = client.services.line_item();
    let token = client.token(SCORE).await;
    for (fault, recorded) in [
        (Fault::close(), false),
        (Fault::close().having_acted(), true),
    ] {
        client.services.fail_next(Call::Score, 1, fault);
        let request = Request::post(format!("{item}/scores"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/vnd.ims.lis.v1.score+json");
        let score = good_score("2023-11-14T22:13:20.001Z").to_string();

        client.send(request, score).await.unwrap_err();

        let grade = client.services.grade_of(&item, "user-1");
        assert_eq!(grade.is_some(), recorded);
    }
}

#[tokio::test]
async fn bodies_are_replaced_filled_and_cut_off() {
    let mut client = Client::start().await;
    let url = client.services.members_url();
    let services = client.services.clone();
    services.fail_next(Call::Roster, 1, Fault::body("<html>"));
    services.fail_next(Call::Roster, 1, Fault::huge_body(100_000));
    services.fail_next(Call::Roster, 1, Fault::next_page_at("https://evil.test/"));
    services.fail_next(Call::Roster, 1, Fault::cut_body(10));

    assert_eq!(client.get(&url, ROSTER, MEMBERS).await.body, "<html>");
    let huge = client.get(&url, ROSTER, MEMBERS).await;
    assert_eq!(
        (
            huge.body.len(),
            huge.headers["content-length"].to_str().unwrap()
        ),
        (100_000, "100000")
    );
    let page = client.get(&url, ROSTER, MEMBERS).await;
    assert_eq!(page.link(), "<https://evil.test/>; rel=\"next\"");
    let token = client.token(MEMBERS).await;
    let request = Request::get(&url)
        .header("authorization", format!("Bearer {token}"))
        .header("accept", ROSTER);
    client.send(request, String::new()).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn answers_hang_crawl_or_never_end() {
    let mut client = Client::start().await;
    let url = client.services.members_url();
    let token = client.token(MEMBERS).await;
    for fault in [
        Fault::hang(),
        Fault::right().after(Duration::from_secs(100)),
        Fault::slow_body(Duration::from_secs(1)),
    ] {
        client.services.fail_next(Call::Roster, 1, fault);
        let request = Request::get(&url)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", ROSTER);
        let answer = client.send(request, String::new());
        tokio::time::timeout(Duration::from_secs(50), answer)
            .await
            .unwrap_err();
    }
    assert_eq!(client.services.count(Call::Roster), 3);
}
