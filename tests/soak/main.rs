//! Two instances of a tool, one Redis behind sentinels, and minutes of people who launch while
//! everything happens to the servers that does happen to servers.
//!
//! ```text
//! tests/run soak [seconds]
//! ```
//!
//! Every launch and its answer is kept, and looked at in the end: nobody may be let in twice, nobody who
//! came once may be taken for a replay, no deployment may be lost, and after each fault there has to be
//! full service again in time.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tower_lti::{
    claims::names,
    testing::{AuthenticationRequest, Browser, UrlService},
};

use self::support::{
    app::body,
    history::{Answer, History},
    key_server::{KeyServer, now},
    redis::{RedisServer, sentinels::Sentinels},
    tool_process::{Settings, ToolProcess, is_the_tool},
};

const PER_SECOND: u32 = 50;

/// How many deployments the launches come from.
const DEPLOYMENTS: usize = 40;

/// How long people are left alone between two faults.
const CALM: Duration = Duration::from_secs(12);

/// After a fault of one server there has to be full service within this time, and after one that the
/// sentinels have to settle within the other.
const SOON: Duration = Duration::from_secs(5);
const AFTER_PROMOTION: Duration = Duration::from_secs(10);

/// Something that happens to the servers, until the moment from which there should be service again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    ConnectionsKilled,
    Paused,
    Stopped,
    FailedOver,
    MasterKilled,
    Restarted,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::ConnectionsKilled,
        Self::Paused,
        Self::Stopped,
        Self::FailedOver,
        Self::MasterKilled,
        Self::Restarted,
    ];

    fn has_to_be_over_within(self) -> Duration {
        match self {
            Self::ConnectionsKilled | Self::Paused | Self::Stopped => SOON,
            Self::FailedOver | Self::MasterKilled | Self::Restarted => AFTER_PROMOTION,
        }
    }
}

/// A post, where it came from, and what became of it.
struct Launched {
    answer: Answer,
    deployment: usize,
    created: bool,
}

type Launches = Arc<Mutex<Vec<Launched>>>;

/// A launch that was let in, and all that it takes to send it again.
struct Used {
    cookies: BTreeMap<String, String>,
    request: AuthenticationRequest,
    token: String,
}

/// How many of them are kept to be sent again.
const KEPT: usize = 100;

/// People who launch at one instance after they logged in at the other.
struct People {
    tools: [ToolProcess; 2],
    keys: KeyServer,
    launches: Launches,
    used: Arc<Mutex<VecDeque<Used>>>,
}

impl People {
    async fn launch(self, mut stopped: watch::Receiver<bool>) -> Self {
        let mut ticks = interval(Duration::from_secs(1) / PER_SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut launching = JoinSet::new();
        for number in 0.. {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stopped.wait_for(|stopped| *stopped) => break,
            }
            let (here, there) = (&self.tools[number % 2], &self.tools[(number + 1) % 2]);
            let mut browser = here.browser_that_launches_at(there);
            let platform = self.keys.platform.clone();
            let (launches, kept) = (Arc::clone(&self.launches), Arc::clone(&self.used));
            launching.spawn(async move {
                let deployment = number % DEPLOYMENTS;
                let request = browser.log_in(&platform).await.expect("a login works");
                let cookies = browser.cookies().clone();
                let token = platform.id_token(&request, now());
                let id = format!("dep-{deployment}");
                let token = token.claim(names::DEPLOYMENT_ID, id).sign();
                // Every fourth post is sent once more.
                for post in 0..=usize::from(number % 4 == 0) {
                    *browser.cookies() = cookies.clone();
                    let sent = Instant::now();
                    let response = browser.launch(&request, &token).await;
                    let launched = Launched {
                        answer: Answer::new(number, post == 0, sent, &response),
                        deployment,
                        created: body(&response)["created"] == true,
                    };
                    if launched.answer.status == 200 {
                        let mut kept = kept.lock().unwrap();
                        kept.push_back(Used {
                            cookies: cookies.clone(),
                            request: request.clone(),
                            token: token.clone(),
                        });
                        if kept.len() > KEPT {
                            kept.pop_front();
                        }
                    }
                    launches.lock().unwrap().push(launched);
                }
            });
        }
        while let Some(launched) = launching.join_next().await {
            launched.expect("a launch is answered");
        }
        self
    }
}

