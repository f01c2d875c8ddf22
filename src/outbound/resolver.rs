//! DNS with the SSRF guard in it.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{
    outbound::{AddressPolicy, address_policy::ForbiddenAddress},
    web_address::is_loopback_name,
};

/// Resolves names whose every address the policy allows.
///
/// The connection is made to the addresses that were checked, so that no second answer of the name server
/// (DNS rebinding) can lead elsewhere.
pub(super) struct GuardedResolver {
    pub(super) policy: AddressPolicy,
    /// The name of the proxy, which the operator has set, wherever it is.
    pub(super) proxy: Option<Box<str>>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxy.as_deref() == Some(name.as_str());
        let policy = self.policy.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            if is_proxy {
                let found: Vec<SocketAddr> = found.collect();
                return Ok(Box::new(found.into_iter()) as Addrs);
            }
            let allowed = all_allowed(&policy, name.as_str(), found)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a name, unless one of them is forbidden: a name that leads to both public and private
/// addresses is an attempt to get in, and one that plain http may go to has to be loopback.
fn all_allowed(
    policy: &AddressPolicy,
    name: &str,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, ForbiddenAddress> {
    found
        .map(|address| {
            policy.check_address(address.ip())?;
            if is_loopback_name(name) && !address.ip().is_loopback() {
                return Err(ForbiddenAddress::NotLoopback(address.ip()));
            }
            Ok(address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // S01
    #[test]
    fn a_name_with_one_forbidden_address_is_refused() {
        let public = AddressPolicy::default();
        let loopback = AddressPolicy {
            loopback_http: true,
            ..AddressPolicy::default()
        };
        let private = AddressPolicy {
            private_networks: true,
            ..AddressPolicy::default()
        };
        for (policy, name, addresses, allowed) in [
            (
                &public,
                "lms.test",
                "93.184.216.34:0 [2606:4700::1111]:0",
                true,
            ),
            (&public, "lms.test", "93.184.216.34:0 10.0.0.1:0", false),
            (&public, "lms.test", "10.0.0.1:0 93.184.216.34:0", false),
            (
                &public,
                "lms.test",
                "93.184.216.34:0 [::ffff:10.0.0.1]:0",
                false,
            ),
            (
                &public,
                "lms.test",
                "93.184.216.34:0 169.254.169.254:0",
                false,
            ),
            (&public, "lms.test", "127.0.0.1:0", false),
            (&loopback, "lms.test", "127.0.0.1:0 [::1]:0", true),
            (&loopback, "lms.test", "127.0.0.1:0 10.0.0.1:0", false),
            (&loopback, "x.localhost", "127.0.0.1:0 [::1]:0", true),
            (&loopback, "x.localhost", "93.184.216.34:0", false),
            (&loopback, "localhost", "127.0.0.1:0 93.184.216.34:0", false),
            (&private, "lms.test", "93.184.216.34:0 10.0.0.1:0", true),
            (&private, "lms.test", "10.0.0.1:0 169.254.169.254:0", false),
        ] {
            let found = addresses.split(' ').map(|one| one.parse().unwrap());
            let found = all_allowed(policy, name, found);
            assert_eq!(found.is_ok(), allowed, "{policy:?} {name} {addresses}");
        }
    }
}
