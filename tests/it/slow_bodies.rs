//! Bodies that do not arrive.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::Full;
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::LtiLaunchLayer;

use crate::app::App;

/// A body of which nothing comes, or all at once.
enum Slow {
    Never,
    Whole(Full<Bytes>),
}

impl From<Bytes> for Slow {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(Full::new(bytes))
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Never => Poll::Pending,
            Self::Whole(body) => Pin::new(body).poll_frame(cx),
        }
    }
}

// H11, H12
#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up_after_ten_seconds() {
    let app = App::new();
    let handler = tower::service_fn(|_: Request<Slow>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut service = LtiLaunchLayer::new(app.tool.clone()).layer(handler);
    let post = Request::post("/lti/launch")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Slow::Never)
        .unwrap();
    let started = tokio::time::Instant::now();
    let answer = service.ready().await.unwrap().call(post).await.unwrap();
    assert_eq!(answer.status(), 408);
    assert!(started.elapsed() <= Duration::from_millis(10_100));
    assert_eq!(app.platform.fetches(), 0);
}
