//! What a Redis was asked for, as the server itself counts it.

use std::collections::BTreeMap;

use redis::aio::MultiplexedConnection;

use crate::redis_server::RedisServer;

/// The server, and one who asks it what it has done since it was last asked.
pub(super) struct Meter {
    observer: MultiplexedConnection,
}

/// How often the server read from a socket, and how often each command was called.
#[derive(Debug)]
pub(super) struct Cost {
    round_trips: u64,
    commands: BTreeMap<String, u64>,
}

/// A launch may carry a look at the server in its own round trip: two sections of `INFO`, and a `GET` of the
/// nonce that was used up before.
impl PartialEq for Cost {
    fn eq(&self, should: &Self) -> bool {
        let number = |of: &Self, name| of.commands.get(name).copied().unwrap_or(0);
        let others = |of: &Self| {
            let mut commands = of.commands.clone();
            commands.retain(|name, _| !["get", "info"].contains(&name.as_str()));
            commands
        };
        let looks = number(self, "info") / 2;
        let gets = number(should, "get")..=number(should, "get") + looks;
        self.round_trips == should.round_trips
            && others(self) == others(should)
            && number(self, "info").is_multiple_of(2)
            && looks <= number(should, "set")
            && gets.contains(&number(self, "get"))
    }
}

/// So many round trips, with these commands.
pub(super) fn cost(round_trips: u64, commands: &[(&str, u64)]) -> Cost {
    let commands = commands
        .iter()
        .map(|(name, calls)| ((*name).to_owned(), *calls));
    Cost {
        round_trips,
        commands: commands.collect(),
    }
}

impl Meter {
    pub(super) async fn of(server: &RedisServer) -> Self {
        let observer = server.connection().await;
        Self { observer }
    }

    pub(super) async fn reset(&mut self) {
        let reset: String = redis::cmd("CONFIG")
            .arg("RESETSTAT")
            .query_async(&mut self.observer)
            .await
            .unwrap();
        assert_eq!(reset, "OK");
    }

    /// What was done since [`reset`](Self::reset), without the question itself.
    pub(super) async fn read(&mut self) -> Cost {
        let info: String = redis::cmd("INFO")
            .arg("everything")
            .query_async(&mut self.observer)
            .await
            .unwrap();
        let number = |text: &str| -> u64 {
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap()
        };
        let (_, reads) = info.split_once("total_reads_processed:").unwrap();
        let called = info.lines().filter_map(|line| {
            let (name, calls) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name.to_owned(), number(calls)))
        });
        Cost {
            round_trips: number(reads) - 1,
            commands: called
                .filter(|(name, _)| name != "config|resetstat")
                .collect(),
        }
    }
}
