//! `RedisStore` on a server of its own, beside one `SET … NX`, and beside its own commands sent by hand.

use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

use redis::aio::MultiplexedConnection;
use tokio::runtime::Runtime;
use tower::Service;
use tower_lti::{
    RedisStore,
    claims::names,
    deployment::DeploymentKey,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{DeploymentStore, LaunchStore},
};

use crate::{
    nonces,
    redis_server::RedisServer,
    rounds::Rounds,
    sample::{self, Posts},
    service::service,
    sessions::{self, next_click},
    table::{Table, Target},
};

const LAUNCHES: usize = 100;
const ROUNDS: usize = 31;
const ONE_BY_ONE: usize = 400;
/// How many tasks launch at once.
const CROWDS: [usize; 2] = [64, 256];
const AT_ONCE: usize = 25_600;
const TTL: Duration = Duration::from_secs(600);

pub(crate) fn round_trips(table: &mut Table) {
    let (runtime, server, store) = start();
    reads_per_launch(table, &runtime, &server, &store);
    reads_per_click(table, &runtime, &server, &store);
}

pub(crate) fn measure(table: &mut Table) {
    let (runtime, server, store) = start();
    runtime
        .block_on(store.create(&nonces::record(), None))
        .expect("the server takes it");
    beside_set_nx(table, &runtime, &server, &store);
}

fn start() -> (Runtime, RedisServer, RedisStore) {
    let runtime = sample::runtime();
    let server = runtime.block_on(RedisServer::start());
    let store = runtime
        .block_on(RedisStore::connect(&server.url()))
        .expect("a connection");
    (runtime, server, store)
}

/// How often the server reads from its socket.
fn reads_per_launch(
    table: &mut Table,
    runtime: &Runtime,
    server: &RedisServer,
    store: &RedisStore,
) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform)
        .store(store.clone())
        .build()
        .expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let meter = runtime.block_on(server.connection());
    let mut service = service(&tool);
    let mut reads = |name: &str, wanted: f64, deployment: &dyn Fn(usize) -> String| {
        let requests: Vec<_> = (0..LAUNCHES)
            .map(|number| {
                let id = deployment(number);
                let post = posts.next_with(|token| token.claim(names::DEPLOYMENT_ID, id));
                post.to_request()
            })
            .collect();
        let before = runtime.block_on(total_reads(&meter));
        for request in requests {
            assert_eq!(runtime.block_on(service(request)).status(), 200);
        }
        let after = runtime.block_on(total_reads(&meter));
        table.gate(
            name,
            (after - before - 1) as f64 / LAUNCHES as f64,
            Target::Exactly(wanted),
            "",
            "",
        );
    };
    reads("Redis reads a launch, new deployment", 2.0, &|number| {
        format!("new-{number}")
    });
    reads("Redis reads a launch, known deployment", 1.0, &|_| {
        "new-0".to_owned()
    });
}

/// The same for requests with a session.
fn reads_per_click(table: &mut Table, runtime: &Runtime, server: &RedisServer, store: &RedisStore) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).store(store.clone());
    let tool = tool.build().expect("a tool");
    let mut service = sessions::layered(&tool);
    let mut call = |request| {
        let answer = runtime.block_on(service.call(request));
        answer.unwrap_or_else(|never| match never {})
    };
    let launched = call(Posts::new(&platform, &tool).next().to_request());
    let meter = runtime.block_on(server.connection());
    let before = runtime.block_on(total_reads(&meter));
    for _ in 0..LAUNCHES {
        assert_eq!(call(next_click(&launched)).status(), 200);
    }
    let after = runtime.block_on(total_reads(&meter));
    table.gate(
        "Redis reads a request with a session",
        (after - before - 1) as f64 / LAUNCHES as f64,
        Target::Exactly(1.0),
        "",
        "",
    );
}

