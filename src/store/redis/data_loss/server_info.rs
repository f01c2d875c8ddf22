//! What a server reports about itself: `INFO`.

use redis::{Value, from_redis_value};

use super::server_identity::ServerIdentity;

/// A field of `INFO`.
pub(crate) fn info_field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = info.lines().filter_map(|line| line.split_once(':'));
    fields.find_map(|(field, value)| (field == name).then_some(value.trim()))
}

/// The fields of `INFO` that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerInfo {
    /// `None` for a replica, and for many servers.
    pub(super) identity: Option<ServerIdentity>,
    /// The server's clock, in milliseconds since 1970; `None` before Redis 6.2.
    pub(super) time_ms: Option<i64>,
    /// The `maxmemory-policy`, if the server evicts keys when its memory is full.
    pub(crate) eviction_policy: Option<String>,
    /// How many keys it has evicted since it started.
    pub(crate) evicted_keys: u64,
}

impl ServerInfo {
    /// Reads the reply of one server, or of each in a cluster.
    pub(crate) fn read(reply: Value) -> Self {
        match reply {
            Value::Map(servers) => servers.into_iter().map(|(_, info)| Self::read(info)).fold(
                Self::default(),
                |all, one| Self {
                    identity: None,
                    time_ms: None,
                    eviction_policy: all.eviction_policy.or(one.eviction_policy),
                    evicted_keys: all.evicted_keys.saturating_add(one.evicted_keys),
                },
            ),
            reply => from_redis_value::<String>(reply)
                .map(|info| Self::parse(&info))
                .unwrap_or_default(),
        }
    }

    /// Parses the text of one server, or some sections of it.
    pub(super) fn parse(info: &str) -> Self {
        let field = |name: &str| info_field(info, name);
        let number = |name| field(name).and_then(|value| value.parse::<u64>().ok());
        let is_bounded = number("maxmemory").is_some_and(|bytes| bytes > 0);
        let policy = field("maxmemory_policy").filter(|policy| *policy != "noeviction");
        Self {
            identity: ServerIdentity::read(field),
            time_ms: number("server_time_usec").and_then(|time| i64::try_from(time / 1_000).ok()),
            eviction_policy: policy.filter(|_| is_bounded).map(str::to_owned),
            evicted_keys: number("evicted_keys").unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(maxmemory: &str, policy: &str) -> Value {
        let text = format!(
            "# Server\r\nrun_id:abc\r\nserver_time_usec:1700000000123456\r\n# Memory\r\nmaxmemory:{maxmemory}\r\nmaxmemory_human:1B\r\n\
             maxmemory_policy:{policy}\r\n# Stats\r\nevicted_keys:7\r\n"
        );
        Value::BulkString(text.into_bytes())
    }

    #[test]
    fn a_server_evicts_if_its_memory_has_a_bound_and_its_policy_says_so() {
        for (maxmemory, policy, policy_in) in [
            ("0", "allkeys-lru", None),
            ("52428800", "noeviction", None),
            ("52428800", "allkeys-lru", Some("allkeys-lru")),
            ("1", "volatile-ttl", Some("volatile-ttl")),
        ] {
            let read = ServerInfo::read(info(maxmemory, policy));
            assert_eq!(
                read.eviction_policy.as_deref(),
                policy_in,
                "{maxmemory} {policy}"
            );
            assert!(read.identity.is_some());
            assert_eq!(
                (read.time_ms, read.evicted_keys),
                (Some(1_700_000_000_123), 7)
            );
        }
    }

    #[test]
    fn of_a_cluster_each_server_is_looked_at() {
        let node = |name: &str| Value::BulkString(name.into());
        let servers = vec![
            (node("a"), info("0", "allkeys-lru")),
            (node("b"), info("9", "allkeys-lfu")),
        ];
        let read = ServerInfo::read(Value::Map(servers));
        assert_eq!(read.eviction_policy.as_deref(), Some("allkeys-lfu"));
        assert_eq!((read.identity, read.evicted_keys), (None, 14));
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        assert_eq!(ServerInfo::read(Value::Int(1)), ServerInfo::default());
    }
}
