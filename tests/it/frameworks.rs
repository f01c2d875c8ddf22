//! The layer where people mount it, each over a real socket.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, ServiceExt, limit::ConcurrencyLimitLayer};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
    launch::ResponseBody,
    onboarding::MissingDeployment,
    testing::{Browser, UrlService},
};

use crate::app::{App, NOW, code};

async fn open_tool(launch: LaunchContext, body: String) -> String {
    assert!(body.contains("id_token="), "the body goes on intact");
    format!("hello {}", launch.claims().sub().unwrap_or("nobody"))
}

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A good launch gets in, and the same post without its cookie does not.
async fn launches_work_at(address: SocketAddr, app: &App) {
    let service = UrlService::new(&address.to_string());
    let mut browser = Browser::new(service.clone(), service).accepting("application/json");
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    assert_eq!(answer.body(), "hello user-1");
    let answer = browser.launch(&request, &token).await;
    assert_eq!(
        (answer.status().as_u16(), code(&answer).as_str()),
        (401, "cookie_missing")
    );
}

fn layer(tool: &LtiTool) -> LtiLaunchLayer {
    LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch")
}

#[tokio::test]
async fn launches_work_under_an_axum_router_layer() {
    let app = App::new();
    let router = Router::new()
        .route("/lti/launch", post(open_tool))
        .layer(layer(&app.tool))
        .route_service("/lti/login", LtiLogin::new(app.tool.clone()));
    launches_work_at(serve(router).await, &app).await;
}

#[tokio::test]
async fn launches_work_under_an_axum_method_router_layer() {
    let app = App::new();
    let router = Router::new()
        .route(
            "/lti/launch",
            post(open_tool).layer(LtiLaunchLayer::new(app.tool.clone())),
        )
        .route_service("/lti/login", LtiLogin::new(app.tool.clone()));
    launches_work_at(serve(router).await, &app).await;
}

#[tokio::test]
async fn launches_work_in_a_service_builder_stack() {
    async fn by(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let app = App::new();
    let stack = ServiceBuilder::new()
        .layer(layer(&app.tool))
        .layer(middleware::from_fn(by))
        .layer(ConcurrencyLimitLayer::new(4));
    let router = Router::new()
        .route("/lti/launch", post(open_tool))
        .layer(stack)
        .route_service("/lti/login", LtiLogin::new(app.tool.clone()));
    launches_work_at(serve(router).await, &app).await;
}

#[tokio::test]
async fn launches_work_on_a_bare_hyper_server() {
    let app = App::new();
    let login = LtiLogin::new(app.tool.clone());
    let launch = ServiceBuilder::new()
        .layer(LtiLaunchLayer::new(app.tool.clone()))
        .service_fn(|request: http::Request<Incoming>| async move {
            let launch = request.extensions().get::<LaunchContext>();
            let who = launch.and_then(|launch| launch.claims().sub());
            let answer = Full::<Bytes>::from(format!("hello {}", who.unwrap_or("nobody")));
            Ok::<_, Infallible>(http::Response::new(answer))
        });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (login, launch) = (login.clone(), launch.clone());
            let service = service_fn(move |request: http::Request<Incoming>| {
                let (login, launch) = (login.clone(), launch.clone());
                async move {
                    match request.uri().path() {
                        "/lti/login" => {
                            let answer = login.oneshot(request).await;
                            answer.map(|answer| answer.map(ResponseBody::from))
                        }
                        _ => launch.oneshot(request).await,
                    }
                }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    launches_work_at(address, &app).await;
}

// H17, D10
#[tokio::test]
async fn an_extractor_refuses_where_no_launch_is_proven() {
    async fn optional(launch: Option<LaunchContext>, missing: Option<MissingDeployment>) -> String {
        format!("{} {}", launch.is_some(), missing.is_some())
    }
    let router: Router = Router::new()
        .route("/plain", get(|_: LaunchContext| async { "no" }))
        .route("/missing", get(|_: MissingDeployment| async { "no" }))
        .route("/optional", get(optional));
    for (path, status) in [("/plain", 401), ("/missing", 401), ("/optional", 200)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

// R7 of the rules, H14
#[tokio::test]
async fn other_requests_pass_and_other_spellings_of_the_path_reach_no_context() {
    let app = App::new();
    let router = Router::new()
        .route("/lti/launch", post(open_tool))
        .fallback(|launch: Option<LaunchContext>| async move {
            if launch.is_some() {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            }
        })
        .layer(layer(&app.tool));
    for path in [
        "/",
        "/lti/launch/",
        "//lti/launch",
        "/LTI/launch",
        "/lti/%6caunch",
        "/lti/launch;x=1",
    ] {
        let request = Request::post(path).body(Body::from("x")).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

// Q05, Q07: the service that was made ready is the one that is called, and permits come back
#[tokio::test]
async fn permits_return_and_the_inner_answer_is_passed_on() {
    let app = App::new();
    let inner = ServiceBuilder::new()
        .layer(LtiLaunchLayer::new(app.tool.clone()))
        .layer(ConcurrencyLimitLayer::new(1))
        .service_fn(|_: http::Request<Full<Bytes>>| async {
            let mut answer = http::Response::new(Full::<Bytes>::default());
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            Ok::<_, Infallible>(answer)
        });
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), inner);
    for _ in 0..5 {
        assert_eq!(browser.post_launch("nonsense").await.status(), 400);
        let request = browser.log_in(&app.platform).await.unwrap();
        let cookies = browser.cookies().clone();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 500);
        *browser.cookies() = cookies;
        assert_eq!(browser.launch(&request, &token).await.status(), 409);
    }
}

// X63: a launch that is dropped at any point leaves nothing half done
#[tokio::test]
async fn a_dropped_launch_creates_no_deployment_without_a_used_nonce() {
    use std::{
        future::Future,
        task::{Context, Poll, Waker},
    };
    use tower::Service;

    for polls in 0..4 {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token)
            .append_pair("state", request.state())
            .finish();
        let (name, value) = browser.cookies().iter().next().unwrap();
        let post = http::Request::post("/lti/launch")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("{name}={value}"))
            .body(Full::from(form))
            .unwrap();
        let handler = tower::service_fn(|_: http::Request<Full<Bytes>>| async {
            Ok::<_, Infallible>(http::Response::new(Full::<Bytes>::default()))
        });
        let mut service = tower_layer::Layer::layer(&layer(&app.tool), handler);
        let mut launch = Box::pin(service.call(post));
        for _ in 0..polls {
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(answer) = launch.as_mut().poll(&mut context) {
                answer.unwrap();
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(launch);
        assert!(app.store.deployment_count() <= app.store.nonce_count());
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(
            browser.launch(&request, &token).await.status(),
            200,
            "{polls} polls"
        );
    }
}
