//! A Redis whose data is not what it was told, under a connection that stays.

use std::time::Duration;

use tower_lti::RedisStore;

use crate::{
    app::{App, code},
    cluster::Cluster,
    eventually::eventually,
    load::Load,
    login::Login,
    proxy::Proxy,
    server::{PATIENCE, RedisServer},
    switch::Switch,
    tool_at, tool_over,
};

/// Longer than it takes until a server is looked at again.
const A_LOOK: Duration = Duration::from_millis(1_500);

/// Longer than launches that come at once share a look.
const A_MOMENT: Duration = Duration::from_millis(10);

/// A copy of a server as it is now, which follows it no more.
async fn copy_of(redis: &RedisServer) -> RedisServer {
    let copy = redis.replica().await;
    let _: () = copy.ask("REPLICAOF NO ONE").await;
    copy
}

/// Makes a server a replica of the other one, with its data, and a master again.
async fn take_over(redis: &RedisServer, from: &RedisServer) {
    let of = format!("REPLICAOF 127.0.0.1 {}", from.port());
    let _: () = redis.ask(&of).await;
    redis.has_caught_up().await;
    let _: () = redis.ask("REPLICAOF NO ONE").await;
}

async fn is_refused(used: &mut Login) {
    assert_eq!(code(&used.post().await), "state_expired");
    assert_ne!(used.launch().await, 200);
}

/// Somebody logs in and launches.
async fn gets_in(app: &App<RedisStore>) {
    let mut login = Login::at(app).await;
    let answer = login.post().await;
    assert_eq!(answer.status(), 200, "{}", code(&answer));
}

/// Somebody gets in at the second try at the latest: a login that is older than the last reply before the loss is
/// refused, and the next one is not.
async fn gets_in_soon(app: &App<RedisStore>) {
    let first = Login::at(app).await.post().await;
    if first.status() != 200 {
        assert_eq!(code(&first), "state_expired");
        gets_in(app).await;
    }
}

// Y01
#[tokio::test]
async fn a_server_that_was_given_an_old_copy_lets_no_used_launch_in() {
    for fresh_comes_first in [false, true] {
        let redis = RedisServer::start().await;
        let app = tool_at(&redis.url()).await;
        gets_in(&app).await;
        let copy = copy_of(&redis).await;
        let mut used = Login::at(&app).await;
        assert_eq!(used.launch().await, 200);

        take_over(&redis, &copy).await;

        if fresh_comes_first {
            gets_in(&app).await;
        }
        is_refused(&mut used).await;
        gets_in(&app).await;
    }
}

// Y01: nobody but the watch looks in between, and a tool that has used nothing up is asked
#[tokio::test]
async fn an_instance_that_is_idle_learns_of_an_old_copy_as_well() {
    let redis = RedisServer::start().await;
    let (app, idle) = (tool_at(&redis.url()).await, tool_at(&redis.url()).await);
    let copy = copy_of(&redis).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    tokio::time::sleep(A_LOOK).await;

    take_over(&redis, &copy).await;

    assert_eq!(used.at_another_tool(&idle).await, 401);
    gets_in(&idle).await;
    // And one that knows nothing but what stands in Redis.
    let anew = tool_at(&redis.url()).await;
    assert_ne!(used.at_another_tool(&anew).await, 200);
    assert_ne!(used.launch().await, 200);
    gets_in(&app).await;
}

// Y01, Y04: nobody else's launch is forgotten because an idle instance had lost its connection before
#[tokio::test]
async fn an_idle_instance_whose_connection_broke_lets_no_used_launch_in() {
    let redis = RedisServer::start().await;
    let (app, idle) = (tool_at(&redis.url()).await, tool_at(&redis.url()).await);
    gets_in(&idle).await;
    let _: usize = redis.ask("CLIENT KILL TYPE normal").await;
    tokio::time::sleep(A_LOOK).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    tokio::time::sleep(A_LOOK).await;

    let _: () = redis.ask("FLUSHALL").await;

    assert_eq!(used.at_another_tool(&idle).await, 401);
    gets_in(&idle).await;
}

// Y01: a tool that was started after it finds a history that is not the one that was written here
#[tokio::test]
async fn a_tool_that_starts_after_an_old_copy_was_taken_lets_no_used_launch_in() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let copy = copy_of(&redis).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    drop(app);

    take_over(&redis, &copy).await;

    let app = tool_at(&redis.url()).await;
    assert_eq!(used.at_another_tool(&app).await, 401);
    gets_in(&app).await;
    assert_eq!(used.launch_from_another_browser().await, 401);
}

