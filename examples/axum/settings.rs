//! What the environment says.
//!
//! | variable | what | default |
//! |---|---|---|
//! | `LTI_LISTEN` | where to listen | `127.0.0.1:3000` |
//! | `LTI_BASE_URL` | the tool's address as browsers see it | `http://` and where it listens |
//! | `LTI_REGISTRATIONS` | path of a JSON array of registrations | the simulated platform's |
//! | `LTI_REDIS_URL` | Redis for nonces and deployments | in memory |
//! | `LTI_LOGIN_SECRET` | at least 32 bytes, the same on every instance | random |
//! | `LTI_ON_MISSING` | `create`, `reject`, `redirect` or `forward` | `create` |
//! | `LTI_ON_MISSING_URL` | where `redirect` leads to | |
//! | `LTI_ALLOW_ANONYMOUS` | `1` lets launches in that name no user | |

use std::{env, error::Error};

use axum::http::Uri;
use tokio::net::TcpListener;
use tower_lti::{
    LoginSecret, LtiTool, OnMissingDeployment, RedisStore, registration::Registrations,
    testing::SimulatedPlatform,
};

pub(crate) struct Settings {
    pub(crate) listener: TcpListener,
    pub(crate) base_url: String,
    pub(crate) on_missing: OnMissingDeployment,
    pub(crate) simulated: Option<SimulatedPlatform>,
}

impl Settings {
    pub(crate) async fn from_env() -> Result<Self, Box<dyn Error>> {
        let listen = variable("LTI_LISTEN").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listener = TcpListener::bind(&listen)
            .await
            .map_err(|error| format!("LTI_LISTEN: cannot listen on {listen}: {error}"))?;
        let base_url = match variable("LTI_BASE_URL") {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", listener.local_addr()?),
        };
        let simulated = match variable("LTI_REGISTRATIONS") {
            Some(_) => None,
            None => Some(SimulatedPlatform::new(&base_url)),
        };
        Ok(Self {
            listener,
            on_missing: on_missing()?,
            simulated,
            base_url,
        })
    }

    pub(crate) async fn tool(&self) -> Result<LtiTool, Box<dyn Error>> {
        let mut builder = LtiTool::builder()
            .launch_url(format!("{}/lti/launch", self.base_url))
            .insecure_allow_loopback_http(true)
            .allow_volatile_store(true)
            .allow_anonymous(variable("LTI_ALLOW_ANONYMOUS").as_deref() == Some("1"));
        builder = match (&self.simulated, variable("LTI_REGISTRATIONS")) {
            (Some(platform), _) => {
                builder.registrations(Registrations::new([platform.registration()])?)
            }
            (None, Some(path)) => builder.registrations(Registrations::from_path(path)?),
            (None, None) => return Err("LTI_REGISTRATIONS is not set".into()),
        };
        if variable("LTI_LOGIN_SECRET").is_some() {
            builder = builder.login_secret(LoginSecret::from_env("LTI_LOGIN_SECRET")?);
        }
        if let Some(url) = variable("LTI_REDIS_URL") {
            builder = builder.store(RedisStore::lazy(&url)?);
        }
        Ok(builder.build()?)
    }
}

fn on_missing() -> Result<OnMissingDeployment, Box<dyn Error>> {
    match variable("LTI_ON_MISSING").as_deref() {
        None | Some("create") => Ok(OnMissingDeployment::Create),
        Some("reject") => Ok(OnMissingDeployment::Reject),
        Some("forward") => Ok(OnMissingDeployment::Forward),
        Some("redirect") => {
            let url = variable("LTI_ON_MISSING_URL")
                .ok_or("LTI_ON_MISSING=redirect needs LTI_ON_MISSING_URL")?;
            let uri: Uri = url
                .parse()
                .map_err(|error| format!("LTI_ON_MISSING_URL {url:?}: {error}"))?;
            Ok(OnMissingDeployment::Redirect(uri))
        }
        Some(other) => Err(format!(
            "LTI_ON_MISSING is {other:?}, and must be create, reject, redirect or forward"
        )
        .into()),
    }
}

/// A variable that says something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
