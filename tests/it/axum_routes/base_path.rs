//! The example behind a proxy that strips a base path.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower::{ServiceExt, util::BoxCloneService};
use tower_lti::testing::{Browser, UrlService};

use super::tool::command;
use crate::browser::Program;

// The addresses of tool and platform begin with the base URL's path; the proxy takes it off again.
#[tokio::test]
async fn every_address_that_the_example_gives_begins_with_the_path_of_its_base_url() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let base_url = format!("http://{address}/tools");
    let mut command = command();
    command
        .env("LTI_LISTEN", &address)
        .env("LTI_BASE_URL", &base_url)
        // Its page of administration is there as well.
        .env("LTI_REGISTER", "open");
    let (_program, told) = Program::start(&mut command, "The tool is at ").await;
    assert_eq!(told, base_url);

    let mut browser = Browser::for_app(stripping_proxy(&address)).at(&base_url);
    for page in [
        "/",
        "/platform/course",
        "/platform/course?select=frame",
        "/platform/grades",
        "/platform/members",
        "/platform/admin",
    ] {
        let page = browser.get(&format!("/tools{page}")).await;
        page.assert_ok();
        let html = page.html();
        for attribute in ["href=\"/", "action=\"/", "src=\"/"] {
            for address in html.split(attribute).skip(1) {
                let address = address.split('"').next().unwrap_or_default();
                assert!(
                    address.starts_with("tools/"),
                    "{attribute}{address}: {html}"
                );
            }
        }
    }
}

/// Takes `/tools` off, and knows no other address.
fn stripping_proxy(
    address: &str,
) -> BoxCloneService<Request<Full<Bytes>>, Response<Full<Bytes>>, Infallible> {
    let upstream = UrlService::new(address);
    BoxCloneService::new(tower::service_fn(
        move |mut request: Request<Full<Bytes>>| {
            let upstream = upstream.clone();
            async move {
                let uri = request.uri().path_and_query().map(|it| it.as_str());
                let stripped = uri.and_then(|uri| uri.strip_prefix("/tools"));
                let Some(stripped) = stripped.and_then(|uri| uri.parse().ok()) else {
                    let mut unknown = Response::new(Full::default());
                    *unknown.status_mut() = StatusCode::NOT_FOUND;
                    return Ok(unknown);
                };
                *request.uri_mut() = stripped;
                Ok(upstream.oneshot(request).await.unwrap())
            }
        },
    ))
}
