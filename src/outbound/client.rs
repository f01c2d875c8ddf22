//! The client.

use std::sync::{Arc, OnceLock};

use reqwest::redirect::Policy;

use crate::outbound::{
    AddressPolicy, OutboundError, OutboundRequest, OutboundResponse, RequestLimits,
    resolver::GlobalOnlyResolver,
};

/// An HTTP client with rustls. Cheap to clone; clones share their connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client(Arc<ByPolicy>);

/// One pool of connections for each address policy, so that no call is sent over a connection that its
/// policy would not have let be made.
#[derive(Debug, Default)]
struct ByPolicy([OnceLock<reqwest::Client>; 4]);

impl Client {
    /// Performs one exchange, up to the head of the response. The deadline covers the body, too.
    pub(crate) async fn send(
        &self,
        request: OutboundRequest,
        limits: RequestLimits,
    ) -> Result<OutboundResponse, OutboundError> {
        let OutboundRequest { url, headers } = request;
        limits
            .addresses
            .check_url(&url)
            .map_err(OutboundError::ForbiddenUrl)?;
        let response = self
            .under(limits.addresses)?
            .get(url)
            .headers(headers)
            .timeout(limits.deadline)
            .send()
            .await
            .map_err(OutboundError::from_reqwest)?;
        Ok(OutboundResponse {
            response,
            max_bytes: limits.max_bytes,
        })
    }

    fn under(&self, policy: AddressPolicy) -> Result<&reqwest::Client, OutboundError> {
        let index = usize::from(policy.private_networks) * 2 + usize::from(policy.loopback_http);
        let client = &self.0.0[index];
        if let Some(client) = client.get() {
            return Ok(client);
        }
        let built = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .https_only(!policy.loopback_http)
            .dns_resolver(GlobalOnlyResolver(policy))
            .user_agent(concat!("tower-lti/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(OutboundError::Unreachable)?;
        Ok(client.get_or_init(|| built))
    }
}
