//! Bodies that stall, beside those of people.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, header};
use http_body::{Body, Frame};
use http_body_util::Full;
use tokio::{
    task::JoinSet,
    time::{Instant, Sleep, sleep},
};
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::{LtiLaunchLayer, LtiLogin, LtiTool, tool::Limits};

use crate::app::{App, NOW};

const KIB: usize = 1024;

/// A body that brings this much, and then so little, so slowly, for ever.
pub(super) struct Slow {
    first: Option<Bytes>,
    then: Option<(Bytes, Duration)>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Slow {
    pub(super) fn stalls_after(bytes: Bytes) -> Self {
        Self {
            first: Some(bytes),
            then: None,
            pause: None,
        }
    }

    fn drips(mut self, bytes: Bytes, each: Duration) -> Self {
        self.then = Some((bytes, each));
        self
    }
}

impl From<Bytes> for Slow {
    fn from(bytes: Bytes) -> Self {
        Self::stalls_after(bytes)
    }
}

impl Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let Some((drop, each)) = self.then.clone() else {
            return Poll::Pending;
        };
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(each)));
        if pause.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.pause = None;
        Poll::Ready(Some(Ok(Frame::data(drop))))
    }
}

/// Sends a body that nobody vouches for, and returns the status.
async fn post(tool: LtiTool, path: &'static str, announced: Option<usize>, body: Slow) -> u16 {
    let mut request =
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(length) = announced {
        request = request.header(header::CONTENT_LENGTH, length);
    }
    let request = request.body(body).unwrap();
    if path == "/lti/login" {
        let answer = LtiLogin::new(tool).oneshot(request).await.unwrap();
        return answer.status().as_u16();
    }
    let handler = tower::service_fn(|_: Request<Slow>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut launch = LtiLaunchLayer::new(tool).add_path(path).layer(handler);
    let answer = launch.ready().await.unwrap().call(request).await.unwrap();
    answer.status().as_u16()
}

const LOGIN: &str = "iss=https%3A%2F%2Flms.test&client_id=tool-1&login_hint=h\
                     &target_link_uri=https%3A%2F%2Ftool.test%2Fapp";

/// Somebody launches, somebody logs in by POST, and both at once.
async fn everybody_else_gets_in(app: &App) {
    for _ in 0..3 {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200);
        let login = Request::post("/lti/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::<Bytes>::from(LOGIN))
            .unwrap();
        let login = LtiLogin::new(app.tool.clone()).oneshot(login).await;
        assert_eq!(login.unwrap().status(), 303);
    }
}

// N12
#[tokio::test(start_paused = true)]
async fn bodies_that_stall_keep_nobody_else_out() {
    for (what, path, count, bytes, announced) in [
        (
            "large launches",
            "/lti/launch",
            600,
            1024 * KIB - 1,
            Some(1024 * KIB),
        ),
        (
            "large launches in chunks",
            "/lti/launch",
            600,
            1024 * KIB,
            None,
        ),
        (
            "small launches",
            "/lti/launch",
            5_000,
            64 * KIB - 1,
            Some(64 * KIB),
        ),
        (
            "small launches in chunks",
            "/lti/launch",
            5_000,
            64 * KIB,
            None,
        ),
        ("logins", "/lti/login", 5_000, 64 * KIB - 1, Some(64 * KIB)),
        ("empty promises", "/lti/launch", 5_000, 1, Some(1024 * KIB)),
    ] {
        let app = App::new();
        // One piece of memory, counted each time.
        let piece = Bytes::from(vec![b'x'; bytes]);
        let mut stalled = JoinSet::new();
        for _ in 0..count {
            let body = Slow::stalls_after(piece.clone());
            stalled.spawn(post(app.tool.clone(), path, announced, body));
        }
        tokio::task::yield_now().await;

        let began = Instant::now();
        everybody_else_gets_in(&app).await;

        assert_eq!(began.elapsed(), Duration::ZERO, "{what}: nobody waits");
        let answers = stalled.join_all().await;
        assert!(answers.iter().all(|status| [408, 503].contains(status)));
        let most = 256 * KIB * KIB;
        let in_time = answers.iter().filter(|status| **status == 408).count();
        assert!(in_time > 0 && in_time * bytes <= most, "{what}: {in_time}");
    }
}

// N12
#[tokio::test(start_paused = true)]
async fn a_large_body_gets_in_beside_those_that_stall() {
    let app = App::new();
    let piece = Bytes::from(vec![b'x'; 1024 * KIB]);
    let mut stalled = JoinSet::new();
    for _ in 0..300 {
        let body = Slow::stalls_after(piece.clone());
        stalled.spawn(post(app.tool.clone(), "/lti/launch", None, body));
    }
    tokio::task::yield_now().await;

    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let more = "x".repeat(900 * KIB);
    let form = format!("id_token={token}&state={}&more={more}", request.state());
    let answer = browser.post_launch(form).await;

    assert_eq!(answer.status(), 200);
}

// N12, H11
#[tokio::test(start_paused = true)]
async fn a_body_that_makes_no_progress_is_dropped_and_a_slow_one_is_not() {
    let app = App::new();
    let drop = |bytes| Bytes::from(vec![b'x'; bytes]);
    let limits = Limits::default().body_stall_timeout(Duration::from_secs(8));
    let patient = App::with(|builder| builder.limits(limits)).tool;
    let tool = app.tool.clone();
    let second = Duration::from_secs(1);
    for (what, tool, body, lasts) in [
        (
            "nothing more",
            &tool,
            Slow::stalls_after(drop(900)),
            second * 3,
        ),
        (
            "a byte a second",
            &tool,
            Slow::stalls_after(drop(1)).drips(drop(1), second),
            second * 3,
        ),
        (
            "a slow phone",
            &tool,
            Slow::stalls_after(drop(1)).drips(drop(150), second),
            second * 10,
        ),
        (
            "a packet lost twice",
            &tool,
            Slow::stalls_after(drop(1)).drips(drop(1_400), second * 2),
            second * 10,
        ),
        (
            "a patient tool",
            &patient,
            Slow::stalls_after(drop(1)),
            second * 8,
        ),
    ] {
        let began = Instant::now();
        let status = post(tool.clone(), "/lti/launch", None, body).await;
        assert_eq!((status, began.elapsed()), (408, lasts), "{what}");
    }
}

// N12
#[tokio::test(start_paused = true)]
async fn what_was_held_is_given_back_however_a_body_ends() {
    let limits = Limits::default().bodies_in_flight_bytes(2 * KIB * KIB);
    let app = App::with(|builder| builder.limits(limits));
    let piece = Bytes::from(vec![b'x'; 600 * KIB]);
    for _ in 0..5 {
        let stalled = (0..20).map(|number| {
            let body = Slow::stalls_after(piece.clone());
            let posted = post(app.tool.clone(), "/lti/launch", None, body);
            // Some leave before they are answered.
            let patience = Duration::from_secs(if number % 2 == 0 { 1 } else { 60 });
            tokio::time::timeout(patience, posted)
        });
        join_all(stalled).await;
    }
    // All of the room is there again: a body that needs all of it gets in.
    let whole = Slow::stalls_after(Bytes::from(vec![b'x'; 1024 * KIB]));
    assert_eq!(
        post(app.tool.clone(), "/lti/launch", None, whole).await,
        408
    );
}
