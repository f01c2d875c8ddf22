//! An LTI tool on bare hyper, with a small simulated platform beside it.
//!
//! ```text
//! cargo run --example hyper
//! ```

use std::{convert::Infallible, error::Error};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tower::{ServiceBuilder, ServiceExt};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, launch::ResponseBody,
    registration::Registrations, testing::SimulatedPlatform,
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
    let launch = ServiceBuilder::new()
        .layer(LtiLaunchLayer::new(tool))
        .service_fn(open_tool);

    println!("The tool is at {base_url}");
    loop {
        let (stream, _) = listener.accept().await?;
        let (login, launch, platform) = (login.clone(), launch.clone(), platform.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (login, launch, platform) = (login.clone(), launch.clone(), platform.clone());
            async move {
                match request.uri().path() {
                    "/lti/launch" => launch.oneshot(request).await,
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

async fn open_tool(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let Some(launch) = request.extensions().get::<LaunchContext>() else {
        return Ok(status(StatusCode::METHOD_NOT_ALLOWED));
    };
    let claims = launch.claims();
    let text = format!(
        "user {:?} from {:?}, roles {:?}, deployment {} (new: {})",
        claims.sub(),
        claims.context().and_then(|context| context.title()),
        claims.roles().as_slice(),
        launch.deployment().id(),
        launch.deployment_created(),
    );
    let plain_text = HeaderValue::from_static("text/plain; charset=utf-8");
    let mut response = Response::new(Full::from(text));
    response.headers_mut().insert(CONTENT_TYPE, plain_text);
    Ok(response)
}

/// The layer's answers are its own or the handler's; all others become of the same type.
fn in_one_type(response: Response<Full<Bytes>>) -> Response<ResponseBody<Full<Bytes>>> {
    response.map(ResponseBody::from)
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
