//! How many go on at once, and how many begin in a minute.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::body::Body;
use futures_util::future::join_all;
use http::Request;
use tower::ServiceExt;
use tower_lti::{LtiLogin, dynamic_registration::RegistrationAccess, tool::Limits};

use super::{
    platform::{Reply, echo},
    world::{World, confirm, get, send},
};

// S25
#[tokio::test]
async fn four_ask_platforms_at_once_and_others_wait() {
    let world = World::start().await;
    let service = world.open();
    let [running, most] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let configuration = world.platform.configuration();
    world.platform.answers({
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        move |_| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let reply = Reply::Json(200, configuration.clone());
            Reply::Until(Arc::clone(&running), 4, Box::new(reply))
        }
    });
    let query = world.platform.query(None);
    let pages = join_all((0..12).map(|_| get(&service, &query))).await;
    for page in &pages {
        assert_eq!(page.status, 200, "{}", page.body);
    }
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!(world.platform.heard().len(), 12);
}

// S25: a flood of registrations against a platform that hangs.
#[tokio::test(start_paused = true)]
async fn a_flood_is_turned_away_within_the_step_and_leaves_nothing() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    world.platform.answers(|_| Reply::Hang);
    let query = world.platform.query(None);
    let began = tokio::time::Instant::now();
    let pages = join_all((0..2_000).map(|_| get(&service, &query))).await;
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    let busy = pages.iter().filter(|page| page.status == 503).count();
    let late = pages.iter().filter(|page| page.status == 504).count();
    assert_eq!(busy + late, 2_000);
    assert!(late <= 8, "{late}");
    assert!(world.platform.heard().len() <= 8);
    assert!(world.records().await.is_empty());
}

// S25
#[tokio::test]
async fn so_many_begin_in_a_minute_and_no_more_unless_there_is_no_bound() {
    let world = World::start().await;
    let query = world.platform.query(None);
    let bounded = world.open().per_minute(Some(2));
    for _ in 0..2 {
        assert_eq!(get(&bounded, &query).await.status, 200);
    }
    let page = get(&bounded, &query).await;
    page.assert_refused(429, "too_many_registrations");
    assert_eq!(page.header("retry-after"), "60");
    assert_eq!(world.platform.heard().len(), 2);
    assert_eq!(
        get(&world.open().per_minute(None), &query).await.status,
        200
    );
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(get(&bounded, &query).await.status, 200);
}

// S25: a platform that is slow on purpose, and everybody else.
#[tokio::test(start_paused = true)]
async fn a_slow_platform_does_not_keep_others_from_their_turn() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    let confirming = get(&service, &world.platform.query(None)).await;
    let slow = "http://localhost";
    let port = world.platform.url.rsplit_once(':').unwrap().1;
    let slow = format!("openid_configuration={slow}:{port}/configuration");
    let configuration = world.platform.configuration();
    world.platform.answers(move |heard| {
        match (heard.method.as_str(), heard.host.starts_with("localhost")) {
            (_, true) => Reply::Hang,
            ("GET", false) => Reply::Json(200, configuration.clone()),
            _ => Reply::Json(200, echo(heard, "client-1")),
        }
    });
    // It takes every turn, and every place in the queue.
    let flood = join_all((0..200).map(|_| get(&service, &slow)));
    let others = async {
        while world.platform.heard().len() < 5 {
            tokio::task::yield_now().await;
        }
        let query = world.platform.query(None);
        let shown = get(&service, &query);
        let confirmed = confirm(&service, &query, &confirming);
        tokio::join!(shown, confirmed)
    };
    let (_, (shown, confirmed)) = tokio::join!(flood, others);
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
}

// S25: forms that do not end, and launches.
#[tokio::test]
async fn forms_of_registrations_take_nothing_from_logins() {
    let world = World::start().await;
    let limits = Limits::default().bodies_in_flight_bytes(100 * 1024);
    let tool = world.other_tool(|builder| builder.limits(limits));
    let service = world.service_of(&tool, RegistrationAccess::InsecureAnybody);
    let (chunks, pending): (Vec<_>, Vec<_>) = (0..8)
        .map(|_| {
            let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
            sender.send(vec![b'a'; 90 * 1024]).unwrap();
            let body = futures_util::stream::unfold(receiver, async |mut receiver| {
                let chunk: Vec<u8> = receiver.recv().await?;
                Some((Ok::<_, Infallible>(chunk), receiver))
            });
            let request = Request::post("/lti/register")
                .header("content-type", "application/x-www-form-urlencoded");
            let request = request.body(Body::from_stream(body)).unwrap();
            let service = service.clone();
            (
                sender,
                tokio::spawn(async move { send(&service, request).await }),
            )
        })
        .unzip();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let login = Request::post("/lti/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("iss=https%3A%2F%2Flms.example&login_hint=x"))
        .unwrap();
    let answer = LtiLogin::new(tool).oneshot(login).await.unwrap();
    assert_ne!(answer.status(), 503);
    drop(chunks);
    for page in join_all(pending).await {
        assert_eq!(page.unwrap().status, 400);
    }
}
