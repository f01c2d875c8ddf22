//! One pool of connections for each address policy.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use reqwest::{Certificate, redirect::Policy};

use crate::outbound::{
    AddressPolicy, ExchangeError, https_client::sorted, resolver::GlobalOnlyResolver,
};

/// How long connecting may take, the TLS handshake included: after that, nothing was sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The most pools that are kept. There are four, and one more for each set of certificate authorities.
const MAX_POOLS: usize = 1_024;

/// One pool of connections for each address policy, so that no call is sent over a connection that its
/// policy would not have let be made.
#[derive(Debug, Default)]
pub(super) struct Pools(RwLock<HashMap<AddressPolicy, reqwest::Client>>);

impl Pools {
    /// The pool of a policy, which is made at its first use.
    pub(super) fn under(&self, policy: &AddressPolicy) -> Result<reqwest::Client, ExchangeError> {
        let pools = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = pools.get(policy) {
            return Ok(client.clone());
        }
        drop(pools);
        let built = build(policy).map_err(sorted)?;
        let mut pools = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if pools.len() >= MAX_POOLS {
            // Certificate authorities that were replaced would pile up.
            pools.clear();
        }
        Ok(pools.entry(policy.clone()).or_insert(built).clone())
    }
}

fn build(policy: &AddressPolicy) -> Result<reqwest::Client, reqwest::Error> {
    let authorities: Result<Vec<Certificate>, _> = policy
        .certificate_authorities
        .der()
        .map(Certificate::from_der)
        .collect();
    // Whatever features of reqwest the application has turned on.
    reqwest::Client::builder()
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
        .dns_resolver(GlobalOnlyResolver(policy.clone()))
        .user_agent(concat!("tower-lti/", env!("CARGO_PKG_VERSION")))
        .build()
}