/// Sends launches that were let in just before a fault once more, at both instances: nobody may get in.
async fn send_again(used: VecDeque<Used>, mut browsers: [Browser<UrlService, UrlService>; 2]) {
    for used in used {
        for browser in &mut browsers {
            *browser.cookies() = used.cookies.clone();
            let answer = browser.launch(&used.request, &used.token).await;
            assert_ne!(answer.status(), 200, "let in again after a fault");
        }
    }
}

/// Lets a fault happen, and returns when it is over.
async fn happen(fault: Fault, servers: &mut Sentinels) -> Instant {
    match fault {
        Fault::ConnectionsKilled => {
            for _ in 0..20 {
                let _: usize = servers
                    .master
                    .ask("CLIENT KILL TYPE normal SKIPME yes")
                    .await;
                sleep(Duration::from_millis(100)).await;
            }
        }
        Fault::Paused => {
            let _: String = servers.master.ask("CLIENT PAUSE 1500 ALL").await;
            sleep(Duration::from_millis(1_500)).await;
        }
        Fault::Stopped => {
            // Shorter than what the sentinels wait for before they promote.
            servers.master.stop().await;
            sleep(Duration::from_millis(600)).await;
            servers.master.go_on();
        }
        Fault::FailedOver => {
            let name = servers.sentinels[0].ask::<String>("SENTINEL FAILOVER mymaster");
            let _ = timeout(Duration::from_secs(1), name).await;
            promoted(servers).await;
        }
        Fault::MasterKilled => {
            servers.master.kill();
            promoted(servers).await;
            servers.replica.restart().await;
        }
        Fault::Restarted => {
            servers.master.kill();
            servers.replica.kill();
            servers.master.restart().await;
            servers.replica.restart().await;
        }
    }
    Instant::now()
}

/// Waits until the replica is the master, and calls it that from then on.
async fn promoted(servers: &mut Sentinels) {
    Sentinels::is_promoted(&servers.replica).await;
    std::mem::swap(&mut servers.master, &mut servers.replica);
}

#[tokio::main]
async fn main() {
    if is_the_tool().await {
        return;
    }
    let seconds = std::env::args().filter_map(|word| word.parse().ok()).next();
    let whole = Duration::from_secs(seconds.unwrap_or(300));
    // What is acknowledged is on disk, so that a restart loses no deployment.
    let on_disk = ["--appendonly", "yes", "--appendfsync", "always"];
    let mut servers = Sentinels::with(&on_disk).await;
    let keys = KeyServer::start().await;
    let settings = Settings::new(&keys).over(&servers.url());
    let launches = Launches::default();
    let people = People {
        tools: [
            ToolProcess::start("", &settings).await,
            ToolProcess::start("", &settings).await,
        ],
        keys,
        launches: Arc::clone(&launches),
        used: Arc::default(),
    };
    let used = Arc::clone(&people.used);
    let browsers = || [0, 1].map(|tool| people.tools[tool].browser());
    let mut strangers: VecDeque<_> = (0..whole.as_secs() / CALM.as_secs())
        .map(|_| browsers())
        .collect();
    let mut sent_again = 0;
    let (stop, stopped) = watch::channel(false);
    let began = Instant::now();
    let launching = tokio::spawn(people.launch(stopped));

    let mut faults = Vec::new();
    for fault in Fault::ALL.into_iter().cycle() {
        sleep(CALM).await;
        if began.elapsed() + CALM > whole {
            break;
        }
        let start = Instant::now();
        let before = std::mem::take(&mut *used.lock().unwrap());
        let over = happen(fault, &mut servers).await;
        // Those as well that were let in while it happened.
        let mut again = std::mem::take(&mut *used.lock().unwrap());
        again.extend(before);
        sent_again += 2 * again.len();
        println!("{:>4} s: {fault:?}", start.duration_since(began).as_secs());
        faults.push((fault, start, over));
        sleep(Duration::from_secs(4)).await;
        let browsers = strangers.pop_front().expect("there are enough browsers");
        send_again(again, browsers).await;
    }
    stop.send_replace(true);
    let people = launching.await.expect("everybody was answered");
    let launched = std::mem::take(&mut *launches.lock().unwrap());
    println!("{sent_again} posts of used launches after a fault, none let in");
    report(launched, &faults, began.elapsed());
    assert_no_deployment_is_lost(&people, &servers.master).await;
}

