//! An LTI tool on bare hyper, with a small simulated platform beside it.
//!
//! ```text
//! cargo run --example hyper
//! ```

use std::{convert::Infallible, error::Error};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tower::{ServiceBuilder, ServiceExt};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
    launch::ResponseBody,
    registration::Registrations,
    session::{LtiSession, LtiSessionLayer},
    testing::SimulatedPlatform,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let platform = SimulatedPlatform::new(&base_url);
    let tool = LtiTool::builder()
        .launch_url(format!("{base_url}/lti/launch"))
        .insecure_allow_loopback_http()
        .registrations(Registrations::new([platform.registration()])?)
        .build()?;
    let login = LtiLogin::new(tool.clone());
    let pages = ServiceBuilder::new()
        .layer(LtiLaunchLayer::new(tool.clone()))
        .layer(LtiSessionLayer::new(tool)?)
        .service_fn(answer);

    println!("The tool is at {base_url}");
    loop {
        let (stream, _) = listener.accept().await?;
        let (login, pages, platform) = (login.clone(), pages.clone(), platform.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (login, pages, platform) = (login.clone(), pages.clone(), platform.clone());
            async move {
                match request.uri().path() {
                    "/lti/launch" | "/tool" => pages.oneshot(request).await,
                    "/lti/login" => login.oneshot(request).await.map(in_one_type),
                    _ => platform.oneshot(request).await.map(in_one_type),
                }
            }
        });
        tokio::spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("a connection ended early: {error}");
            }
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, _) = request.into_parts();
    if parts.uri.path() == "/tool" {
        return Ok(match LtiSession::of_request(&parts).await {
            Ok(session) => show(session.launch()),
            Err(error) => error.to_response(&parts.headers),
        });
    }
    if parts.extensions.get::<LaunchContext>().is_none() {
        return Ok(status(StatusCode::METHOD_NOT_ALLOWED));
    }
    // Reload, back and bookmark lead to the page, and never to the launch, which is taken once.
    let mut response = status(StatusCode::SEE_OTHER);
    let page = HeaderValue::from_static("/tool");
    response.headers_mut().insert(LOCATION, page);
    Ok(response)
}

fn show(launch: &LaunchContext) -> Response<Full<Bytes>> {
    let claims = launch.claims();
    let text = format!(
        "user {:?} from {:?}, roles {:?}, deployment {}",
        claims.sub(),
        claims.context().and_then(|context| context.title()),
        claims.roles().as_slice(),
        launch.deployment().id(),
    );
    let plain_text = HeaderValue::from_static("text/plain; charset=utf-8");
    let mut response = Response::new(Full::from(text));
    response.headers_mut().insert(CONTENT_TYPE, plain_text);
    response
}

/// Each layer's answers are its own or those from inside.
type Body = ResponseBody<ResponseBody<Full<Bytes>>>;

fn in_one_type(response: Response<Full<Bytes>>) -> Response<Body> {
    response.map(ResponseBody::from)
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
