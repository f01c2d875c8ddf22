//! axum-extra: a sealed cookie for each launch, and nothing on the server.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::{
    Router,
    extract::{FromRef, Path},
    response::Redirect,
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar, SameSite};
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use tower_http::csrf::CsrfLayer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, registration::RegistrationId};
use uuid::Uuid;

use crate::{
    kit::App,
    visitor::{Visitor, cookie_of},
};

// guide: a sealed cookie for each launch
#[derive(Clone)]
struct Site {
    /// The same on every instance, and secret: `Key::from` 64 random bytes.
    key: Key,
}

impl FromRef<Site> for Key {
    fn from_ref(site: &Site) -> Self {
        site.key.clone()
    }
}

/// How long a visit lasts.
const LIFETIME: Duration = Duration::from_secs(8 * 60 * 60);

/// How many a browser has. Chromium keeps 10 KiB of cookies for a site within another.
const MOST: usize = 16;

/// What the application has to know of a launch. A browser keeps 4 KiB of a cookie, which a whole launch may exceed.
#[derive(Serialize, Deserialize)]
struct Visit {
    /// Both say who it is: `sub` alone means something else on every platform.
    registration: RegistrationId,
    sub: String,
    deployment: String,
    course: Option<String>,
    /// Of the server's own: nobody else makes a browser forget a cookie in time.
    until: u64,
}

/// Its attributes are those that clear it, too.
fn cookie(id: &str, visit: String) -> Cookie<'static> {
    Cookie::build((format!("__Host-app-{id}"), visit))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::None)
        .partitioned(true)
        .build()
}

async fn open_tool(
    launch: LaunchContext,
    jar: PrivateCookieJar,
) -> Result<(PrivateCookieJar, Redirect), StatusCode> {
    let (registration, sub) = launch.user_key().ok_or(StatusCode::FORBIDDEN)?;
    let course = launch.claims().context();
    let visit = Visit {
        registration: registration.clone(),
        sub: sub.to_owned(),
        deployment: launch.deployment().id().as_str().to_owned(),
        course: course.map(|course| course.id().to_owned()),
        until: now() + LIFETIME.as_secs(),
    };
    let visit = serde_json::to_string(&visit).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let id = Uuid::new_v4().simple().to_string();
    let jar = without_oldest(jar).add(cookie(&id, visit));
    Ok((jar, Redirect::to(&format!("/app/{id}"))))
}

/// Makes room for one more.
fn without_oldest(jar: PrivateCookieJar) -> PrivateCookieJar {
    let mut known: Vec<(u64, String)> = jar
        .iter()
        .filter_map(|cookie| {
            let id = cookie.name().strip_prefix("__Host-app-")?.to_owned();
            let visit: Visit = serde_json::from_str(cookie.value()).ok()?;
            Some((visit.until, id))
        })
        .collect();
    known.sort_unstable();
    let surplus = (known.len() + 1).saturating_sub(MOST);
    let oldest = known.into_iter().take(surplus);
    oldest.fold(jar, |jar, (_, id)| jar.remove(cookie(&id, String::new())))
}

async fn show(Path(id): Path<String>, jar: PrivateCookieJar) -> Result<String, StatusCode> {
    let cookie = jar.get(&format!("__Host-app-{id}"));
    let visit = cookie.and_then(|cookie| serde_json::from_str::<Visit>(cookie.value()).ok());
    match visit {
        Some(visit) if visit.until > now() => Ok(format!("hello {}", visit.sub)),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

fn app(tool: LtiTool, key: Key) -> Router {
    let pages = Router::new()
        .route("/app/{id}", get(show).post(show))
        // The cookies come with requests from other sites' pages, too. A launch is one, and stays outside of this.
        .layer(CsrfLayer::new());
    Router::new()
        .route("/lti/launch", post(open_tool))
        .merge(pages)
        .with_state(Site { key })
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool))
}
// end

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(u64::MAX, |now| now.as_secs())
}

#[tokio::test]
async fn each_launch_stays_open_by_a_sealed_cookie_of_its_own() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone(), Key::generate())).await;

    let first = visitor.launch(&kit).await;
    let second = visitor.launch(&kit).await;

    for launch in [&first, &second] {
        let page = launch.headers()["location"].to_str().unwrap();
        assert_eq!(visitor.get(page).await.body(), "hello user-1");
        assert_eq!(visitor.stranger().get(page).await.status(), 401);
        let cookie = cookie_of(launch, "__Host-app-");
        for attribute in [
            "Secure",
            "HttpOnly",
            "SameSite=None",
            "Partitioned",
            "Path=/",
        ] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        assert!(!cookie.contains("user-1"), "{cookie}");
    }
}

#[tokio::test]
async fn a_browser_keeps_so_many_and_the_oldest_is_cleared_with_the_same_attributes() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone(), Key::generate())).await;
    let mut last = visitor.launch(&kit).await;
    for _ in 0..MOST {
        last = visitor.launch(&kit).await;
    }

    let kept = visitor.cookies();
    assert_eq!(
        kept.iter()
            .filter(|name| name.starts_with("__Host-app-"))
            .count(),
        MOST
    );
    let cleared = last.headers().get_all("set-cookie").iter();
    let cleared: Vec<&str> = cleared
        .map(|value| value.to_str().unwrap())
        .filter(|cookie| cookie.starts_with("__Host-app-") && cookie.contains("Max-Age=0"))
        .collect();
    assert_eq!(cleared.len(), 1, "{last:?}");
    for attribute in ["Secure", "SameSite=None", "Partitioned", "Path=/"] {
        assert!(
            cleared[0].contains(attribute),
            "{attribute} in {}",
            cleared[0]
        );
    }
}

#[tokio::test]
async fn another_site_s_page_posts_nothing() {
    let kit = App::new();
    let mut visitor = Visitor::before(app(kit.tool.clone(), Key::generate())).await;
    let launch = visitor.launch(&kit).await;
    let page = launch.headers()["location"].to_str().unwrap();

    for (header, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("origin", "https://lms.test", 403),
        ("sec-fetch-site", "same-origin", 200),
    ] {
        let request = Request::post(page).header(header, value);
        assert_eq!(
            visitor.send(request).await.status(),
            status,
            "{header}: {value}"
        );
    }
}
