//! What a server says of itself: which one it is, and whether it forgets what it was told to keep.

use redis::{Value, from_redis_value};

use super::lineage::{self, Lineage};

/// What is read from `INFO`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inspection {
    /// Which server it is, and whose data it has.
    pub(super) lineage: Option<Lineage>,
    /// What time it is there, in milliseconds since 1970; not told before Redis 6.2.
    pub(super) time_ms: Option<i64>,
    /// The policy by which it evicts keys when its memory is full, if it does so.
    pub(super) evicts_by: Option<String>,
    /// How many keys it has evicted since it started.
    pub(super) evicted: u64,
}

impl Inspection {
    /// Reads the reply of one server, or of each in a cluster.
    pub(super) fn read(reply: Value) -> Self {
        match reply {
            Value::Map(servers) => servers.into_iter().map(|(_, info)| Self::read(info)).fold(
                Self::default(),
                |all, one| Self {
                    // They are many, so that none of them stands for all.
                    lineage: None,
                    time_ms: None,
                    evicts_by: all.evicts_by.or(one.evicts_by),
                    evicted: all.evicted.saturating_add(one.evicted),
                },
            ),
            reply => from_redis_value::<String>(reply)
                .map(|info| Self::of(&info))
                .unwrap_or_default(),
        }
    }

    /// Reads what one server said, some of its sections at least.
    pub(super) fn of(info: &str) -> Self {
        let field = |wanted: &str| lineage::field(info, wanted);
        let number = |wanted| field(wanted).and_then(|value| value.parse::<u64>().ok());
        let bounded = number("maxmemory").is_some_and(|bytes| bytes > 0);
        let policy = field("maxmemory_policy").filter(|policy| *policy != "noeviction");
        Self {
            lineage: Lineage::read(field),
            time_ms: number("server_time_usec").and_then(|time| i64::try_from(time / 1_000).ok()),
            evicts_by: policy.filter(|_| bounded).map(str::to_owned),
            evicted: number("evicted_keys").unwrap_or(0),
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
        for (maxmemory, policy, evicts_by) in [
            ("0", "allkeys-lru", None),
            ("52428800", "noeviction", None),
            ("52428800", "allkeys-lru", Some("allkeys-lru")),
            ("1", "volatile-ttl", Some("volatile-ttl")),
        ] {
            let read = Inspection::read(info(maxmemory, policy));
            assert_eq!(read.evicts_by.as_deref(), evicts_by, "{maxmemory} {policy}");
            assert!(read.lineage.is_some());
            assert_eq!((read.time_ms, read.evicted), (Some(1_700_000_000_123), 7));
        }
    }

    #[test]
    fn of_a_cluster_each_server_is_looked_at() {
        let node = |name: &str| Value::BulkString(name.into());
        let servers = vec![
            (node("a"), info("0", "allkeys-lru")),
            (node("b"), info("9", "allkeys-lfu")),
        ];
        let read = Inspection::read(Value::Map(servers));
        assert_eq!(read.evicts_by.as_deref(), Some("allkeys-lfu"));
        assert_eq!((read.lineage, read.evicted), (None, 14));
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        assert_eq!(Inspection::read(Value::Int(1)), Inspection::default());
    }
}
