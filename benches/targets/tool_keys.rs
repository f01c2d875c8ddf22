//! The tool's own keys: signing beside the bare signature, and the key set beside a constant answer.

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use aws_lc_rs::{rand::SystemRandom, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
use axum::{Router, body::Body, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, header};
use serde_json::json;
use tower::Service;
use tower_lti::{
    LoginSecret, LtiTool, MemoryStore,
    keys::{KeyStore, LtiJwks, StoredKey, ToolKey, ToolKeys},
    store::StoreError,
    testing::steps::sign_jwt,
};

use crate::{
    rounds::Rounds,
    sample,
    table::{Table, Target},
};

const ROUNDS: usize = 61;
const SIGNATURES: usize = 20;
const CALLS: usize = 2_000;

pub(crate) fn signing(table: &mut Table) {
    let key = ToolKey::generate_blocking().expect("a key");
    let pem = key.to_pem().expect("its PEM");
    let base64: String = pem
        .as_str()
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let der = STANDARD.decode(base64).expect("base64");
    let bare = KeyPair::from_pkcs8(&der).expect("a key");
    let claims = json!({
        "iss": "10000000000042",
        "sub": "10000000000042",
        "aud": "https://lms.example/login/oauth2/token",
        "iat": sample::NOW,
        "exp": sample::NOW + 300,
        "jti": "m2mTn6UeCwWjFzJ0jQ3R4Q",
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "7:3fa85f6457174562",
    });
    let jwt = sign_jwt(&key, &claims).expect("a signature");
    let (message, _) = jwt.rsplit_once('.').expect("a JWT");
    let random = SystemRandom::new();
    let mut signature = vec![0; bare.public_modulus_len()];

    let mut rounds = Rounds::default();
    let floor = rounds.add(SIGNATURES, |_| {
        let message = black_box(message.as_bytes());
        bare.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .expect("a signature");
    });
    let ours = rounds.add(SIGNATURES, |_| {
        black_box(sign_jwt(&key, black_box(&claims)).expect("a signature"));
    });
    rounds.run(ROUNDS);

    let more = format!("({:.0} us)", rounds.nanos(floor) / 1e3);
    table.gate(
        "an assertion, claims to signed text",
        rounds.ratio(ours, floor),
        Target::AtMost(1.05),
        " x bare signature",
        &more,
    );
}

/// A store that counts its calls.
#[derive(Clone, Default)]
struct Counted(MemoryStore, Arc<AtomicUsize>);

impl Counted {
    fn count(&self) -> &MemoryStore {
        self.1.fetch_add(1, Ordering::Relaxed);
        &self.0
    }
}

impl KeyStore for Counted {
    async fn tool_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.count().tool_keys().await
    }

    async fn add_tool_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        self.count().add_tool_key(key).await
    }

    async fn replace_tool_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        self.count().replace_tool_key(key).await
    }

    async fn remove_tool_key(&self, slot: &str) -> Result<(), StoreError> {
        self.count().remove_tool_key(slot).await
    }
}

pub(crate) fn key_set(table: &mut Table) {
    let runtime = sample::runtime();
    let store = Counted::default();
    let secret = LoginSecret::generate().expect("a secret");
    let keys = ToolKeys::stored(store.clone(), [secret]).open();
    let keys = runtime.block_on(keys).expect("keys");
    let tool = sample::tool_builder(&sample::platform()).tool_keys(keys);
    let tool: LtiTool = tool.build().expect("a tool");
    let mut ours = Router::<()>::new().route_service("/jwks", LtiJwks::new(tool));
    let body = runtime.block_on(body_of(&mut ours));
    let mut constant = Router::<()>::new().route(
        "/jwks",
        get(async move || ([(header::CONTENT_TYPE, "application/json")], body.clone())),
    );
    let calls_before = store.1.load(Ordering::Relaxed);

    let mut rounds = Rounds::default();
    let floor = rounds.add_timed(CALLS, |_| runtime.block_on(timed(&mut constant)));
    let key_set = rounds.add_timed(CALLS, |_| runtime.block_on(timed(&mut ours)));
    rounds.run(ROUNDS);

    let more = rounds.more_nanos(key_set, floor);
    let more = format!("({more:.0} ns more than {:.0})", rounds.nanos(floor));
    table.gate(
        "the key set through axum's Router",
        rounds.ratio(key_set, floor),
        Target::AtMost(1.1),
        " x constant answer",
        &more,
    );
    table.gate(
        "calls of the store for it",
        (store.1.load(Ordering::Relaxed) - calls_before) as f64,
        Target::Exactly(0.0),
        "",
        "",
    );
}

fn request() -> Request<Body> {
    Request::get("/jwks")
        .body(Body::empty())
        .expect("a request")
}

async fn body_of(router: &mut Router) -> Bytes {
    let answer = router.call(request()).await.expect("an answer");
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
    body.expect("its body")
}

/// Each answer with its body read, as a server does.
async fn timed(router: &mut Router) -> Duration {
    let begin = Instant::now();
    for _ in 0..CALLS {
        black_box(body_of(router).await);
    }
    begin.elapsed()
}
