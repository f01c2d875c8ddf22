//! What the environment says.
//!
//! | variable | what | default |
//! |---|---|---|
//! | `LTI_LISTEN` | where to listen | `127.0.0.1:3000` |
//! | `LTI_BASE_URL` | the tool's address as browsers see it | `http://` and where it listens |
//! | `LTI_REGISTRATIONS` | path of a JSON array of registrations; with `LTI_REGISTER` it may be empty, or not exist yet, it and its folder have to be writable, and what changes in it counts within seconds | the simulated platform's |
//! | `LTI_REGISTER` | who may register a platform at `/lti/register`: `open` for anybody, `approve` for anybody, to be launched from once its `"status": "pending"` is taken out of the file; kept in the file of `LTI_REGISTRATIONS`, else in memory, where nothing can be approved. Both ask nobody who they are: they are for trying the tool out | nobody |
//! | `LTI_REDIS_URL` | Redis for nonces and deployments; needs `LTI_LOGIN_SECRET` | in memory |
//! | `LTI_LOGIN_SECRET` | at least 32 bytes, the same on every instance | random |
//! | `LTI_TOOL_KEYS` | path of a PEM file with private keys, a regular file of at most 256 KiB or a link to one: the first of the algorithm that a registration asks for signs, all are published; made with a fresh RSA key where it does not exist | a key for the life of the process |
//! | `LTI_ON_MISSING` | `create`, `reject`, `redirect` or `forward` | `create` |
//! | `LTI_ON_MISSING_URL` | where `redirect` leads to | |
//! | `LTI_ALLOW_ANONYMOUS` | `1` lets launches in that name no user | `0` |
//! | `LTI_LOG` | `info` has a line for each launch, `warn` for those refused, `error` or `off` fewer or none | `warn` |
//!
//! An empty variable counts as one that is not set.

use std::{
    env::{self, VarError},
    error::Error,
};

use tokio::net::TcpListener;
use tower_lti::{
    LoginSecret, LtiTool, OnMissingDeployment, RedisStore, keys::ToolKeys, pages::Appearance,
    testing::SimulatedPlatform,
};
use tracing_subscriber::filter::LevelFilter;

use crate::{
    NAME, base_url, keys,
    register::Register,
    registrations::{self, Known},
};

pub(crate) struct Settings {
    pub(crate) listener: TcpListener,
    pub(crate) base_url: String,
    pub(crate) on_missing: OnMissingDeployment,
    pub(crate) simulated: Option<SimulatedPlatform>,
    pub(crate) known: Known,
    pub(crate) register: Option<Register>,
    tool_keys: ToolKeys,
}

impl Settings {
    pub(crate) async fn from_env() -> Result<Self, Box<dyn Error>> {
        let on_missing = on_missing()?;
        let listen = variable("LTI_LISTEN")?.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listener = TcpListener::bind(&listen)
            .await
            .map_err(|error| format!("LTI_LISTEN: cannot listen on {listen}: {error}"))?;
        let base_url = match variable("LTI_BASE_URL")? {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", listener.local_addr()?),
        };
        base_url::check(&base_url)?;
        let register = Register::from_variable(variable("LTI_REGISTER")?.as_deref())?;
        let tool_keys = keys::load(variable("LTI_TOOL_KEYS")?).await?;
        let file = variable("LTI_REGISTRATIONS")?;
        let (known, simulated) = match (file, register) {
            (Some(path), None) => (registrations::fixed(&path)?, None),
            (Some(path), Some(_)) => (registrations::watched(&path).await?, None),
            (None, register) => {
                let mut platform = SimulatedPlatform::new(&base_url);
                if register.is_some() {
                    platform = platform.offering_registration();
                }
                // It takes whatever the keys can.
                let algorithm = keys::algorithm(&tool_keys);
                let more_may_come = register.is_some();
                let known = registrations::simulated(&platform, algorithm, more_may_come).await?;
                (known, Some(platform))
            }
        };
        Ok(Self {
            listener,
            base_url,
            on_missing,
            simulated,
            known,
            register,
            tool_keys,
        })
    }

    pub(crate) fn tool(&self) -> Result<LtiTool, Box<dyn Error>> {
        let builder = LtiTool::builder().launch_url(format!("{}/lti/launch", self.base_url));
        let mut builder = self
            .known
            .given_to(builder)
            .tool_keys(self.tool_keys.clone())
            // Both are for trying the tool out: the first has an effect on loopback only, the second
            // where there is no Redis.
            .insecure_allow_loopback_http()
            .insecure_allow_volatile_store()
            .appearance(Appearance::new(NAME)?)
            // The doctor's page lists them.
            .keep_recent_refusals(20);
        if allow_anonymous()? {
            builder = builder.allow_anonymous();
        }
        let has_secret = variable("LTI_LOGIN_SECRET")?.is_some();
        if has_secret {
            let secret = LoginSecret::from_env("LTI_LOGIN_SECRET")
                .map_err(|error| format!("LTI_LOGIN_SECRET: {error}"))?;
            builder = builder.login_secret(secret);
        }
        if let Some(url) = variable("LTI_REDIS_URL")? {
            if !has_secret {
                return Err(
                    "LTI_REDIS_URL needs LTI_LOGIN_SECRET, the same on every instance; \
                            `openssl rand -base64 48` makes a good one"
                        .into(),
                );
            }
            // The address may hold a password, so it is not shown.
            let store = RedisStore::lazy(&url)
                .map_err(|error| format!("LTI_REDIS_URL cannot be used: {}", chain(&error)))?;
            builder = builder.store(store);
        }
        Ok(builder.build()?)
    }
}

/// An error with all that led to it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn on_missing() -> Result<OnMissingDeployment, Box<dyn Error>> {
    match variable("LTI_ON_MISSING")?.as_deref() {
        None | Some("create") => Ok(OnMissingDeployment::Create),
        Some("reject") => Ok(OnMissingDeployment::Reject),
        Some("forward") => Ok(OnMissingDeployment::Forward),
        Some("redirect") => {
            let url = variable("LTI_ON_MISSING_URL")?
                .ok_or("LTI_ON_MISSING=redirect needs LTI_ON_MISSING_URL")?;
            let onboarding = url
                .parse()
                .map_err(|error| format!("LTI_ON_MISSING_URL: {error}"))?;
            Ok(OnMissingDeployment::Redirect(onboarding))
        }
        Some(other) => Err(format!(
            "LTI_ON_MISSING is {other:?}, and must be create, reject, redirect or forward"
        )
        .into()),
    }
}

/// What is worth a line in the log. Below `info`, what else is in this program would write what it reads.
pub(crate) fn log() -> Result<LevelFilter, String> {
    match variable("LTI_LOG")?.as_deref() {
        None | Some("warn") => Ok(LevelFilter::WARN),
        Some("info") => Ok(LevelFilter::INFO),
        Some("error") => Ok(LevelFilter::ERROR),
        Some("off") => Ok(LevelFilter::OFF),
        Some(other) => Err(format!(
            "LTI_LOG is {other:?}, and must be info, warn, error or off"
        )),
    }
}

fn allow_anonymous() -> Result<bool, String> {
    match variable("LTI_ALLOW_ANONYMOUS")?.as_deref() {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(other) => Err(format!(
            "LTI_ALLOW_ANONYMOUS is {other:?}, and must be 1 or 0"
        )),
    }
}

/// A variable that says something. One that cannot be read is an error: left out in silence, it
/// could turn a check off.
fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}
