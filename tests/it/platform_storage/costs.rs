//! What a launch costs whose browser is not proven yet.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use tower_lti::{
    MemoryStore,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{NonceStore, Persistence, StoreError, StoreHealth},
};

use crate::app::{App, NOW, code};

/// Counts how often a nonce is looked at.
#[derive(Clone, Default)]
struct Counting {
    store: MemoryStore,
    looks: Arc<AtomicUsize>,
}

impl NonceStore for Counting {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.store.consume(nonce, attempt, ttl).await
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.store.was_consumed(nonce).await
    }

    fn persistence(&self) -> Persistence {
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

// STORE-12, STORE-15
#[tokio::test]
async fn a_launch_without_its_cookie_asks_the_store_once_its_signature_is_right() {
    let nonces = Counting::default();
    let app = App::over((nonces.clone(), MemoryStore::default()), |builder, _| {
        builder
    });
    let spent = || (app.platform.fetches(), nonces.looks.load(Ordering::SeqCst));

    let mut plain = app.browser().block_cookies();
    let request = plain.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let form = format!("id_token={token}&state={}", request.state());
    assert_eq!(code(&plain.post_launch(form).await), "cookie_missing");
    assert_eq!(spent(), (0, 0), "nothing is asked where nothing is stored");

    let browser = app.browser().with_platform_storage("_parent");
    let mut browser = browser.in_frame().block_cookies();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    for _ in 0..3 {
        let form = format!("id_token={forged}&state={}", request.state());
        assert_eq!(code(&browser.post_launch(form).await), "token_rejected");
    }
    // A signature that is wrong has the keys fetched once more.
    assert_eq!(spent(), (2, 0));
    for looks in 1..=3 {
        let form = format!("id_token={token}&state={}", request.state());
        assert_eq!(browser.post_launch(form).await.status(), 200);
        assert_eq!(spent(), (2, looks));
    }
    assert_eq!((app.calls(), nonces.store.nonce_count()), (0, 0));
}
