//! One round: one server takes a few thousand launches.

use std::error::Error;

use bytes::Bytes;

use crate::{load::Load, server_process::ServerProcess};

/// How many of the launches come before anything is measured.
const WARM_UP: usize = 500;

/// What a server did in a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) launches_per_second: f64,
    pub(crate) cpu_micros_per_launch: f64,
    /// How much of the time it computed: 1 where it was the server that everything waited for.
    pub(crate) busy: f64,
}

impl Round {
    /// Posts each launch once, over this many connections.
    pub(crate) async fn run(
        server: &ServerProcess,
        connections: usize,
        launches: &[Bytes],
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut load = Load::connect(server.address, connections).await?;
        let (first, others) = launches.split_at(1);
        let (warm_up, measured) = others.split_at(WARM_UP);
        // This one creates the deployment.
        load.post(first).await?;
        load.post(warm_up).await?;

        let before = server.cpu_time()?;
        let elapsed = load.post(measured).await?.as_secs_f64();
        let cpu_time = (server.cpu_time()? - before).as_secs_f64();

        let count = measured.len() as f64;
        Ok(Self {
            launches_per_second: count / elapsed,
            cpu_micros_per_launch: cpu_time * 1e6 / count,
            busy: cpu_time / elapsed,
        })
    }
}
