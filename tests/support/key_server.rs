//! A platform that publishes its keys over HTTP, for tools that run by themselves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{Router, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};
use tower_lti::testing::{AuthenticationRequest, Platform};

/// A platform whose key set is served for as long as it is kept.
pub(crate) struct KeyServer {
    pub(crate) platform: Platform,
    pub(crate) base_url: String,
    fetches: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl KeyServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let platform = Platform::new("https://lms.test", "tool-1").at(&base_url);
        let fetches = Arc::new(AtomicUsize::new(0));
        let (keys, count) = (platform.clone(), Arc::clone(&fetches));
        let jwks = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            keys.jwks_json()
        };
        let router = Router::new().route("/jwks", get(jwks));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            platform,
            base_url,
            fetches,
            serving,
        }
    }

    /// How often its keys were fetched.
    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// A good token for a tool that goes by the machine's own clock.
    pub(crate) fn token(&self, request: &AuthenticationRequest) -> String {
        self.platform.id_token(request, now()).sign()
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The time that tokens are issued at, in seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("it is later than 1970").as_secs()
}
