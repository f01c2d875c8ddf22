//! All servers beside each other, round after round.

use std::{
    env,
    error::Error,
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use tower_lti::testing::Platform;

use crate::{
    clean_redis::CleanRedis,
    cores::Cores,
    example, launches,
    redis_server::{RedisServer, folder::Folder},
    report::Row,
    round::Round,
    sample,
    server_process::ServerProcess,
    settings::Settings,
};

const CONNECTIONS: [usize; 2] = [32, 64];

const ROUNDS: usize = 7;

/// How many launches there are. Every round posts all of them.
const LAUNCHES: usize = 8_500;

/// For how long launches are posted at most: their tokens do not last much longer.
const LASTS_AT_MOST: Duration = Duration::from_secs(240);

/// What came of it.
pub(crate) struct Comparison {
    pub(crate) cores: Cores,
    /// For each number of connections one row a server, the ideal one first.
    pub(crate) rows: Vec<Row>,
}

impl Comparison {
    pub(crate) fn run() -> Result<Self, Box<dyn Error>> {
        let example = example::build()?;
        let cores = Cores::part();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let folder = Folder::new();
        let redis = runtime.block_on(RedisServer::start());
        let platform = sample::platform();
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            redis_url: redis.url(),
            registrations: folder.path().join("registrations.json"),
        };
        fs::write(&settings.registrations, registrations(&platform))?;

        let this_program = env::current_exe()?;
        let ideal = || cores.server(&this_program, &["serve", "ideal"]);
        let ours = || cores.server(&this_program, &["serve", "ours"]);
        let as_it_is = || cores.server(&example, &[""; 0]);
        // It writes a line for each launch.
        let logging = || {
            let mut command = as_it_is();
            command.env("LTI_LOG", "info").stderr(Stdio::null());
            command
        };
        let servers: [(&'static str, &dyn Fn() -> Command); 4] = [
            ("ideal", &ideal),
            ("ours", &ours),
            ("example", &as_it_is),
            ("with a log", &logging),
        ];
        let first = ServerProcess::start("ours", ours(), &settings)?;
        // A server has connected by now: what logs in before Redis's memory begins is refused.
        let mut redis = runtime.block_on(CleanRedis::new(&redis))?;
        drop(first);

        eprintln!("Preparing {LAUNCHES} launches.");
        let began = Instant::now();
        let launches = launches::prepare(&platform, LAUNCHES);
        let mut rows = Vec::new();
        for connections in CONNECTIONS {
            eprintln!("Posting them to each server, {connections} at a time, in {ROUNDS} rounds.");
            let mut of_these = servers.map(|(server, _)| Row {
                server,
                connections,
                rounds: Vec::with_capacity(ROUNDS),
            });
            for _ in 0..ROUNDS {
                for ((name, command), row) in servers.iter().zip(&mut of_these) {
                    if began.elapsed() > LASTS_AT_MOST {
                        return Err("this takes too long, and the tokens expire".into());
                    }
                    runtime.block_on(redis.empty())?;
                    // Anew: one that saw its nonces go would refuse the launches from before.
                    let server = ServerProcess::start(name, command(), &settings)?;
                    let round = Round::run(&server, connections, &launches);
                    let round = runtime
                        .block_on(round)
                        .map_err(|error| format!("{name} at {connections} connections: {error}"))?;
                    row.rounds.push(round);
                }
            }
            rows.extend(of_these);
        }
        Ok(Self { cores, rows })
    }
}

/// The registration of the tool, with the keys of the platform in it.
fn registrations(platform: &Platform) -> String {
    let keys: serde_json::Value = serde_json::from_str(&platform.jwks_json()).expect("a key set");
    json!([{
        "issuer": platform.issuer(),
        "client_id": platform.client_id(),
        "authorization_endpoint": format!("{}/auth", platform.issuer()),
        "jwks": keys,
    }])
    .to_string()
}
