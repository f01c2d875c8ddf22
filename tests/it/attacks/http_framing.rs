//! H: methods, media types, sizes and other spellings of the path.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, StatusCode, Uri, header};
use http_body::Frame;
use http_body_util::Full;
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::{LaunchContext, LtiLaunchLayer, error::LtiErrorKind};

use super::{Case, World, refused};
use crate::app::NOW;

fn with_method(
    method: Method,
) -> impl Fn(Request<Full<Bytes>>) -> Request<Full<Bytes>> + Clone + 'static {
    move |mut request| {
        *request.method_mut() = method.clone();
        request
    }
}

fn changed(
    what: &str,
    change: impl Fn(Request<Full<Bytes>>) -> Request<Full<Bytes>> + 'static,
    kind: LtiErrorKind,
) -> Case {
    Case::request(what, move |good| change(good.launch()), kind)
}

fn with_header(
    name: HeaderName,
    value: &'static str,
) -> impl Fn(Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    move |mut request| {
        request.headers_mut().insert(&name, value.parse().unwrap());
        request
    }
}

fn without_type(mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    request.headers_mut().remove(header::CONTENT_TYPE);
    request
}

fn two_types(mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    let json = "application/json".parse().unwrap();
    request.headers_mut().append(header::CONTENT_TYPE, json);
    request
}

#[tokio::test]
async fn what_is_no_plain_form_post_is_refused() {
    let mut cases = vec![
        Case::request(
            "H01 a launch in the query",
            |good| {
                let query = good.form(&good.token.sign());
                let mut request = with_method(Method::GET)(good.launch());
                *request.uri_mut() = format!("/lti/launch?{query}").parse().unwrap();
                request
            },
            LtiErrorKind::MethodNotAllowed,
        ),
        changed(
            "H03 as JSON",
            with_header(header::CONTENT_TYPE, "application/json"),
            LtiErrorKind::MediaType,
        ),
        changed(
            "H03 as multipart",
            with_header(header::CONTENT_TYPE, "multipart/form-data; boundary=x"),
            LtiErrorKind::MediaType,
        ),
        changed("H04 without a type", without_type, LtiErrorKind::MediaType),
        changed("H04 with two types", two_types, LtiErrorKind::MediaType),
        changed(
            "H06 in another charset",
            with_header(
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=utf-16",
            ),
            LtiErrorKind::MediaType,
        ),
        changed(
            "H08 compressed",
            with_header(header::CONTENT_ENCODING, "gzip"),
            LtiErrorKind::MediaType,
        ),
        changed(
            "H09 announced as huge",
            with_header(header::CONTENT_LENGTH, "10737418240"),
            LtiErrorKind::BodyTooLarge,
        ),
        Case::form(
            "H09 huge",
            |_| "x".repeat(1024 * 1024 + 1),
            LtiErrorKind::BodyTooLarge,
        ),
        changed(
            "H13 a method in a header and in the query",
            |mut request| {
                *request.method_mut() = Method::GET;
                *request.uri_mut() = Uri::from_static("/lti/launch?_method=POST");
                with_header(HeaderName::from_static("x-http-method-override"), "POST")(request)
            },
            LtiErrorKind::MethodNotAllowed,
        ),
    ];
    for method in [
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ] {
        let what = format!("H02, H18 {method}");
        let change = with_method(method);
        cases.push(Case::request(
            what,
            move |good| change(good.launch()),
            LtiErrorKind::MethodNotAllowed,
        ));
    }
    refused(cases).await;
}

// H01, H02, H18
#[tokio::test]
async fn another_method_is_told_which_one_it_may_be_and_no_other_site_is_let_in() {
    let world = World::new().await;
    let good = world.good_launch().await;
    for method in [Method::GET, Method::PUT, Method::OPTIONS] {
        let mut request = with_method(method.clone())(good.launch());
        let evil = "https://evil.example".parse().unwrap();
        request.headers_mut().insert(header::ORIGIN, evil);
        let answer = world.send(request).await;
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.headers()[header::ALLOW], "POST", "{method}");
        let cors = |name: &HeaderName| name.as_str().starts_with("access-control");
        assert!(!answer.headers().keys().any(cors), "{method}");
    }
    assert_eq!(world.app.platform.fetches(), 0);
}

