//! The key set as a platform gets it.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use tower_lti::{
    LtiTool,
    keys::{LtiJwks, ToolKeys},
    testing::TestClock,
};

use crate::app::App;

/// A tool with these keys and this clock.
pub(super) fn tool(keys: &ToolKeys, clock: &TestClock) -> LtiTool {
    let (keys, clock) = (keys.clone(), clock.clone());
    App::with(|builder| builder.tool_keys(keys).clock(clock)).tool
}

/// What the service answers to a request.
pub(super) async fn ask(tool: &LtiTool, request: Request<()>) -> Response<Bytes> {
    let answer = LtiJwks::new(tool.clone()).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, body)
}

/// What it answers to a GET of that path.
pub(super) async fn get(tool: &LtiTool, path: &str) -> Response<Bytes> {
    ask(tool, Request::get(path).body(()).unwrap()).await
}

/// The rows of the key set at that path.
pub(super) async fn rows_at(tool: &LtiTool, path: &str) -> Vec<Value> {
    let answer = get(tool, path).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let set: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(set.as_object().unwrap().len(), 1, "{set}");
    set["keys"].as_array().expect("an array").clone()
}

/// The ids in the key set, in its order.
pub(super) async fn ids(tool: &LtiTool) -> Vec<String> {
    let rows = rows_at(tool, "/lti/jwks.json").await;
    let id = |row: &Value| row["kid"].as_str().expect("every key has an id").to_owned();
    rows.iter().map(id).collect()
}
