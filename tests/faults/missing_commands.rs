//! A Redis that lets us use little more than `SET` and `GET`: an access list that is short, commands that
//! were renamed, or a managed server that does not offer them.

use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use tower_lti::{
    RedisStore,
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentOutcome,
        DeploymentStatus,
    },
    registration::RegistrationId,
    store::{
        DeploymentStore, StoreErrorKind,
        redis::{Durability, RedisConnectError},
    },
    testing::contract,
};

use crate::{
    app::{App, body, code},
    cluster::Cluster,
    eventually::eventually,
    log::Log,
    login::Login,
    server::{PATIENCE, RedisServer},
    tool_at, tool_over,
};

/// The documentation that names the access lists.
const DOCUMENTATION: &str = include_str!("../../src/store/redis/mod.rs");

const NO_SCRIPTS: &str = "Redis allows no scripts (EVAL)";
const NO_LISTS: &str = "Redis allows no sorted sets";
const NO_TRANSACTIONS: &str = "Redis allows neither scripts nor transactions";

/// The commands that the documentation tells an operator to type, as they stand there.
fn documented() -> Vec<&'static str> {
    let lines = DOCUMENTATION.lines();
    let lines = lines.filter_map(|line| line.strip_prefix("//! ACL "));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    lines
}

/// Who the documentation lets in.
fn with_user(url: &str) -> String {
    url.replacen("127.0.0.1", "tool:secret@127.0.0.1", 1)
}

/// What an access list has refused until now. That the driver may not say its name is as documented.
async fn refused(server: &RedisServer) -> Vec<String> {
    let log: Vec<std::collections::HashMap<String, redis::Value>> = server.ask("ACL LOG").await;
    let objects = log.iter().map(|entry| match &entry["object"] {
        redis::Value::BulkString(object) => String::from_utf8_lossy(object).into_owned(),
        other => format!("{other:?}"),
    });
    objects
        .filter(|object| !object.starts_with("client"))
        .collect()
}

// Y07
#[tokio::test]
async fn the_access_list_that_the_documentation_names_is_all_that_a_store_needs() {
    let log = Log::start();
    let redis = RedisServer::start().await;
    let _: () = redis.ask(&format!("ACL {}", documented()[0])).await;
    let app = tool_at(&with_user(&redis.url())).await;

    contract::check_all(&app.store).await;
    contract::check_sessions(&app.store).await;
    for created in [true, false] {
        let answer = Login::at(&app).await.post().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(body(&answer)["created"], created);
    }
    let mut twice = Login::at(&app).await;
    assert_eq!((twice.launch().await, twice.launch().await), (200, 409));
    let durable = RedisStore::builder(with_user(&redis.url()))
        .durable_status_changes(Durability::replicas(1).within(Duration::from_millis(1)))
        .connect()
        .await
        .unwrap();
    let off = durable
        .set_status(&deployment(&app), DeploymentStatus::Disabled)
        .await;
    assert_eq!(off.unwrap_err().kind(), StoreErrorKind::NotDurable);

    assert_eq!(refused(&redis).await, [""; 0]);
    let logged = log.text();
    let told = logged.lines().filter(|line| line.contains("Redis"));
    for line in told {
        assert!(line.contains("it is new here or was restarted"), "{line}");
    }
}

// Y07
#[tokio::test]
async fn the_access_list_that_the_documentation_names_is_enough_for_a_cluster() {
    let cluster = Cluster::of(3).await;
    for master in &cluster.masters {
        for line in &documented()[..2] {
            let _: () = master.ask(&format!("ACL {line}")).await;
        }
    }
    let url = with_user(&cluster.url());

    let store = RedisStore::connect(&url).await.unwrap();
    contract::check_all(&store).await;
    contract::check_sessions(&store).await;

    for master in &cluster.masters {
        assert_eq!(refused(master).await, [""; 0]);
    }
}

fn deployment(app: &App<RedisStore>) -> DeploymentKey {
    let registration = app.platform.registration().id().clone();
    DeploymentKey::new(registration, DeploymentId::from("dep-1"))
}