// Y01
#[tokio::test]
async fn an_old_copy_under_load_lets_nobody_in_twice() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(std::time::Instant::now(), PATIENCE).await;
    let copy = copy_of(&redis).await;
    let mut used = Vec::new();
    for _ in 0..20 {
        let mut login = Login::at(&app).await;
        assert_eq!(login.launch().await, 200);
        used.push(login);
    }

    take_over(&redis, &copy).await;

    for login in &mut used {
        assert_ne!(login.launch().await, 200);
    }
    load.is_served(std::time::Instant::now(), PATIENCE).await;
    load.stop().await;
}

// Y01: what happens to a history without any loss
#[tokio::test]
async fn a_server_that_gets_its_first_replica_refuses_nobody() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    gets_in(&app).await;
    let mut early = Login::at(&app).await;
    let mut late = Login::at(&app).await;
    let before: String = redis.ask("INFO replication").await;

    let _replica = redis.replica().await;
    let after: String = redis.ask("INFO replication").await;
    let id = |info: &str| info.split("master_replid:").nth(1).unwrap()[..40].to_owned();
    assert_ne!(id(&before), id(&after), "a history of another name");

    assert_eq!(early.launch().await, 200);
    tokio::time::sleep(A_LOOK).await;
    assert_eq!(late.launch().await, 200);
    let anew = tool_at(&redis.url()).await;
    let login = Login::at(&app).await;
    assert_eq!(login.at_another_tool(&anew).await, 200);
}

// Y01: data that goes back, and nothing else that changes
#[tokio::test]
async fn an_older_database_in_place_of_the_one_that_was_told_lets_no_used_launch_in() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    gets_in(&app).await;
    for key in redis.ask::<Vec<String>>("KEYS lti:*").await {
        let _: usize = redis.ask(&format!("COPY {key} {key} DB 1")).await;
    }
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);

    let _: () = redis.ask("SWAPDB 0 1").await;

    gets_in_soon(&app).await;
    is_refused(&mut used).await;
    let _: () = redis.ask("FLUSHALL").await;
    gets_in_soon(&app).await;
    is_refused(&mut used).await;
}

// Y02
#[tokio::test]
async fn a_failover_behind_a_proxy_that_keeps_its_clients_lets_no_used_launch_in() {
    for fresh_comes_first in [false, true] {
        let master = RedisServer::start().await;
        let switch = Switch::to(master.port()).await;
        let (app, idle) = (tool_at(&switch.url()).await, tool_at(&switch.url()).await);
        gets_in(&app).await;
        let copy = copy_of(&master).await;
        let mut used = Login::at(&app).await;
        assert_eq!(used.launch().await, 200);
        tokio::time::sleep(A_LOOK).await;

        switch.lead_to(copy.port());

        if fresh_comes_first {
            gets_in(&app).await;
        }
        assert_eq!(used.at_another_tool(&idle).await, 401);
        assert_ne!(used.launch().await, 200);
        gets_in(&app).await;
        gets_in(&idle).await;
    }
}

// Y02: a tool that may not ask which server it is
#[tokio::test]
async fn a_copy_is_told_by_the_nonce_that_is_not_there() {
    let master = RedisServer::start().await;
    let copy = copy_of(&master).await;
    for server in [&master, &copy] {
        let _: () = server.ask("ACL SETUSER lti on >p ~lti:* +set +get").await;
    }
    let switch = Switch::to(master.port()).await;
    let app = tool_at(&switch.url().replace("redis://", "redis://lti:p@")).await;
    gets_in(&app).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    // What the copy has got, but for the nonces.
    let memory: String = master.ask("GET lti:v1:m").await;
    let _: () = copy.ask_words(&["SET", "lti:v1:m", &memory]).await;
    switch.lead_to(copy.port());

    gets_in(&app).await;
    is_refused(&mut used).await;
}

// Y02: in a cluster
#[tokio::test]
async fn a_replica_of_a_cluster_that_took_over_too_early_lets_no_used_launch_in() {
    let mut cluster = Cluster::with_replicas().await;
    let app = tool_at(&cluster.url()).await;
    gets_in(&app).await;
    cluster.replicas[1].stop().await;
    let _: usize = cluster.masters[1].ask("CLIENT KILL TYPE replica").await;
    let mut used = Vec::new();
    while cluster.masters[1].nonces().await < 3 {
        let mut login = Login::at(&app).await;
        assert_eq!(login.launch().await, 200);
        used.push(login);
    }

    cluster.masters[1].kill();
    cluster.replicas[1].go_on();
    let replica = &cluster.replicas[1];
    let _: () = replica.ask("CLUSTER FAILOVER TAKEOVER").await;
    eventually("everybody served", PATIENCE, async || {
        for _ in 0..12 {
            if Login::at(&app).await.launch().await != 200 {
                return None;
            }
        }
        Some(())
    })
    .await;

    for login in &mut used {
        assert_ne!(login.launch().await, 200);
    }
}

