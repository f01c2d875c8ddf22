//! A tool with a key, before a simulated platform whose services are up.

use std::ops::Deref;

use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, ServiceExt};
use tower_lti::{
    registration::RegistrationBuilder,
    services::{ServiceClient, ServiceError},
    testing::{PlatformServices, TestClock},
    tool::LtiToolBuilder,
};

use crate::connected::Connected;

pub(crate) const NOW: u64 = 4_000_000_000;

pub(crate) const LINE_ITEMS: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(crate) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

pub(crate) const LINE_ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

pub(crate) struct World {
    pub(crate) services: PlatformServices,
    pub(crate) clock: TestClock,
    connected: Connected,
}

impl Deref for World {
    type Target = Connected;

    fn deref(&self) -> &Connected {
        &self.connected
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|registration| registration, |tool| tool).await
    }

    pub(crate) async fn with_registration(
        change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
    ) -> Self {
        Self::with(change, |tool| tool).await
    }

    pub(crate) async fn with_tool(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        Self::with(|registration| registration, change).await
    }

    pub(crate) async fn with(
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        tool: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let clock = TestClock::at_unix(NOW);
        let connected = Connected::start(Some(&clock), registration, tool).await;
        Self {
            services: connected.platform.clone(),
            clock,
            connected,
        }
    }

    /// A client for the list of line items.
    pub(crate) fn client(&self) -> ServiceClient {
        let url = self.services.line_items_url();
        let services = self.tool.services();
        services.client(&self.launch(), &url, [LINE_ITEMS]).unwrap()
    }

    /// A request for the list of line items.
    pub(crate) fn request(&self) -> Request<Bytes> {
        Request::get(self.services.line_items_url())
            .header("accept", LINE_ITEMS_TYPE)
            .body(Bytes::new())
            .unwrap()
    }

    /// One call: the list of line items.
    pub(crate) async fn list(&self) -> Result<Response<Bytes>, ServiceError> {
        send(self.client(), self.request()).await
    }
}

pub(crate) async fn send(
    mut client: ServiceClient,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, ServiceError> {
    client.ready().await?.call(request).await
}
