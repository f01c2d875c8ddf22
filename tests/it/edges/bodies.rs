//! Bodies and forms at their limits.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::{LtiLaunchLayer, LtiTool, tool::Limits};

use crate::app::{App, NOW};

use super::*;

/// A body in pieces, which may break off, and may say how long it will be.
#[derive(Default)]
struct Pieces {
    announced: u64,
    pieces: VecDeque<Result<Bytes, io::Error>>,
}

impl Pieces {
    fn of(form: &str, count: usize) -> Self {
        let size = form.len().div_ceil(count);
        let pieces = form.as_bytes().chunks(size);
        Self {
            announced: 0,
            pieces: pieces
                .map(|piece| Ok(Bytes::copy_from_slice(piece)))
                .collect(),
        }
    }
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Self {
            announced: 0,
            pieces: [Ok(bytes)].into(),
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.announced);
        hint
    }
}

/// Posts a body of any kind to a tool, and returns the status.
async fn post(tool: &LtiTool, cookies: HeaderValue, body: Pieces) -> u16 {
    let handler = tower::service_fn(|_: Request<Pieces>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut service = LtiLaunchLayer::new(tool.clone()).layer(handler);
    let request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies)
        .body(body)
        .unwrap();
    let response = service.ready().await.unwrap().call(request).await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_however_it_comes() {
    let length = good_form(&App::new()).await.0.len();
    for (limit, status) in [(length, 200), (length - 1, 413)] {
        for pieces in [1, 2, 7] {
            let limits = Limits::default().body_bytes(limit);
            let app = App::with(|builder| builder.limits(limits));
            let (form, cookies) = good_form(&app).await;
            let mut body = Pieces::of(&form, pieces);
            assert_eq!(post(&app.tool, cookies.clone(), body).await, status);

            let (form, cookies) = good_form(&app).await;
            body = Pieces::of(&form, pieces);
            body.announced = length as u64;
            assert_eq!(post(&app.tool, cookies, body).await, status);
        }
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_not_waited_for() {
    let app = App::new();
    let body = Pieces {
        announced: 1024 * 1024 + 1,
        ..Pieces::default()
    };
    let cookies = HeaderValue::from_static("");
    assert_eq!(post(&app.tool, cookies, body).await, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused_even_where_the_form_was_whole() {
    let app = App::new();
    let (form, cookies) = good_form(&app).await;
    let mut body = Pieces::of(&form, 1);
    body.pieces.push_back(Err(io::Error::other("cut")));
    assert_eq!(post(&app.tool, cookies, body).await, 400);
    assert_eq!(app.store.nonce_count(), 0);
}

#[tokio::test]
async fn bodies_in_flight_are_held_against_a_budget_and_given_back() {
    let length = good_form(&App::new()).await.0.len();
    for (budget, status) in [(length, 200), (length - 1, 503)] {
        let limits = Limits::default().bodies_in_flight_bytes(budget);
        let app = App::with(|builder| builder.limits(limits));
        for _ in 0..3 {
            let (form, cookies) = good_form(&app).await;
            let body = Pieces::of(&form, 3);
            assert_eq!(post(&app.tool, cookies, body).await, status);
        }
    }
}

#[tokio::test]
async fn a_form_may_have_64_fields_and_no_broken_text() {
    let more: String = (0..62).map(|number| format!("&f{number}=")).collect();
    let mut cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("64 fields", more.clone().into_bytes(), 200),
        ("65 fields", format!("{more}&x=").into_bytes(), 400),
        ("not UTF-8", b"&x=\xff".to_vec(), 400),
        ("not UTF-8, escaped", b"&x=%ff".to_vec(), 400),
    ];
    for escape in ["%g1", "%1g", "%", "%1"] {
        cases.push((escape, format!("&x={escape}").into_bytes(), 400));
    }
    for (what, more, status) in cases {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = [form(&token, request.state()).as_bytes(), &more].concat();
        assert_eq!(browser.post_launch(form).await.status(), status, "{what}");
    }
}

#[tokio::test]
async fn a_form_has_one_media_type() {
    let plain = "application/x-www-form-urlencoded";
    for (types, status) in [
        (vec![plain], 200),
        (vec![], 415),
        (vec![plain, plain], 415),
        (vec![plain, "text/plain"], 415),
        (vec!["text/plain"], 415),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let mut post = Request::post("/lti/launch");
        for one in &types {
            post = post.header(header::CONTENT_TYPE, *one);
        }
        let body = Full::from(form(&token, request.state()));
        let response = browser.send_launch(post.body(body).unwrap()).await;
        assert_eq!(response.status(), status, "{types:?}");
    }
}
