//! What every server is told, by the variables that the axum example reads.

use std::{env, error::Error, net::SocketAddr, path::PathBuf, process::Command};

/// Where launches are posted to, as platforms know it. What lies before the servers is not measured.
const BASE_URL: &str = "https://tool.test";

/// Signs the states. All servers have it, so that each of them takes the same launches.
pub(crate) const LOGIN_SECRET: &str = "known to everybody, for this benchmark only";

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) redis_url: String,
    /// A JSON file. The platform's keys are in it, so that nothing is fetched.
    pub(crate) registrations: PathBuf,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, Box<dyn Error>> {
        let variable = |name: &str| env::var(name).map_err(|error| format!("{name}: {error}"));
        Ok(Self {
            listen: variable("LTI_LISTEN")?.parse()?,
            redis_url: variable("LTI_REDIS_URL")?,
            registrations: variable("LTI_REGISTRATIONS")?.into(),
        })
    }

    /// Tells them to a server that is about to start. Each has one thread for its connections.
    pub(crate) fn tell(&self, server: &mut Command) {
        server
            .env("LTI_LISTEN", self.listen.to_string())
            .env("LTI_BASE_URL", BASE_URL)
            .env("LTI_REGISTRATIONS", &self.registrations)
            .env("LTI_REDIS_URL", &self.redis_url)
            .env("LTI_LOGIN_SECRET", LOGIN_SECRET)
            .env("TOKIO_WORKER_THREADS", "1");
    }
}
