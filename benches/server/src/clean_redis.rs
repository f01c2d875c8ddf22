//! Redis, emptied before every round.

use std::error::Error;

use redis::aio::MultiplexedConnection;

use crate::{ideal, redis_server::RedisServer};

/// Where the library keeps since when Redis has forgotten nothing. Were it gone, all logins so far would
/// count as older than Redis's memory, and their launches would be refused.
const MEMORY: &str = "lti:v1:m";

/// The deployment of all launches.
const DEPLOYMENT_ID: &str = "1:4f1a1ee2f2d4c0aa";

/// What the ideal server finds for it: as much as the library writes.
const DEPLOYMENT: &str = r#"{"v":1,"id":"1:4f1a1ee2f2d4c0aa","status":"active","origin":"launch","created_at_ms":1800000000000,"made_by":"jYz0Uu3x5hQ2bq9T"}"#;

/// A connection that empties Redis, and what it leaves there.
pub(crate) struct CleanRedis {
    connection: MultiplexedConnection,
    memory: Vec<u8>,
}

impl CleanRedis {
    /// Connects to a Redis that the library has been connected to.
    pub(crate) async fn new(server: &RedisServer) -> Result<Self, Box<dyn Error>> {
        let mut connection = server.connection().await;
        let memory: Option<Vec<u8>> = redis::cmd("GET")
            .arg(MEMORY)
            .query_async(&mut connection)
            .await?;
        Ok(Self {
            connection,
            memory: memory.ok_or("the library has left no mark in Redis")?,
        })
    }

    /// Forgets all nonces and deployments, so that the same launches can be posted again.
    pub(crate) async fn empty(&mut self) -> Result<(), Box<dyn Error>> {
        let mut commands = redis::pipe();
        commands.atomic();
        commands.cmd("FLUSHALL").ignore();
        commands.cmd("SET").arg(MEMORY).arg(&self.memory).ignore();
        commands
            .cmd("SET")
            .arg(ideal::deployment_key(DEPLOYMENT_ID))
            .arg(DEPLOYMENT)
            .ignore();
        commands
            .query_async::<()>(&mut self.connection)
            .await
            .map_err(Into::into)
    }
}
