//! A tool behind a proxy: whole launches, over a socket between proxy and tool.

mod base_path;
mod hosts;

use std::{io, net::SocketAddr};

use axum::Router;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::Full;
use tokio::net::TcpListener;
use tower::{ServiceExt, util::BoxCloneService};
use tower_lti::testing::{AuthenticationRequest, Browser, IdToken, Platform, UrlService};

use crate::app::NOW;

type Proxy = BoxCloneService<Request<Full<Bytes>>, Response<Full<Bytes>>, io::Error>;

/// Serves the tool on a port of its own, and returns a proxy in front of it that strips this prefix, and tells of itself as
/// proxies do.
async fn behind_a_proxy(app: Router, strips: &'static str) -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let upstream = UrlService::new(&address.to_string());
    let proxy = tower::service_fn(move |mut request: Request<Full<Bytes>>| {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let path = path
            .strip_prefix(strips)
            .expect("it is below the base path");
        *request.uri_mut() = path.parse().unwrap();
        for (name, value) in [
            ("x-forwarded-host", "inner.test"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-prefix", "/elsewhere"),
            ("forwarded", "host=inner.test;proto=http"),
        ] {
            let value = HeaderValue::from_static(value);
            request.headers_mut().insert(name, value);
        }
        upstream.clone().oneshot(request)
    });
    BoxCloneService::new(proxy)
}

/// Posts the launch to the address that the platform was told.
async fn launch(
    browser: &mut Browser<Proxy, Proxy>,
    platform: &Platform,
    request: &AuthenticationRequest,
    change: impl FnOnce(IdToken) -> IdToken,
) -> Response<Bytes> {
    let token = change(platform.id_token(request, NOW)).sign();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", request.state())
        .finish();
    let address = url::Url::parse(request.parameter("redirect_uri")).unwrap();
    post(browser, address.path(), &form).await
}

/// Posts what the tool's own page posts once it has read what the platform stored.
async fn complete(browser: &mut Browser<Proxy, Proxy>, form: &str) -> Response<Bytes> {
    post(browser, "/tools/lti/launch", form).await
}

async fn post(browser: &mut Browser<Proxy, Proxy>, path: &str, form: &str) -> Response<Bytes> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header(header::ORIGIN, "https://tool.test")
        .body(Full::from(form.to_owned()))
        .unwrap();
    browser.send_launch(request).await
}
