//! Sites of a test's own: `http://127.0.0.1` and `http://localhost` are two to browsers.

use axum::Router;
use tokio::net::TcpListener;
use tower_lti::testing::SimulatedPlatform;

/// A site that nobody serves yet, and its port.
pub(super) async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

pub(super) fn serve(listener: TcpListener, app: Router) {
    tokio::spawn(async move { axum::serve(listener, app).await });
}

/// Serves a platform's pages.
pub(super) fn serve_platform(listener: TcpListener, platform: &SimulatedPlatform) {
    let pages = Router::new()
        .route_service("/", platform.clone())
        .route_service("/platform/{*page}", platform.clone());
    serve(listener, pages);
}
