//! What the session keeps of a launch.

use tower_lti::{LaunchContext, LtiError, LtiTool, deep_linking::OpenedRequest};

/// A launch of this browser, and what it is answered with where it asks for content.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) launch: LaunchContext,
    request: Option<Sealed>,
}

/// What is needed to answer a deep linking request, and the secret that opens it.
#[derive(Clone)]
struct Sealed {
    handle: String,
    secret: String,
}

impl Visit {
    /// Seals what is needed to answer with the secret of the browser's session.
    pub(crate) fn new(
        tool: &LtiTool,
        launch: LaunchContext,
        secret: &str,
    ) -> Result<Self, LtiError> {
        let request = match launch.deep_linking_request() {
            Some(request) => Some(Sealed {
                handle: request.handle_for_session(tool, secret)?,
                secret: secret.to_owned(),
            }),
            None => None,
        };
        Ok(Self { launch, request })
    }

    /// The deep linking request that waits for an answer; `None` where the launch was none.
    pub(crate) fn open_request(&self, tool: &LtiTool) -> Result<Option<OpenedRequest>, LtiError> {
        let open = |sealed: &Sealed| {
            tool.open_deep_linking_in_session(&sealed.handle, &self.launch, &sealed.secret)
        };
        self.request.as_ref().map(open).transpose()
    }
}