async fn listed(app: &App<RedisStore>) -> Result<usize, StoreErrorKind> {
    let registration = app.platform.registration();
    let page = app.store.list(registration.id(), None, 10).await;
    page.map(|page| page.deployments().len())
        .map_err(|error| error.kind())
}

/// What a server does not let us do.
struct Lack {
    /// How it is started.
    settings: &'static [&'static str],
    /// What the access list has beside what the documentation names.
    but: &'static str,
    scripts: bool,
    lists: bool,
    transactions: bool,
}

impl Lack {
    const fn new(settings: &'static [&'static str], but: &'static str) -> Self {
        Self {
            settings,
            but,
            scripts: false,
            lists: true,
            transactions: true,
        }
    }

    async fn server(&self) -> RedisServer {
        let redis = RedisServer::with(self.settings).await;
        // A command that was renamed away is in no access list.
        let renamed = |word: &&str| {
            let name = word.trim_start_matches('+').to_uppercase();
            !self.settings.contains(&name.as_str())
        };
        let line = documented()[0];
        let words: Vec<_> = line.split(' ').filter(renamed).collect();
        let _: () = redis.ask(&format!("ACL {}", words.join(" "))).await;
        if !self.but.is_empty() {
            let _: () = redis.ask(&format!("ACL SETUSER tool {}", self.but)).await;
        }
        redis
    }
}

const NO_EVAL: &[&str] = &["--rename-command", "EVAL", ""];
const NO_ZADD: &[&str] = &["--rename-command", "ZADD", ""];
const NO_EVAL_NOR_MULTI: &[&str] = &[
    "--rename-command",
    "EVAL",
    "",
    "--rename-command",
    "MULTI",
    "",
];

fn lacks() -> Vec<Lack> {
    vec![
        Lack::new(NO_EVAL, ""),
        Lack::new(&[], "-eval"),
        Lack::new(&[], "-zscore -eval"),
        Lack {
            lists: false,
            ..Lack::new(NO_ZADD, "")
        },
        Lack {
            lists: false,
            ..Lack::new(&[], "-zadd")
        },
        Lack {
            lists: false,
            ..Lack::new(&[], "-zadd -eval")
        },
        Lack {
            transactions: false,
            ..Lack::new(NO_EVAL_NOR_MULTI, "")
        },
        Lack {
            transactions: false,
            ..Lack::new(&[], "-eval -watch")
        },
        Lack {
            transactions: false,
            ..Lack::new(&[], "-eval -exec")
        },
        Lack {
            lists: false,
            transactions: false,
            ..Lack::new(&[], "-@all +set +get")
        },
        Lack {
            scripts: true,
            ..Lack::new(&[], "-watch -multi -exec")
        },
    ]
}

// Y08
#[tokio::test]
async fn whatever_a_server_lacks_is_told_once_and_deployments_are_created_and_can_be_shut() {
    for lack in lacks() {
        let case = format!("{:?} {}", lack.settings, lack.but);
        let log = Log::start();
        let redis = lack.server().await;

        let app = tool_at(&with_user(&redis.url())).await;
        for (missing, event) in [
            (!lack.scripts, NO_SCRIPTS),
            (!lack.lists, NO_LISTS),
            (!lack.transactions, NO_TRANSACTIONS),
        ] {
            let told = log.text().matches(event).count();
            assert_eq!(told, usize::from(missing), "at start: {case}: {event}");
        }
        for created in [true, false] {
            let mut login = Login::at(&app).await;
            let answer = login.post().await;
            assert_eq!(answer.status(), 200, "{case}");
            assert_eq!(body(&answer)["created"], created, "{case}");
            assert_eq!(login.launch().await, 409, "{case}");
        }
        if lack.but != "-@all +set +get" {
            let places = if lack.lists { 1 } else { 0 };
            assert_eq!(listed(&app).await, Ok(places), "{case}");
        }

        let key = deployment(&app);
        let shut = app.store.set_status(&key, DeploymentStatus::Disabled).await;
        let shut = shut.unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!(shut.unwrap().status(), DeploymentStatus::Disabled, "{case}");
        let answer = Login::at(&app).await.post().await;
        assert_eq!(code(&answer), "deployment_rejected", "{case}");
        let approved = app.store.approve(&key).await.unwrap().unwrap();
        assert_eq!(approved.status(), DeploymentStatus::Disabled, "{case}");

        let opened = app.store.set_status(&key, DeploymentStatus::Active).await;
        if lack.transactions || lack.scripts {
            opened.unwrap().unwrap();
            assert_eq!(Login::at(&app).await.launch().await, 200, "{case}");
        } else {
            assert_eq!(opened.unwrap_err().kind(), StoreErrorKind::Unavailable);
            assert_eq!(Login::at(&app).await.launch().await, 403, "{case}");
        }
        if lack.but != "-@all +set +get" {
            assert!(app.store.remove(&key).await.unwrap(), "{case}");
            assert!(!app.store.remove(&key).await.unwrap(), "{case}");
            assert_eq!(listed(&app).await, Ok(0), "{case}");
        }
        let absent = app.store.set_status(&key, DeploymentStatus::Disabled).await;
        if lack.but != "-@all +set +get" {
            assert!(absent.unwrap().is_none(), "{case}");
        }
        for event in [NO_SCRIPTS, NO_LISTS, NO_TRANSACTIONS] {
            assert!(log.text().matches(event).count() <= 1, "once: {case}");
        }
        assert!(!log.text().contains("ERROR"), "{case}: {}", log.text());
    }
}

