//! What a test arranges: the tool that is known, the rules and the faults.

use std::{sync::Arc, time::Duration};

use super::{platform_services::PlatformServices, tool_key_set::ToolKeySet};
use crate::{
    clock::Clock,
    testing::{Call, Dialect, Fault},
};

/// What the platform knows of the tool.
impl PlatformServices {
    /// Verifies assertions with the key set at this URL, plain http on loopback, fetched for each.
    pub fn use_tool_keys_at(&self, jwks_url: &str) {
        self.lock().tool_keys = ToolKeySet::Url(jwks_url.to_owned());
    }

    /// Verifies assertions with this key set, asked for each.
    pub fn use_tool_keys(&self, jwks: impl Fn() -> String + Send + Sync + 'static) {
        self.lock().tool_keys = ToolKeySet::Text(Arc::new(jwks));
    }

    /// Verifies assertions with this key of the tool, and no other.
    #[cfg(feature = "services")]
    pub fn use_tool_key(&self, key: &crate::keys::ToolKey) {
        let key_set = serde_json::json!({"keys": [key.public_jwk()]}).to_string();
        self.use_tool_keys(move || key_set.clone());
    }

    /// Believes assertions without a look at their signature.
    pub fn trust_any_assertion(&self) {
        self.lock().tool_keys = ToolKeySet::Unneeded;
    }

    /// Knows this deployment, too. `dep-1` is known from the start.
    pub fn add_deployment(&self, id: &str) {
        let mut state = self.lock();
        if !state.deployments.iter().any(|known| known == id) {
            state.deployments.push(id.to_owned());
        }
    }

    /// Refuses assertions that name no deployment.
    pub fn require_deployment(&self) {
        self.lock().needs_deployment = true;
    }

    /// Expects this audience in assertions instead of the token endpoint.
    pub fn expect_audience(&self, audience: &str) {
        self.lock().audience = Some(audience.to_owned());
    }

    /// Grants these scopes and no others; launches name them, too. Default: all.
    pub fn grant_scopes<'a>(&self, scopes: impl IntoIterator<Item = &'a str>) {
        self.lock().scopes = scopes.into_iter().map(str::to_owned).collect();
    }
}

/// How the platform goes about it.
impl PlatformServices {
    /// Keeps the rules of this product from now on.
    pub fn speak(&self, dialect: Dialect) {
        self.lock().dialect = dialect;
    }

    /// Goes by this clock, launches included. Default: the machine's.
    pub fn use_clock(&self, clock: impl Clock) {
        let mut state = self.lock();
        state.clock = Arc::new(clock);
        let clock = Arc::clone(&state.clock);
        state.platform = state.platform.clone().with_shared_clock(clock);
    }

    /// Issues tokens for so long. Default: an hour.
    pub fn issue_tokens_for(&self, lifetime: Duration) {
        self.lock().token_lifetime = lifetime;
    }

    /// Refuses all tokens that were issued so far.
    pub fn revoke_tokens(&self) {
        for token in self.lock().tokens.values_mut() {
            token.revoked = true;
        }
    }

    /// Sends at most so many entries a page, of any list.
    pub fn use_page_size(&self, entries: usize) {
        self.lock().page_size = Some(entries);
    }

    /// Does this with the next requests of a kind, so many of them. Faults of one kind come in order.
    pub fn fail_next(&self, call: Call, requests: usize, fault: Fault) {
        if requests > 0 {
            self.lock().faults.add(Some(call), Some(requests), fault);
        }
    }

    /// Does this with all requests of a kind, until [`heal`](Self::heal).
    pub fn fail_always(&self, call: Call, fault: Fault) {
        self.lock().faults.add(Some(call), None, fault);
    }

    /// Does this with all requests to services, tokens aside, until [`heal`](Self::heal).
    pub fn fail_services(&self, fault: Fault) {
        for call in [
            Call::LineItems,
            Call::LineItemCreation,
            Call::LineItem,
            Call::LineItemUpdate,
            Call::LineItemDeletion,
            Call::Score,
            Call::Results,
            Call::Roster,
        ] {
            self.fail_always(call, fault.clone());
        }
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.lock().faults.clear();
    }
}
