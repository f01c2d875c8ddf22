//! Which server it is, and which replication history its data belongs to.
//!
//! A process has a `run_id`, and a history of writes a `master_replid`. A server that is made a replica of
//! another one and a master again keeps its `run_id`, but its data is the other server's.

/// Written in place of an identity that the server does not report, or of many servers.
const UNKNOWN: &str = "-";

/// How often a server may seem to become a former one again. This is not a restart, but a name with several
/// servers behind it, as with a proxy.
const MAX_RETURNS: u32 = 3;

/// How many former identities are kept to recognise a return.
const MAX_FORMER: usize = 8;

/// A process and its replication history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerIdentity {
    /// Unique for each server process.
    run_id: String,
    /// Changes when a replica becomes a master; also, without any loss, when a server gets its first replica,
    /// or has had none for an hour. Empty before Redis 4.0.
    replid: String,
    /// Whether it has been a replica, so that its data was another server's.
    was_replica: bool,
}

impl ServerIdentity {
    pub(super) fn run_id(&self) -> &str {
        &self.run_id
    }

    pub(super) fn was_replica(&self) -> bool {
        self.was_replica
    }

    /// Reads it from the fields of `INFO`; `None` for a replica.
    pub(super) fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        if field("role") == Some("slave") {
            return None;
        }
        let former_replid = field("master_replid2").unwrap_or_default();
        Some(Self {
            run_id: field("run_id")?.to_owned(),
            replid: field("master_replid").unwrap_or_default().to_owned(),
            was_replica: former_replid.bytes().any(|byte| byte != b'0'),
        })
    }

    /// The stored form: `run_id/master_replid`.
    fn to_text(&self) -> String {
        format!("{}/{}", self.run_id, self.replid)
    }

    /// Whether the stored form is of this process.
    fn is_process(&self, text: &str) -> bool {
        text.split('/').next() == Some(&*self.run_id)
    }

    /// Whether this server still has the data of the server whose stored form is `text`.
    fn has_data_of(&self, text: &str) -> bool {
        let replid = text.split_once('/').map(|(_, replid)| replid);
        self.is_process(text)
            && (!self.was_replica || replid.is_none_or(|replid| replid == self.replid))
    }
}

/// The identity that a server reported last, and its former ones.
#[derive(Debug, Default)]
pub(super) struct IdentityTracker {
    current: Option<ServerIdentity>,
    former: Vec<String>,
    returns: u32,
}

impl IdentityTracker {
    pub(super) fn is_known(&self) -> bool {
        self.current.is_some()
    }

    /// The stored form; `-` while it is unknown.
    pub(super) fn to_text(&self) -> String {
        let current = self.current.as_ref();
        current.map_or_else(|| UNKNOWN.to_owned(), ServerIdentity::to_text)
    }

    /// Whether the stored form is of the current process, as far as is known.
    pub(super) fn is_process(&self, text: &str) -> bool {
        self.matches(text, ServerIdentity::is_process)
    }

    /// Whether the stored form is of the current data, as far as is known.
    pub(super) fn has_data_of(&self, text: &str) -> bool {
        self.matches(text, ServerIdentity::has_data_of)
    }

    fn matches(&self, text: &str, is_same: fn(&ServerIdentity, &str) -> bool) -> bool {
        let is_same = |current| is_same(current, text);
        text == UNKNOWN || self.current.as_ref().is_none_or(is_same)
    }

    /// Records the reported identity, and returns whether its data is not the former one's.
    ///
    /// Where a name leads to several servers in turn, returns say nothing about the data, and stop counting.
    pub(super) fn observe(&mut self, reported: &ServerIdentity) -> bool {
        let before = self.current.replace(reported.clone());
        let Some(before) = before else {
            return false;
        };
        let text = before.to_text();
        if reported.has_data_of(&text) {
            return false;
        }
        let returns = self
            .former
            .iter()
            .any(|former| reported.has_data_of(former));
        self.returns += u32::from(returns);
        if self.former.len() == MAX_FORMER {
            self.former.remove(0);
        }
        self.former.push(text);
        !returns || self.returns <= MAX_RETURNS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &str = "0000";

    fn identity(run_id: &str, replid: &str, before: &str) -> ServerIdentity {
        ServerIdentity::read(|field| match field {
            "run_id" => Some(run_id),
            "master_replid" => Some(replid),
            "master_replid2" => Some(before),
            _ => None,
        })
        .unwrap()
    }

    #[test]
    fn a_lineage_ends_where_the_data_may_be_anothers() {
        for (why, now, has_data_of) in [
            ("nothing changed", identity("run", "a", NONE), true),
            ("it got its first replica", identity("run", "b", NONE), true),
            ("it was another's replica", identity("run", "b", "c"), false),
            ("it was its own replica's", identity("run", "b", "a"), false),
            ("it was a replica long ago", identity("run", "a", "c"), true),
            ("it started again", identity("nur", "b", NONE), false),
            ("a replica took over", identity("nur", "b", "a"), false),
        ] {
            assert_eq!(now.has_data_of("run/a"), has_data_of, "{why}");
            let mut known = IdentityTracker::default();
            assert!(!known.observe(&identity("run", "a", NONE)));
            assert_eq!(known.observe(&now), !has_data_of, "{why}");
            assert!(!known.observe(&now), "{why}: said once");
        }
        assert!(
            identity("run", "a", "b").has_data_of("run"),
            "as it was written before"
        );
    }

    #[test]
    fn servers_that_answer_by_turns_are_not_told_apart_for_ever() {
        let mut known = IdentityTracker::default();
        let servers = [identity("one", "a", NONE), identity("two", "b", NONE)];
        let mut ends = 0;
        for server in servers.iter().cycle().take(100) {
            ends += u32::from(known.observe(server));
        }
        assert_eq!(ends, MAX_RETURNS + 1);
        assert!(known.observe(&identity("three", "c", NONE)), "a stranger");
    }
}