/// Says what happened, and fails where it should not have.
fn report(launched: Vec<Launched>, faults: &[(Fault, Instant, Instant)], whole: Duration) {
    let mut created = BTreeMap::<usize, usize>::new();
    for one in &launched {
        *created.entry(one.deployment).or_default() += usize::from(one.created);
    }
    let firsts = launched.iter().filter(|one| one.answer.is_first);
    let firsts: Vec<(Instant, Instant, u16)> = firsts
        .map(|Launched { answer, .. }| (answer.sent, answer.sent + answer.took, answer.status))
        .collect();
    let answers = launched.into_iter().map(|one| one.answer).collect();
    // Fails where somebody was let in twice, or came once and was taken for a replay.
    let history = History::checked(answers);
    println!(
        "{} launches in {} s: 200 {}, 409 {}, 401 {}, 503 {}; the slowest took {:?}",
        history.launches(),
        whole.as_secs(),
        history.count(200),
        history.count(409),
        history.count(401),
        history.count(503),
        history.longest(200).max(history.longest(503)),
    );
    println!(
        "let in twice: 0, taken for replays: 0, created more than once: {}",
        created.values().filter(|times| **times > 1).count()
    );
    assert!(created.values().all(|times| *times <= 1), "{created:?}");
    let ends = faults.iter().skip(1).map(|(_, start, _)| *start);
    let ends = ends.chain([Instant::now()]);
    let mut late = Vec::new();
    let mut slowest = BTreeMap::<Fault, Duration>::new();
    for ((fault, _, over), end) in faults.iter().zip(ends) {
        let refused = firsts
            .iter()
            .filter(|(sent, answered, status)| *status != 200 && *sent > *over && *answered < end);
        let last = refused.map(|(sent, ..)| *sent).max();
        let back = last.map_or(Duration::ZERO, |last| last.duration_since(*over));
        let worst = slowest.entry(*fault).or_default();
        *worst = back.max(*worst);
        if back > fault.has_to_be_over_within() {
            late.push((*fault, back));
        }
    }
    println!("full service after a fault, at the latest: {slowest:?}");
    assert!(late.is_empty(), "too late: {late:?}");
}

/// Whoever comes now gets in from every deployment, and all of them are listed.
async fn assert_no_deployment_is_lost(people: &People, master: &RedisServer) {
    for deployment in 0..DEPLOYMENTS {
        let mut browser = people.tools[deployment % 2].browser();
        let platform = &people.keys.platform;
        let request = browser.log_in(platform).await.expect("a login works");
        let token = platform.id_token(&request, now());
        let id = format!("dep-{deployment}");
        let token = token.claim(names::DEPLOYMENT_ID, id).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            body(&response)["created"],
            false,
            "dep-{deployment} was lost"
        );
    }
    let lists: Vec<String> = master.ask("KEYS lti:v1:i:*").await;
    let listed: BTreeSet<String> = master.ask(&format!("ZRANGE {} 0 -1", lists[0])).await;
    assert_eq!(listed.len(), DEPLOYMENTS);
    println!("deployments: {DEPLOYMENTS} of {DEPLOYMENTS}");
}