// H06
#[tokio::test]
async fn a_charset_may_be_named_in_any_case() {
    for media_type in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "Application/X-WWW-Form-Urlencoded ; Charset=\"Utf-8\"",
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        let request = with_header(header::CONTENT_TYPE, media_type)(good.launch());
        assert_eq!(world.send(request).await.status(), 200, "{media_type}");
    }
}

// H19
#[tokio::test]
async fn host_and_forwarding_headers_change_nothing() {
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        let request = with_header(HeaderName::from_static(name), value)(good.launch());
        let answer = world.send(request).await;
        assert_eq!(answer.status(), 200, "{name}");
        let told = format!("{:?}", answer.headers());
        assert!(!told.contains("evil.example"), "{name}: {told}");
    }
}

// H14
#[tokio::test]
async fn another_spelling_of_the_path_is_no_way_in_without_proof() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let seen = tower::service_fn(|request: Request<Full<Bytes>>| async move {
        let mut answer = Response::new(Full::<Bytes>::default());
        if request.extensions().get::<LaunchContext>().is_none() {
            *answer.status_mut() = StatusCode::NOT_FOUND;
        }
        Ok::<_, Infallible>(answer)
    });
    let layer = LtiLaunchLayer::new(world.app.tool.clone()).add_path("/lti/launch");
    for path in [
        "/lti/launch/",
        "//lti/launch",
        "/LTI/launch",
        "/lti/%6caunch",
        "/lti/launch;x=1",
        "/lti/./launch",
    ] {
        let mut request = good.launch();
        *request.uri_mut() = path.parse().unwrap();
        let answer = layer.layer(seen).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    assert_eq!(world.app.store.nonce_count(), 0);
}

/// A body of which nothing comes, a part and then nothing, a part and then an error, or all.
enum Odd {
    Never,
    Half(Option<Bytes>),
    Cut(Option<Bytes>),
    Whole(Full<Bytes>),
}

impl From<Bytes> for Odd {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(Full::new(bytes))
    }
}

impl http_body::Body for Odd {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.get_mut() {
            Self::Never => Poll::Pending,
            Self::Half(part) => match part.take() {
                Some(part) => Poll::Ready(Some(Ok(Frame::data(part)))),
                None => Poll::Pending,
            },
            Self::Cut(part) => Poll::Ready(Some(match part.take() {
                Some(part) => Ok(Frame::data(part)),
                None => Err(std::io::ErrorKind::ConnectionReset.into()),
            })),
            Self::Whole(body) => Pin::new(body)
                .poll_frame(cx)
                .map_err(|never| match never {}),
        }
    }
}

// H11, H12
#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up_and_nothing_is_asked_for_it() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let form = Bytes::from(good.form(&good.token.sign()));
    let half = form.slice(..form.len() / 2);
    for (body, status, most) in [
        (Odd::Never, 408, 10_100),
        (Odd::Half(Some(half.clone())), 408, 10_100),
        (Odd::Cut(Some(half)), 400, 0),
    ] {
        let handler = tower::service_fn(|_: Request<Odd>| async {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        });
        let mut service = LtiLaunchLayer::new(world.app.tool.clone()).layer(handler);
        let request = good.launch().map(|_| body);
        let started = tokio::time::Instant::now();
        let answer = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(started.elapsed() <= Duration::from_millis(most));
    }
    assert_eq!(world.app.platform.fetches(), 0);
    world.assert_nothing_came_of_it("a body that does not arrive");
    assert_eq!(world.send(good.launch()).await.status(), 200, "{NOW}");
}
