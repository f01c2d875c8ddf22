//! A Redis Cluster.

use std::time::Duration;

use super::{RedisServer, eventually::eventually, port::free_port, server::PATIENCE};

/// How many slots there are in all.
const SLOTS: usize = 16_384;

/// Masters that share the slots, and their replicas, if they have any.
pub(crate) struct Cluster {
    pub(crate) masters: Vec<RedisServer>,
    pub(crate) replicas: Vec<RedisServer>,
}

impl Cluster {
    /// Starts so many masters, and waits until they agree.
    pub(crate) async fn of(masters: usize) -> Self {
        Self::with(masters, &[]).await
    }

    /// Starts so many masters that go on where one of them is down.
    pub(crate) async fn that_goes_on(masters: usize) -> Self {
        Self::with(masters, &["--cluster-require-full-coverage", "no"]).await
    }

    async fn with(masters: usize, settings: &[&str]) -> Self {
        let mut nodes = Vec::new();
        for _ in 0..masters {
            nodes.push(node(settings).await);
        }
        let cluster = Self {
            masters: nodes,
            replicas: Vec::new(),
        };
        cluster.share_slots().await;
        cluster
    }

    /// Starts one master that tells everybody to come to this port.
    pub(crate) async fn of_one_at(port: u16) -> Self {
        let announced = ["--cluster-announce-port", &port.to_string()];
        let cluster = Self {
            masters: vec![node(&announced).await],
            replicas: Vec::new(),
        };
        cluster.share_slots().await;
        cluster
    }

    /// Starts three masters with a replica each.
    pub(crate) async fn with_replicas() -> Self {
        let mut cluster = Self::of(3).await;
        for master in 0..cluster.masters.len() {
            let replica = node(&[]).await;
            cluster.meet(&replica).await;
            cluster.replicas.push(replica);
            cluster.agrees().await;
            let id: String = cluster.masters[master].ask("CLUSTER MYID").await;
            let replicate = format!("CLUSTER REPLICATE {id}");
            let _: () = cluster.replicas[master].ask(&replicate).await;
        }
        for replica in &cluster.replicas {
            replica.has_caught_up().await;
        }
        cluster.agrees().await;
        cluster
    }

    pub(crate) fn url(&self) -> String {
        let hosts = self.masters.iter();
        let hosts: Vec<_> = hosts
            .map(|master| format!("127.0.0.1:{}", master.port()))
            .collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &RedisServer> {
        self.masters.iter().chain(&self.replicas)
    }

    async fn share_slots(&self) {
        for (number, master) in self.masters.iter().enumerate() {
            let share = SLOTS / self.masters.len();
            let first = number * share;
            let last = match number + 1 {
                next if next == self.masters.len() => SLOTS - 1,
                next => next * share - 1,
            };
            let epoch = format!("CLUSTER SET-CONFIG-EPOCH {}", number + 1);
            let _: () = master.ask(&epoch).await;
            let slots = format!("CLUSTER ADDSLOTSRANGE {first} {last}");
            let _: () = master.ask(&slots).await;
            if number > 0 {
                self.meet(master).await;
            }
        }
        self.agrees().await;
    }

    async fn meet(&self, newcomer: &RedisServer) {
        let (port, bus) = (newcomer.port(), newcomer.bus_port());
        let meet = format!("CLUSTER MEET 127.0.0.1 {port} {bus}");
        let _: () = self.masters[0].ask(&meet).await;
    }

    /// Waits until all nodes know all others and find all slots in good hands.
    pub(crate) async fn agrees(&self) {
        let known = format!("cluster_known_nodes:{}\r\n", self.nodes().count());
        for node in self.nodes() {
            eventually("a cluster that agrees", PATIENCE, async || {
                let info: String = node.ask("CLUSTER INFO").await;
                let agrees = info.contains("cluster_state:ok") && info.contains(&known);
                agrees.then_some(())
            })
            .await;
        }
    }

    /// Moves a slot and what is in it from one master to another, under whatever is going on, and stays
    /// half way for a while.
    pub(crate) async fn move_slot(
        &self,
        slot: u16,
        from: &RedisServer,
        to: &RedisServer,
        half_way: Duration,
    ) {
        let from_id: String = from.ask("CLUSTER MYID").await;
        let to_id: String = to.ask("CLUSTER MYID").await;
        let set = format!("CLUSTER SETSLOT {slot}");
        let _: () = to.ask(&format!("{set} IMPORTING {from_id}")).await;
        let _: () = from.ask(&format!("{set} MIGRATING {to_id}")).await;
        loop {
            let get = format!("CLUSTER GETKEYSINSLOT {slot} 100");
            let keys: Vec<String> = from.ask(&get).await;
            if keys.is_empty() {
                break;
            }
            let port = to.port().to_string();
            let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "1000", "KEYS"];
            migrate.extend(keys.iter().map(String::as_str));
            let _: String = from.ask_words(&migrate).await;
        }
        tokio::time::sleep(half_way).await;
        for node in [to, from] {
            let _: () = node.ask(&format!("{set} NODE {to_id}")).await;
        }
    }

    /// The master that has a slot.
    pub(crate) async fn master_of(&self, slot: u16) -> &RedisServer {
        for master in &self.masters {
            let nodes: String = master.ask("CLUSTER NODES").await;
            let own = nodes.lines().find(|line| line.contains("myself"));
            let ranges = own.unwrap().split(' ').skip(8);
            // Slots on their way are in brackets.
            for range in ranges.filter(|range| !range.starts_with('[')) {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                let slots = first.parse::<u16>().unwrap()..=last.parse().unwrap();
                if slots.contains(&slot) {
                    return master;
                }
            }
        }
        panic!("nobody has slot {slot}");
    }
}

async fn node(more: &[&str]) -> RedisServer {
    let mut settings = vec!["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
    settings.extend(more);
    let bus = free_port().to_string();
    settings.extend(["--cluster-port", &bus]);
    RedisServer::with(&settings).await
}
