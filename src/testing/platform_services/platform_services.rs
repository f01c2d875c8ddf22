//! The services, and what a test can do with them.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::Uri;
use tokio::net::TcpListener;

use super::{server::Server, state::State};
use crate::testing::Platform;

/// A simulated platform's services over HTTP: a course with members, line items and a grade book.
///
/// There are the learners `user-1`, `user-2` and `user-3`, the instructor `teacher-1`, and one line item, which
/// belongs to the resource link `rl-1` of the launches. Clones are the same platform. It stops with the last
/// clone of the one that was started.
///
/// It is a [`tower::Service`] as well, to be mounted in a server at the path of its base URL; it then can do all
/// but cut connections.
#[derive(Clone)]
pub struct PlatformServices {
    state: Arc<Mutex<State>>,
    /// The path of the base URL.
    base_path: Arc<str>,
    server: Option<Arc<Server>>,
}

impl PlatformServices {
    /// Starts the services of `https://lms.test` on a free port of loopback, for the client id `tool-1`.
    ///
    /// # Panics
    ///
    /// Panics when there is no free port.
    pub async fn start() -> Self {
        Self::start_as("https://lms.test", "tool-1").await
    }

    /// Starts the services of this issuer on a free port of loopback, for this client id.
    ///
    /// # Panics
    ///
    /// Panics when there is no free port.
    pub async fn start_as(issuer: &str, client_id: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("there is a free port");
        let address = listener.local_addr().expect("it has an address");
        let mut services = Self::new(issuer, client_id, &format!("http://{address}"));
        let server = Server::start(listener, services.clone());
        services.server = Some(Arc::new(server));
        services
    }

    /// Creates services that are not served yet, to be mounted in a server at this base URL.
    ///
    /// # Panics
    ///
    /// Panics when the base URL is none.
    #[must_use]
    pub fn new(issuer: &str, client_id: &str, base_url: &str) -> Self {
        let uri: Uri = base_url.parse().expect("the base URL is one");
        Self {
            base_path: uri.path().trim_end_matches('/').into(),
            state: Arc::new(Mutex::new(State::new(issuer, client_id, base_url))),
            server: None,
        }
    }

    /// Creates services whose paths begin with this one, whatever the base URL has before it.
    pub(in crate::testing) fn below(mut self, path: &str) -> Self {
        self.base_path = path.into();
        self
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn path_below_base<'a>(&self, uri: &'a Uri) -> &'a str {
        uri.path().strip_prefix(&*self.base_path).unwrap_or("")
    }

    /// The address of everything here.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.lock().base_url.clone()
    }

    /// The URL of the token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.lock().token_url()
    }

    /// The URL of the list of line items.
    #[must_use]
    pub fn line_items_url(&self) -> String {
        self.lock().line_items_url()
    }

    /// The URL of the list of members.
    #[must_use]
    pub fn members_url(&self) -> String {
        self.lock().members_url()
    }

    /// The platform that signs the launches.
    #[must_use]
    pub fn platform(&self) -> Platform {
        self.lock().platform.clone()
    }
}

impl fmt::Debug for PlatformServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformServices")
            .field("base_path", &self.base_path)
            .finish_non_exhaustive()
    }
}
