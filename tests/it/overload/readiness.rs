//! What the inner service has to give, while nothing is proven.

use std::{convert::Infallible, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use futures_util::poll;
use http::{Request, Response, header};
use http_body_util::Full;
use tokio::sync::Semaphore;
use tower::{
    Service, ServiceBuilder, ServiceExt, buffer::BufferLayer, limit::ConcurrencyLimitLayer,
    util::BoxCloneSyncService,
};
use tower_layer::Layer;
use tower_lti::{LtiLaunchLayer, LtiLogin, testing::Browser};

use super::bodies::Slow;
use crate::app::{App, NOW};

const PLACES: usize = 4;

fn to_launch(body: Slow) -> Request<Slow> {
    Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .unwrap()
}

/// Four launches that stall, and then somebody who wants another page.
async fn assert_a_page_is_there_at_once<S>(inner: S)
where
    S: Service<Request<Slow>, Response = Response<Full<Bytes>>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Send + std::fmt::Debug,
{
    let app = App::new();
    let layered = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .layer(inner);
    let mut stalled = Vec::new();
    for _ in 0..PLACES {
        let stall = Slow::stalls_after(Bytes::from_static(b"x"));
        let mut stalled_one = Box::pin(layered.clone().oneshot(to_launch(stall)));
        assert!(poll!(&mut stalled_one).is_pending());
        stalled.push(stalled_one);
    }
    let page = Request::get("/elsewhere").body(Slow::stalls_after(Bytes::new()));
    let began = tokio::time::Instant::now();

    let answer = layered.clone().oneshot(page.unwrap()).await.unwrap();

    assert_eq!(
        (answer.status().as_u16(), began.elapsed()),
        (200, Duration::ZERO)
    );
    for stalled_one in stalled {
        assert_eq!(stalled_one.await.unwrap().status(), 408);
    }
}

// N14, Q05
#[tokio::test(start_paused = true)]
async fn a_launch_that_is_not_proven_holds_no_permit_of_the_inner_service() {
    let handler = tower::service_fn(|_: Request<Slow>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let limited = ConcurrencyLimitLayer::new(PLACES).layer(handler);
    assert_a_page_is_there_at_once(limited).await;
    let buffered = ServiceBuilder::new()
        .layer(BufferLayer::new(PLACES))
        .service(handler);
    assert_a_page_is_there_at_once(buffered).await;
}

/// A service that has to be made ready before each call, and says when it was not.
#[derive(Clone)]
struct Particular {
    open: Arc<Semaphore>,
    is_ready: bool,
}

impl Service<Request<Full<Bytes>>> for Particular {
    type Response = Response<Full<Bytes>>;
    type Error = &'static str;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.is_ready = true;
        Poll::Ready(if self.open.is_closed() {
            Err("closed")
        } else {
            Ok(())
        })
    }

    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        assert!(self.is_ready, "it was made ready");
        self.is_ready = false;
        std::future::ready(Ok(Response::new(Full::default())))
    }
}

// N14, Q05
#[tokio::test]
async fn a_proven_launch_calls_a_service_that_was_made_ready_for_it() {
    let app = App::new();
    let open = Arc::new(Semaphore::new(0));
    let inner = Particular {
        open: Arc::clone(&open),
        is_ready: false,
    };
    let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let mut launch = layer.layer(inner);
    let mut browser = Browser::new(
        LtiLogin::new(app.tool.clone()),
        BoxCloneSyncService::new(launch.clone()),
    );
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);

    // One that fails by then fails as it would have before; the nonce stays used.
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let cookies: Vec<_> = browser
        .cookies()
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let post = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies.join("; "))
        .body(Full::from(format!(
            "id_token={token}&state={}",
            request.state()
        )))
        .unwrap();
    let ready = launch.ready().await.unwrap();
    open.close();
    assert_eq!(ready.call(post).await.unwrap_err(), "closed");
    assert_eq!(app.store.nonce_count(), 2);
}
