//! DNS with the SSRF guard in it.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::outbound::AddressPolicy;

/// Resolves names to those of their addresses that the policy allows.
///
/// The connection is made to the addresses that were checked, so that no second answer of the name server
/// (DNS rebinding) can lead elsewhere.
pub(super) struct GlobalOnlyResolver(pub(super) AddressPolicy);

impl Resolve for GlobalOnlyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let (mut allowed, mut forbidden) = (Vec::<SocketAddr>::new(), None);
            for address in found {
                match policy.check_address(address.ip()) {
                    Ok(()) => allowed.push(address),
                    Err(why) => forbidden = Some(why),
                }
            }
            match forbidden {
                Some(why) if allowed.is_empty() => Err(why.into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}
