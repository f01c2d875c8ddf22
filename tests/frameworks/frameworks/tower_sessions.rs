//! tower-sessions: one session for a browser, with its launches in it.

use std::collections::VecDeque;

use axum::{
    Router,
    extract::Path,
    response::Redirect,
    routing::{get, post},
};
use http::{HeaderValue, Request, Response, StatusCode, header::SET_COOKIE};
use tower::util::MapResponseLayer;
use tower_http::csrf::CsrfLayer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, launch::StoredLaunch};
use tower_sessions::{
    Expiry, MemoryStore, Session, SessionManagerLayer,
    cookie::{Cookie, SameSite, time::Duration},
};
use uuid::Uuid;

use crate::{
    kit::{App, hello},
    visitor::{Visitor, cookie_of},
};

// guide: the layer and its cookie
/// `__Host-`: of this host alone, which no other host of the domain can set.
const COOKIE: &str = "__Host-app";

fn sessions(store: MemoryStore) -> SessionManagerLayer<MemoryStore> {
    SessionManagerLayer::new(store)
        .with_name(COOKIE)
        .with_same_site(SameSite::None)
        .with_expiry(Expiry::OnInactivity(Duration::hours(2)))
}

/// Gives the cookie what tower-sessions has no setting for, also when it is cleared: a browser takes no `__Host-`
/// cookie without `Secure`, and finds a partitioned one in its partition alone.
fn fit_for_frames<B>(mut response: Response<B>) -> Response<B> {
    let cookies: Vec<HeaderValue> = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    response.headers_mut().remove(SET_COOKIE);
    for cookie in cookies {
        let cookie = fit(&cookie).unwrap_or(cookie);
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn fit(value: &HeaderValue) -> Option<HeaderValue> {
    let mut cookie = Cookie::parse(value.to_str().ok()?).ok()?;
    if cookie.name() != COOKIE {
        return None;
    }
    cookie.set_secure(true);
    cookie.set_same_site(SameSite::None);
    cookie.set_partitioned(true);
    HeaderValue::try_from(cookie.to_string()).ok()
}
// end

// guide: a session with its launches
/// How many launches a session keeps: tabs and frames of one browser.
const MOST: usize = 16;

/// The launches by ids that stand in addresses. They open nothing without the cookie.
type Launches = VecDeque<(String, StoredLaunch)>;

async fn open_tool(launch: LaunchContext, session: Session) -> Result<Redirect, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let kept: Option<Launches> = session.get("launches").await.map_err(failed)?;
    let mut launches = kept.unwrap_or_default();
    if launches.len() >= MOST {
        launches.pop_front();
    }
    let id = Uuid::new_v4().simple().to_string();
    launches.push_back((id.clone(), launch.to_stored()));
    // A session id that somebody planted before the launch is worth nothing after it.
    session.cycle_id().await.map_err(failed)?;
    session.insert("launches", launches).await.map_err(failed)?;
    // Reload and back lead there, and never to the launch, which is taken once.
    Ok(Redirect::to(&format!("/app/{id}")))
}

async fn show(Path(id): Path<String>, session: Session) -> Result<String, StatusCode> {
    let kept: Option<Launches> = session.get("launches").await.ok().flatten();
    let mut launches = kept.unwrap_or_default().into_iter();
    let stored = launches.find(|(other, _)| *other == id);
    let (_, stored) = stored.ok_or(StatusCode::UNAUTHORIZED)?;
    // It comes from the tool's own store.
    let launch = LaunchContext::trust_stored(stored).map_err(|_| StatusCode::UNAUTHORIZED)?;
    Ok(hello(Some(&launch)))
}

async fn sign_out(session: Session) -> StatusCode {
    match session.flush().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
// end

// guide: the order of the layers
fn app(tool: LtiTool) -> Router {
    let pages = Router::new()
        .route("/app/{id}", get(show))
        .route("/sign-out", post(sign_out))
        // The cookie comes with requests from other sites' pages, too. A launch is one, and stays outside of this.
        .layer(CsrfLayer::new());
    Router::new()
        .route("/lti/launch", post(open_tool))
        .merge(pages)
        .layer(sessions(MemoryStore::default()))
        .layer(MapResponseLayer::new(fit_for_frames))
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool))
}
// end

#[tokio::test]
async fn a_launch_stays_open_in_a_session_of_the_application_s_own() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone())).await;

    let first = visitor.launch(&kit).await;
    let second = visitor.launch(&kit).await;

    assert_eq!(first.status(), 303);
    assert_ne!(first.headers()["location"], second.headers()["location"]);
    for launch in [&first, &second] {
        let page = launch.headers()["location"].to_str().unwrap();
        assert_eq!(visitor.get(page).await.body(), "hello user-1");
        assert_eq!(visitor.stranger().get(page).await.status(), 401);
    }
}

#[tokio::test]
async fn its_cookie_is_fit_for_a_frame_when_it_is_set_and_when_it_is_cleared() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone())).await;
    let launch = visitor.launch(&kit).await;
    let own = Request::post("/sign-out").header("sec-fetch-site", "same-origin");

    let ended = visitor.send(own).await;

    assert_eq!(ended.status(), 204);
    for answer in [&launch, &ended] {
        let cookie = cookie_of(answer, "__Host-app");
        for attribute in ["Secure", "SameSite=None", "Partitioned", "Path=/"] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
    }
    assert!(cookie_of(&launch, "__Host-app").contains("HttpOnly"));
    let page = launch.headers()["location"].to_str().unwrap();
    assert_eq!(visitor.get(page).await.status(), 401);
}

#[tokio::test]
async fn another_site_s_page_changes_nothing() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone())).await;
    let launch = visitor.launch(&kit).await;
    let foreign = Request::post("/sign-out").header("sec-fetch-site", "cross-site");

    assert_eq!(visitor.send(foreign).await.status(), 403);
    let page = launch.headers()["location"].to_str().unwrap();
    assert_eq!(visitor.get(page).await.status(), 200);
}