// Y08: races, retries and odd ids, without a script
#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_server_allows_no_scripts_keeps_the_contract() {
    for lack in [Lack::new(NO_EVAL, ""), Lack::new(&[], "-eval")] {
        let redis = lack.server().await;
        let store = RedisStore::connect(with_user(&redis.url())).await.unwrap();
        contract::check_all(&store).await;
        assert!(redis.calls_of("exec").await > 0);
    }
}

// Y08: rule 2 and the quota, with two instances and no script
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_race_without_scripts_make_one_record_and_keep_about_to_the_quota() {
    const QUOTA: usize = 5;
    let redis = Lack::new(NO_EVAL, "").server().await;
    let url = with_user(&redis.url());
    let instances = [
        RedisStore::connect(&url).await.unwrap(),
        RedisStore::connect(&url).await.unwrap(),
    ];
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    let new = |id: usize| {
        let key = DeploymentKey::new(registration.clone(), format!("dep-{id}").into());
        let (active, first) = (DeploymentStatus::Active, DeploymentOrigin::FirstLaunch);
        Deployment::new(key, active, first, SystemTime::now())
    };

    let same = join_all((0..100).map(async |n| instances[n % 2].create(&new(0), None).await));
    let created = same.await.into_iter();
    let created = created.filter(|one| one.as_ref().unwrap().1 == DeploymentOutcome::Created);
    assert_eq!(created.count(), 1);

    let many = (1..=40).map(async |n| instances[n % 2].create(&new(n), Some(QUOTA)).await);
    for answer in join_all(many).await {
        if let Err(error) = answer {
            assert_eq!(error.kind(), StoreErrorKind::QuotaReached);
        }
    }
    let kept = instances[0].list(&registration, None, 100).await.unwrap();
    let kept = kept.deployments().len();
    let most = QUOTA + instances.len() - 1;
    assert!((QUOTA..=most).contains(&kept), "{kept}");
}

// Y08: the master of the deployment is found for a connection of its own
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_allows_no_scripts_keeps_the_contract() {
    let cluster = Cluster::of(3).await;
    for master in &cluster.masters {
        for line in &documented()[..2] {
            let _: () = master.ask(&format!("ACL {line}")).await;
        }
        let _: () = master.ask("ACL SETUSER tool -eval").await;
    }
    let store = RedisStore::connect(with_user(&cluster.url())).await;
    contract::check_all(&store.unwrap()).await;
}

