//! The tokens that are kept, up to a bound.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::access_token::{
    AccessToken,
    identity::{HasIdentity, Identity, TokenKey},
};

/// The most tokens that are kept.
const MOST: usize = 8_192;

/// The tokens that are kept.
#[derive(Default)]
pub(super) struct KeptTokens(HashMap<TokenKey, Arc<AccessToken>>);

impl KeptTokens {
    pub(super) fn get(&self, identity: Identity<'_>) -> Option<&Arc<AccessToken>> {
        self.0.get(&identity as &dyn HasIdentity)
    }

    /// Keeps a token. Where there is no room, expired ones go, and else the one that expires first.
    pub(super) fn insert(&mut self, key: TokenKey, token: Arc<AccessToken>, now: Duration) {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.0.retain(|_, token| token.is_usable(now));
        }
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            let first = self.0.iter().min_by_key(|(_, token)| token.drop_at());
            if let Some(first) = first.map(|(key, _)| key.clone()) {
                self.0.remove(&first);
            }
        }
        self.0.insert(key, token);
    }

    /// Drops this very token; another one in its place stays.
    pub(super) fn remove(&mut self, identity: Identity<'_>, token: &Arc<AccessToken>) {
        if self
            .get(identity)
            .is_some_and(|kept| Arc::ptr_eq(kept, token))
        {
            self.0.remove(&identity as &dyn HasIdentity);
        }
    }

    /// Drops the tokens that were asked for with such a key.
    pub(super) fn remove_if(&mut self, is_of: impl Fn(&str) -> bool) {
        self.0.retain(|_, token| !is_of(token.key_id()));
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::registration::RegistrationId;

    fn key(number: usize) -> TokenKey {
        TokenKey::of(&Identity {
            registration: &RegistrationId::new("https://lms.test", "tool"),
            endpoint: "https://lms.test/token",
            audience: "https://lms.test/token",
            deployment: Some(&number.to_string()),
            scopes: &[],
        })
    }

    fn token(seconds: u64) -> Arc<AccessToken> {
        let header = HeaderValue::from_static("Bearer t");
        let lifetime = Duration::from_secs(seconds);
        let token = AccessToken::new(header, "kid".to_owned(), Duration::ZERO, lifetime, 0);
        Arc::new(token)
    }

    // OAUTH-27
    #[test]
    fn no_more_tokens_are_kept_than_the_bound_and_the_first_to_expire_goes() {
        let mut kept = KeptTokens::default();
        for number in 0..MOST {
            kept.insert(key(number), token(1_000 + number as u64), Duration::ZERO);
        }
        kept.insert(key(MOST), token(5_000), Duration::ZERO);

        assert_eq!(kept.0.len(), MOST);
        assert!(kept.get(key(0).identity()).is_none());
        assert!(kept.get(key(1).identity()).is_some());
        assert!(kept.get(key(MOST).identity()).is_some());

        kept.insert(key(MOST + 1), token(9_000), Duration::from_secs(2_000));
        let usable = MOST - 1_001 + 2;
        assert_eq!(kept.0.len(), usable, "what has expired goes first");
    }
}
