//! One pool of connections for each address policy.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use http::HeaderValue;
use reqwest::{Certificate, redirect::Policy};

use crate::outbound::{AddressPolicy, proxy::OutboundProxy, resolver::GuardedResolver};

/// How long connecting may take, the TLS handshake included: after that, nothing was sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The most pools that are kept. There are four, and one more for each set of certificate authorities.
const MAX_POOLS: usize = 1_024;

/// What all pools of a client have in common.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) user_agent: HeaderValue,
    pub(super) proxy: Option<OutboundProxy>,
}

/// One pool of connections for each address policy, so that no call is sent over a connection that its
/// policy would not have let be made.
pub(super) struct Pools {
    settings: Settings,
    by_policy: RwLock<HashMap<AddressPolicy, reqwest::Client>>,
}

impl Pools {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            by_policy: RwLock::default(),
        }
    }

    /// The pool of a policy, which is made at its first use.
    pub(super) fn under(&self, policy: &AddressPolicy) -> Result<reqwest::Client, reqwest::Error> {
        let pools = self
            .by_policy
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = pools.get(policy) {
            return Ok(client.clone());
        }
        drop(pools);
        let built = self.settings.build(policy)?;
        let mut pools = self
            .by_policy
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if pools.len() >= MAX_POOLS {
            // Those of certificate authorities that were replaced would pile up.
            pools.clear();
        }
        Ok(pools.entry(policy.clone()).or_insert(built).clone())
    }
}

impl Settings {
    fn build(&self, policy: &AddressPolicy) -> Result<reqwest::Client, reqwest::Error> {
        let authorities: Result<Vec<Certificate>, _> = policy
            .certificate_authorities
            .der()
            .map(Certificate::from_der)
            .collect();
        let resolver = GuardedResolver {
            policy: policy.clone(),
            proxy: self
                .proxy
                .as_ref()
                .and_then(OutboundProxy::name)
                .map(Into::into),
        };
        // Every default is set: the application may have turned on any feature of reqwest.
        let client = reqwest::Client::builder()
            .tls_backend_rustls()
            .tls_certs_merge(authorities?)
            .http1_only()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .no_proxy()
            .https_only(!policy.loopback_http)
            .connect_timeout(CONNECT_TIMEOUT)
            .dns_resolver(resolver)
            .user_agent(self.user_agent.clone());
        match &self.proxy {
            Some(proxy) => client.proxy(proxy.to_reqwest()?).build(),
            None => client.build(),
        }
    }
}
