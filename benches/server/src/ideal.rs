//! The server that ours is compared with: the least that a launch can cost on axum.
//!
//! It reads the form, validates the token as the floor does, and sends Redis the nonce and the question
//! for the deployment in one trip. It looks at no state and no cookie.

use std::{
    error::Error,
    fs,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use redis::{Client, Value, aio::MultiplexedConnection};
use serde::Deserialize;

use crate::{
    ours::ANSWER,
    sample::{self, LAUNCH_PATH, floor::Floor},
    settings::Settings,
};

/// As long as ours is for a token that is good for five minutes: until it cannot be accepted any more,
/// and a minute.
const NONCE_LIFETIME_MS: u64 = 420_000;

#[derive(Deserialize)]
struct Launch {
    id_token: String,
    #[expect(dead_code, reason = "it is read from the form to be timed")]
    state: String,
}

struct Ideal {
    floor: Floor,
    redis: MultiplexedConnection,
}

pub(crate) async fn router(settings: &Settings) -> Result<Router, Box<dyn Error>> {
    let registrations = fs::read(&settings.registrations)?;
    let registrations: serde_json::Value = serde_json::from_slice(&registrations)?;
    let client = Client::open(settings.redis_url.as_str())?;
    let ideal = Ideal {
        floor: Floor::with_keys(&sample::platform(), &registrations[0]["jwks"]),
        redis: client.get_multiplexed_async_connection().await?,
    };
    Ok(Router::new()
        .route(LAUNCH_PATH, post(open_tool))
        .with_state(Arc::new(ideal)))
}

/// The key of a deployment.
pub(crate) fn deployment_key(id: &str) -> String {
    format!("ideal:d:{id}")
}

async fn open_tool(State(ideal): State<Arc<Ideal>>, Form(launch): Form<Launch>) -> Response {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later than 1970")
        .as_secs();
    let Some(claims) = ideal.floor.validate_at(&launch.id_token, now) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let mut trip = redis::pipe();
    trip.cmd("SET")
        .arg(format!("ideal:n:{}", claims.nonce))
        .arg(1)
        .arg("NX")
        .arg("PX")
        .arg(NONCE_LIFETIME_MS);
    trip.cmd("GET").arg(deployment_key(&claims.deployment_id));
    match trip.query_async(&mut ideal.redis.clone()).await {
        Ok((Value::Okay, Value::BulkString(_))) => ANSWER.into_response(),
        Ok(_) => StatusCode::CONFLICT.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
