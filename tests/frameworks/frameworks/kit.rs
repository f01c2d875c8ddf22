//! A tool and its platform, and what every framework has to pass.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, channel::Channel};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_lti::{
    LtiTool,
    registration::Registrations,
    testing::{Browser, Platform, TestClock, UrlService},
};

pub(crate) const NOW: u64 = 4_000_000_000;

/// A tool that its platform launches at `/lti/launch`.
pub(crate) struct App {
    pub(crate) platform: Platform,
    pub(crate) tool: LtiTool,
}

impl App {
    pub(crate) fn new() -> Self {
        let platform = Platform::new("https://lms.test", "tool-1");
        let registrations = Registrations::new([platform.registration()]).unwrap();
        let tool = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(registrations)
            .key_sets(platform.clone())
            .clock(TestClock::at_unix(NOW))
            .build()
            .unwrap();
        Self { platform, tool }
    }

    /// A good launch reaches the handler, and no other.
    pub(crate) async fn launches<A, L, RA, RL>(&self, mut browser: Browser<A, L>)
    where
        A: tower::Service<Request<http_body_util::Full<Bytes>>, Response = http::Response<RA>>,
        A::Error: std::fmt::Debug,
        RA: http_body::Body<Data = Bytes>,
        RA::Error: std::fmt::Debug,
        L: tower::Service<Request<http_body_util::Full<Bytes>>, Response = http::Response<RL>>,
        L::Error: std::fmt::Debug,
        RL: http_body::Body<Data = Bytes>,
        RL::Error: std::fmt::Debug,
    {
        let request = browser.log_in(&self.platform).await.unwrap();
        let token = self.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200, "{:?}", answer.body());
        assert_eq!(answer.body(), "hello user-1");
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 401, "its cookie is gone");
    }

    /// The same over a socket; then a body is sent and comes back piece by piece.
    pub(crate) async fn launches_and_streams_at(&self, address: SocketAddr) {
        let service = UrlService::new(&address.to_string());
        self.launches(Browser::new(service.clone(), service)).await;
        streams_at(address).await;
    }
}

/// The second piece is sent once the first has come back, so that nobody can have waited for the end.
async fn streams_at(address: SocketAddr) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let (mut pieces, body) = Channel::<Bytes, Infallible>::new(1);
    let request = Request::post("/echo")
        .header("host", "tool.test")
        .body(body);
    let answering = client.send_request(request.unwrap());
    pieces.send_data("one".into()).await.unwrap();
    let mut answer = answering.await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    for (piece, next) in [("one", Some("two")), ("two", None)] {
        let frame = answer.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
        if let Some(next) = next {
            pieces.send_data(next.into()).await.unwrap();
        }
    }
    drop(pieces);
    assert!(
        answer
            .frame()
            .await
            .is_none_or(|frame| frame.unwrap().into_data().unwrap().is_empty())
    );
}

/// What the handler of a launch answers.
pub(crate) fn hello(launch: Option<&tower_lti::LaunchContext>) -> String {
    let sub = launch.and_then(|launch| launch.claims().sub());
    format!("hello {}", sub.unwrap_or("nobody"))
}
