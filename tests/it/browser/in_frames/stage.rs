//! A tool and a platform on two sites: `http://127.0.0.1` and `http://localhost`. To browsers both are places that may
//! set `Secure` cookies; an LMS over https does not differ in that.

use axum::{Router, middleware, routing::post};
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool,
    claims::MessageType,
    keys::{LtiJwks, ToolKey},
    registration::Registrations,
    session::LtiSessionLayer,
    testing::{SimulatedPlatform, StorageOptions},
};

use super::{
    pages,
    seen::{SeenRequests, write_down},
    slow_network,
};
use crate::browser::{
    course::Person,
    sites::{listen, serve, serve_platform},
};

/// A tool and a platform.
pub(super) struct Stage {
    pub(super) platform: SimulatedPlatform,
    pub(super) platform_url: String,
    pub(super) seen: SeenRequests,
}

impl Stage {
    pub(super) async fn start() -> Self {
        Self::build(false).await
    }

    /// The same where everything to and from the tool takes two seconds.
    pub(super) async fn start_behind_a_slow_network() -> Self {
        Self::build(true).await
    }

    async fn build(is_slow: bool) -> Self {
        let (platform_listener, platform_port) = listen().await;
        let (tool_listener, tool_port) = listen().await;
        let visible_port = if is_slow {
            slow_network::before(tool_port).await
        } else {
            tool_port
        };
        let platform_url = format!("http://localhost:{platform_port}");
        let tool_url = format!("http://127.0.0.1:{visible_port}");
        let platform = SimulatedPlatform::new(&platform_url).with_tool_at(&tool_url);
        let tool = tool(&platform, &tool_url);
        let seen = SeenRequests::default();
        serve(tool_listener, tool_router(&tool, &seen));
        serve_platform(platform_listener, &platform);
        Self {
            platform,
            platform_url,
            seen,
        }
    }

    /// Stores in this way from now on, and opens the course with its links in a frame.
    pub(super) async fn open_course(&self, person: &Person, storage: StorageOptions) {
        self.platform.use_storage(storage);
        person.open("/platform/course?open=frame").await;
        // Frames that store load beside the page.
        person.is_loaded().await;
        self.seen.take();
    }
}

fn tool(platform: &SimulatedPlatform, tool_url: &str) -> LtiTool {
    let registrations = Registrations::new([platform.registration()]);
    LtiTool::builder()
        .launch_url(format!("{tool_url}/lti/launch"))
        .insecure_allow_loopback_http()
        .registrations(registrations.expect("one registration"))
        .key_sets(platform.services().platform())
        .tool_keys(ToolKey::generate_blocking().expect("a key"))
        .build()
        .expect("the tool can be built")
}

fn tool_router(tool: &LtiTool, seen: &SeenRequests) -> Router {
    let sessions = LtiSessionLayer::new(tool.clone()).expect("the store keeps sessions");
    Router::new()
        .route("/lti/launch", post(pages::launched))
        .route("/tool", axum::routing::get(pages::show).post(pages::note))
        .route(
            "/picker",
            axum::routing::get(pages::picker).post(pages::choose),
        )
        .route("/sign-out", post(pages::sign_out))
        .with_state(tool.clone())
        .layer(sessions)
        .layer(
            LtiLaunchLayer::new(tool.clone())
                .add_path("/lti/launch")
                .accept_message_type(MessageType::DeepLinking),
        )
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool.clone()))
        .layer(middleware::from_fn_with_state(seen.clone(), write_down))
}