/// What the server counted. To ask is one read more.
async fn total_reads(meter: &MultiplexedConnection) -> u64 {
    let info: String = redis::cmd("INFO")
        .arg("stats")
        .query_async(&mut meter.clone())
        .await
        .expect("the server answers");
    let (_, rest) = info
        .split_once("total_reads_processed:")
        .expect("it counts");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

fn beside_set_nx(table: &mut Table, runtime: &Runtime, server: &RedisServer, store: &RedisStore) {
    let bare = runtime.block_on(server.connection());
    let series = Cell::new(0);
    let fresh = |count| {
        series.set(series.get() + 1);
        nonces::nonces(series.get(), count)
    };

    let ours = Arc::new(Ours {
        store: store.clone(),
        attempt: Attempt::new().expect("randomness"),
        key: nonces::deployment(),
    });
    let by_hand = Arc::new(ByHand {
        connection: bare.clone(),
        deployment: format!(
            "lti:v1:d:{{{}}}:{}",
            ours.key.registration().to_text(),
            ours.key.to_text()
        ),
    });
    let mut rounds = Rounds::default();
    let alone = [
        rounds.add_timed(1, |_| {
            runtime.block_on(one_by_one(&fresh(ONE_BY_ONE), &bare, set))
        }),
        rounds.add_timed(1, |_| {
            runtime.block_on(one_by_one(&fresh(ONE_BY_ONE), &by_hand, piped))
        }),
        rounds.add_timed(1, |_| {
            runtime.block_on(one_by_one(&fresh(ONE_BY_ONE), &ours, consume))
        }),
    ];
    let crowds = CROWDS.map(|tasks| {
        [
            rounds.add_timed(AT_ONCE, {
                let (fresh, bare) = (&fresh, &bare);
                move |_| runtime.block_on(all_at_once(tasks, &fresh(AT_ONCE), bare, set))
            }),
            rounds.add_timed(AT_ONCE, {
                let (fresh, by_hand) = (&fresh, &by_hand);
                move |_| runtime.block_on(all_at_once(tasks, &fresh(AT_ONCE), by_hand, piped))
            }),
            rounds.add_timed(AT_ONCE, {
                let (fresh, ours) = (&fresh, &ours);
                move |_| runtime.block_on(all_at_once(tasks, &fresh(AT_ONCE), ours, consume))
            }),
        ]
    });
    rounds.run(ROUNDS);

    let micros = |who| format!("({:.0} us)", rounds.nanos(who) / 1e3);
    let [set_nx, commands, ours] = alone;
    table.tell(
        "the same commands by hand, p50",
        rounds.ratio(commands, set_nx),
        " x SET NX",
        &micros(commands),
    );
    table.report(
        "nonce used up and deployment found, p50",
        rounds.ratio(ours, set_nx),
        Target::AtMost(1.10),
        " x SET NX",
        &micros(ours),
    );
    let rate = |who| format!("({:.0} k/s)", 1e6 / rounds.nanos(who));
    for (tasks, [set_nx, commands, ours]) in CROWDS.into_iter().zip(crowds) {
        table.tell(
            &format!("the same commands by hand, by {tasks} tasks"),
            1.0 / rounds.ratio(commands, set_nx),
            " x SET NX",
            &rate(commands),
        );
        table.gate(
            &format!("used up and found by {tasks} tasks, throughput"),
            1.0 / rounds.ratio(ours, commands),
            Target::AtLeast(0.85),
            " x by hand",
            &rate(ours),
        );
    }
}

async fn set(mut connection: MultiplexedConnection, nonce: OneTimeKey) {
    let mut command = redis::cmd("SET");
    command.arg(format!("bare:{}", nonce.to_text())).arg("1");
    command.arg("NX").arg("PX").arg(TTL.as_millis() as u64);
    let answer: String = command
        .query_async(&mut connection)
        .await
        .expect("the server takes it");
    assert_eq!(answer, "OK");
}

/// The store, and what every launch brings along.
struct Ours {
    store: RedisStore,
    attempt: Attempt,
    key: DeploymentKey,
}

/// A connection, and where the store keeps the deployment.
struct ByHand {
    connection: MultiplexedConnection,
    deployment: String,
}

/// The same commands as ours in one write, and nothing done with what comes back.
async fn piped(by_hand: Arc<ByHand>, nonce: OneTimeKey) {
    let mut commands = redis::pipe();
    commands
        .cmd("SET")
        .arg(format!("piped:{}", nonce.to_text()))
        .arg("1")
        .arg("NX")
        .arg("PX")
        .arg(TTL.as_millis() as u64);
    commands.cmd("GET").arg("lti:v1:m");
    commands.cmd("GET").arg(&by_hand.deployment);
    let replies: Vec<Option<String>> = commands
        .query_async(&mut by_hand.connection.clone())
        .await
        .expect("the server takes it");
    assert!(replies.iter().all(Option::is_some));
}

async fn consume(ours: Arc<Ours>, nonce: OneTimeKey) {
    let (nonce_use, found) = ours
        .store
        .consume_and_find(&nonce, &ours.attempt, TTL, &ours.key)
        .await
        .expect("the server takes it");
    assert!(nonce_use == NonceUse::First && found.is_some());
}

/// One after the other; what the one in the middle took.
async fn one_by_one<S: Clone, F: Future<Output = ()>>(
    nonces: &[OneTimeKey],
    server: &S,
    call: fn(S, OneTimeKey) -> F,
) -> Duration {
    let mut times = Vec::with_capacity(nonces.len());
    for nonce in nonces {
        let begin = Instant::now();
        call(server.clone(), nonce.clone()).await;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// By many tasks at once; what all of it took.
async fn all_at_once<S, F>(
    tasks: usize,
    nonces: &[OneTimeKey],
    server: &S,
    call: fn(S, OneTimeKey) -> F,
) -> Duration
where
    S: Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let shares = nonces.chunks(AT_ONCE / tasks).map(<[_]>::to_vec);
    let tasks: Vec<_> = shares.map(|share| (share, server.clone())).collect();
    let begin = Instant::now();
    let tasks: Vec<_> = tasks
        .into_iter()
        .map(|(share, server)| {
            tokio::spawn(async move {
                for nonce in share {
                    call(server.clone(), nonce).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task fails");
    }
    begin.elapsed()
}