// Y03: a clock that was set forward, and the first of two nonces that has expired by it
#[tokio::test]
async fn a_clock_of_redis_that_is_set_forward_lets_no_used_launch_in() {
    for idles in [false, true] {
        let redis = RedisServer::start().await;
        let switch = Switch::to(redis.port()).await;
        let app = tool_at(&switch.url()).await;
        let mut used = Login::at(&app).await;
        assert_eq!(used.launch().await, 200);
        let nonces: Vec<String> = redis.ask("KEYS lti:v1:n:*").await;
        // Less than a minute is nothing: nonces are kept a minute longer than they have to.
        let mut under_way = Login::at(&app).await;
        switch.set_clock_ahead(20);
        tokio::time::sleep(A_LOOK).await;
        assert_eq!(under_way.launch().await, 200);

        switch.set_clock_ahead(90);
        let _: usize = redis.ask(&format!("DEL {}", nonces[0])).await;
        tokio::time::sleep(if idles { A_LOOK } else { A_MOMENT }).await;

        is_refused(&mut used).await;
        gets_in(&app).await;
        // A step back forgets nothing.
        let mut late = Login::at(&app).await;
        switch.set_clock_ahead(0);
        tokio::time::sleep(A_LOOK).await;
        assert_eq!(late.launch().await, 200);
        assert_eq!(late.launch().await, 409);
    }
}

// Y05
#[tokio::test]
async fn whoever_logs_in_after_a_master_of_a_cluster_came_back_empty_gets_in() {
    let mut cluster = Cluster::of(3).await;
    let app = tool_at(&cluster.url()).await;
    let mut used = Vec::new();
    for _ in 0..30 {
        let mut login = Login::at(&app).await;
        assert_eq!(login.launch().await, 200);
        used.push(login);
    }
    let mut under_way = Vec::new();
    for _ in 0..30 {
        under_way.push(Login::at(&app).await);
    }
    let lost = cluster.masters[1].nonces().await;
    assert!(lost > 0, "a part of the nonces is there");

    cluster.masters[1].kill();
    cluster.masters[1].restart().await;
    cluster.agrees().await;
    let mut fresh = Vec::new();
    for _ in 0..400 {
        fresh.push(Login::at(&app).await);
    }

    let mut expired = 0;
    for login in &mut fresh {
        // What the tool has of the master is a connection that broke.
        let (status, _) = eventually("an answer of the store", PATIENCE, async || {
            Some(login.launch().await).filter(|status| *status != 503)
        })
        .await;
        expired += usize::from(status != 200);
    }
    assert_eq!(expired, 0, "of those that logged in later");
    for login in &mut used {
        assert_ne!(login.launch().await, 200);
    }
    let mut refused = 0;
    for login in &mut under_way {
        refused += usize::from(login.launch().await == 401);
    }
    assert!(refused < 30, "the other masters have forgotten nothing");
}

// Y06
#[tokio::test]
async fn the_first_launch_in_a_fresh_cluster_gets_in() {
    let cluster = Cluster::of(3).await;
    let app = tool_over(RedisStore::lazy(cluster.url()).unwrap());
    let mut logins = Vec::new();
    for _ in 0..100 {
        logins.push(Login::at(&app).await);
    }
    for login in &mut logins {
        assert_eq!(login.launch().await, 200);
    }
}

// Y04, N50: an instance that was made before, and that nobody had asked anything
#[tokio::test]
async fn an_instance_that_nobody_asked_anything_lets_no_used_launch_in() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let idle = tool_over(RedisStore::lazy(redis.url()).unwrap());
    tokio::time::sleep(A_LOOK).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    tokio::time::sleep(A_LOOK).await;

    drop(app);
    let _: () = redis.ask("FLUSHALL").await;

    assert_eq!(used.at_another_tool(&idle).await, 401);
    gets_in(&idle).await;
}

// N50
#[tokio::test]
async fn the_first_launch_on_a_fresh_server_gets_in_however_late_it_is_reached() {
    let proxy = Proxy::to(0).await;
    let app = tool_over(RedisStore::lazy(proxy.url()).unwrap());
    let (mut first, mut second) = (Login::at(&app).await, Login::at(&app).await);
    assert_eq!(first.launch().await, 503, "nobody is there");
    let redis = RedisServer::start().await;

    proxy.lead_to(redis.port());

    eventually("a launch that is answered", PATIENCE, async || {
        let answer = first.post().await;
        (answer.status() != 503).then(|| assert_eq!(answer.status(), 200))
    })
    .await;
    assert_eq!(second.launch().await, 200);
    assert_eq!(first.launch().await, 409);
}

// Y06, X24: what was used before the tool and its server were started is refused all the same
#[tokio::test]
async fn a_tool_that_connects_late_to_an_empty_server_lets_no_used_launch_in() {
    let mut redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    redis.kill();
    redis.restart().await;

    let anew = tool_over(RedisStore::lazy(redis.url()).unwrap());
    assert_eq!(used.at_another_tool(&anew).await, 401);
    gets_in(&anew).await;
}