// Y08: no node has an address that a connection of its own could be made to
#[tokio::test]
async fn a_cluster_given_as_a_client_and_without_scripts_is_told_and_deployments_can_be_shut() {
    let log = Log::start();
    let cluster = Cluster::of(3).await;
    for master in &cluster.masters {
        for line in &documented()[..2] {
            let _: () = master.ask(&format!("ACL {line}")).await;
        }
        let _: () = master.ask("ACL SETUSER tool -eval").await;
    }
    let nodes = cluster
        .masters
        .iter()
        .map(|master| with_user(&master.url()));
    let client = redis::cluster::ClusterClient::new(nodes).unwrap();
    let store = RedisStore::builder(client.clone()).connect().await.unwrap();
    for event in [NO_SCRIPTS, NO_TRANSACTIONS] {
        assert_eq!(log.text().matches(event).count(), 1, "{event}");
    }
    let app = tool_over(store);
    eventually("a launch that gets in", PATIENCE, async || {
        (Login::at(&app).await.launch().await == 200).then_some(())
    })
    .await;
    let key = deployment(&app);

    let shut = app.store.set_status(&key, DeploymentStatus::Disabled).await;
    assert!(shut.unwrap().is_some());
    assert_eq!(Login::at(&app).await.launch().await, 403);
    let opened = app.store.set_status(&key, DeploymentStatus::Active).await;
    assert_eq!(opened.unwrap_err().kind(), StoreErrorKind::Unavailable);

    let waiting = RedisStore::builder(client).durable_status_changes(Durability::replicas(1));
    let refused = waiting.connect().await;
    assert!(matches!(refused, Err(RedisConnectError::NotDurable { .. })));
}

// Y08
#[tokio::test]
async fn a_deployment_that_could_not_be_listed_is_listed_by_its_next_launch() {
    let redis = Lack::new(&[], "-zadd").server().await;
    let app = tool_at(&with_user(&redis.url())).await;
    for _ in 0..2 {
        assert_eq!(Login::at(&app).await.launch().await, 200);
    }
    assert_eq!(listed(&app).await, Ok(0));

    let _: () = redis.ask("ACL SETUSER tool +zadd").await;
    eventually("a deployment that is listed", PATIENCE, async || {
        assert_eq!(Login::at(&app).await.launch().await, 200);
        (listed(&app).await == Ok(1)).then_some(())
    })
    .await;

    // And then it is as any other: nothing more is done for it.
    eventually("a record that is as any other", PATIENCE, async || {
        let keys: Vec<String> = redis.ask("KEYS lti:v1:d:*").await;
        let record: String = redis.ask(&format!("GET {}", keys[0])).await;
        (!record.contains("unlisted")).then_some(())
    })
    .await;
    let before = redis.calls_of("zadd").await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    assert_eq!(redis.calls_of("zadd").await, before);
}

// Y08: one that an earlier release kept, whose record does not say so
#[tokio::test]
async fn a_deployment_that_is_not_listed_is_listed_when_its_status_is_set() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let keys: Vec<String> = redis.ask("KEYS lti:v1:i:*").await;
    let _: () = redis.ask(&format!("DEL {}", keys[0])).await;
    assert_eq!(listed(&app).await, Ok(0));

    let key = deployment(&app);
    let shut = app.store.set_status(&key, DeploymentStatus::Disabled).await;
    assert!(shut.unwrap().is_some());
    assert_eq!(listed(&app).await, Ok(1));
}

// Y08: whoever sets a status without a script undoes nothing that another changed meanwhile
#[tokio::test]
async fn a_status_that_is_set_without_a_script_undoes_no_other_change() {
    let redis = Lack::new(NO_EVAL, "").server().await;
    let app = tool_at(&with_user(&redis.url())).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let key = deployment(&app);
    let (one, other) = (
        app.store.clone(),
        RedisStore::connect(with_user(&redis.url())).await,
    );
    let other = other.unwrap();
    for _ in 0..30 {
        for store in [&one, &other] {
            store
                .set_status(&key, DeploymentStatus::Pending)
                .await
                .unwrap();
        }
        let (shut, approved) = tokio::join!(
            one.set_status(&key, DeploymentStatus::Disabled),
            other.approve(&key)
        );
        assert_eq!(shut.unwrap().unwrap().status(), DeploymentStatus::Disabled);
        approved.unwrap().unwrap();
        let kept = one.find(&key).await.unwrap().unwrap();
        assert_eq!(kept.status(), DeploymentStatus::Disabled);
    }
}
