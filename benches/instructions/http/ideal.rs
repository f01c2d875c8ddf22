//! The server that ours is compared with: `Form`, the floor, and a nonce and a deployment in two maps.
//!
//! It checks no state, no cookie and no members that occur twice, and no nonce of its expires.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use tower_lti::testing::Platform;

use super::ANSWER;
use crate::sample::{LAUNCH_PATH, floor::Floor};

#[derive(Deserialize)]
struct Launch {
    id_token: String,
    #[expect(dead_code, reason = "it is read from the form to be counted")]
    state: String,
}

struct Ideal {
    floor: Floor,
    nonces: Mutex<HashSet<String>>,
    deployments: Mutex<HashMap<String, String>>,
}

pub(super) fn router(platform: &Platform) -> Router {
    let known = ("1:4f1a1ee2f2d4c0aa".to_owned(), "active".to_owned());
    let ideal = Ideal {
        floor: Floor::new(platform),
        nonces: Mutex::default(),
        deployments: Mutex::new([known].into()),
    };
    Router::new()
        .route(LAUNCH_PATH, post(open_tool))
        .with_state(Arc::new(ideal))
}

async fn open_tool(State(ideal): State<Arc<Ideal>>, Form(launch): Form<Launch>) -> Response {
    let Some(claims) = ideal.floor.validate(&launch.id_token) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let mut nonces = ideal.nonces.lock().unwrap_or_else(PoisonError::into_inner);
    let is_first = nonces.insert(claims.nonce);
    drop(nonces);
    let deployments = ideal.deployments.lock();
    let deployments = deployments.unwrap_or_else(PoisonError::into_inner);
    match deployments.get(&claims.deployment_id).cloned() {
        Some(_) if is_first => ANSWER.into_response(),
        _ => StatusCode::CONFLICT.into_response(),
    }
}
