//! Which history of writes a server continues.
//!
//! A process has a `run_id`, and a history of writes a `master_replid`. A server that is made a replica of
//! another one and a master again keeps the first and not the second: its data is the other's.

/// Stands for a server that does not say which one it is, or for many: they are told apart by nothing.
pub(super) const UNKNOWN: &str = "-";

/// How often a server may seem to become one again that it was before. It does not happen to a server, but
/// to a name with several behind it.
const RETURNS: u32 = 3;

/// How many former histories are kept, to know a return by.
const FORMER: usize = 8;

/// A process and the history that it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lineage {
    /// Changes when the server starts anew, and is another one on every server.
    run_id: String,
    /// Changes when a replica becomes a master; also, without any loss, when a server gets its first replica
    /// or has had none for an hour. Empty before Redis 4.0.
    replid: String,
    /// Whether its data was another history's before: it was a replica once.
    has_forebear: bool,
}

/// A field of what a server says of itself.
pub(super) fn field<'a>(info: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = info.lines().filter_map(|line| line.split_once(':'));
    lines.find_map(|(name, value)| (name == wanted).then_some(value.trim()))
}

/// The id of a process.
#[cfg(feature = "redis-cluster")]
pub(super) fn run_id(info: &str) -> Option<&str> {
    field(info, "run_id")
}

impl Lineage {
    /// The id of the process.
    pub(super) fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Whether its data was another history's before.
    pub(super) fn has_forebear(&self) -> bool {
        self.has_forebear
    }

    /// Reads it by the name of a field of `INFO`. A replica has none: what it will be is told when it is a
    /// master.
    pub(super) fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        if field("role") == Some("slave") {
            return None;
        }
        let before = field("master_replid2").unwrap_or_default();
        Some(Self {
            run_id: field("run_id")?.to_owned(),
            replid: field("master_replid").unwrap_or_default().to_owned(),
            has_forebear: before.bytes().any(|byte| byte != b'0'),
        })
    }

    /// As it is written: `run_id/master_replid`.
    fn text(&self) -> String {
        format!("{}/{}", self.run_id, self.replid)
    }

    /// Whether this is the same process.
    fn is_run(&self, text: &str) -> bool {
        text.split('/').next() == Some(&*self.run_id)
    }

    /// Whether a server that is like this now has kept what it had when it was called `text`.
    fn continues(&self, text: &str) -> bool {
        let replid = text.split_once('/').map(|(_, replid)| replid);
        self.is_run(text)
            && (!self.has_forebear || replid.is_none_or(|replid| replid == self.replid))
    }
}

/// The lineage that a server was met with last.
#[derive(Debug, Default)]
pub(super) struct KnownLineage {
    now: Option<Lineage>,
    former: Vec<String>,
    returns: u32,
}

impl KnownLineage {
    /// Whether one has been met.
    pub(super) fn is_some(&self) -> bool {
        self.now.is_some()
    }

    /// As it is written, or [`UNKNOWN`].
    pub(super) fn text(&self) -> String {
        self.now
            .as_ref()
            .map_or_else(|| UNKNOWN.to_owned(), Lineage::text)
    }

    /// Whether this was written about the process that was met last, as far as that can be told.
    pub(super) fn is_run(&self, text: &str) -> bool {
        self.is_it(text, Lineage::is_run)
    }

    /// Whether this was written about the data that was met last, as far as that can be told.
    pub(super) fn continues(&self, text: &str) -> bool {
        self.is_it(text, Lineage::continues)
    }

    fn is_it(&self, text: &str, is_it: fn(&Lineage, &str) -> bool) -> bool {
        text == UNKNOWN || self.now.as_ref().is_none_or(|now| is_it(now, text))
    }

    /// Takes note of the lineage that is met now, and says whether its data is not that of the last one.
    ///
    /// Where a name leads to one server and then to another, over and over, a return says nothing of the data,
    /// and counts no more.
    pub(super) fn meet(&mut self, met: &Lineage) -> bool {
        let before = self.now.replace(met.clone());
        let Some(before) = before else {
            return false;
        };
        let text = before.text();
        if met.continues(&text) {
            return false;
        }
        let returns = self.former.iter().any(|former| met.continues(former));
        self.returns += u32::from(returns);
        if self.former.len() == FORMER {
            self.former.remove(0);
        }
        self.former.push(text);
        !returns || self.returns <= RETURNS
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const NONE: &str = "0000";

    pub(crate) fn lineage(run_id: &str, replid: &str, before: &str) -> Lineage {
        Lineage::read(|field| match field {
            "run_id" => Some(run_id),
            "master_replid" => Some(replid),
            "master_replid2" => Some(before),
            _ => None,
        })
        .unwrap()
    }

    #[test]
    fn a_lineage_ends_where_the_data_may_be_anothers() {
        for (why, now, continues) in [
            ("nothing changed", lineage("run", "a", NONE), true),
            ("it got its first replica", lineage("run", "b", NONE), true),
            ("it was another's replica", lineage("run", "b", "c"), false),
            ("it was its own replica's", lineage("run", "b", "a"), false),
            ("it was a replica long ago", lineage("run", "a", "c"), true),
            ("it started again", lineage("nur", "b", NONE), false),
            ("a replica took over", lineage("nur", "b", "a"), false),
        ] {
            assert_eq!(now.continues("run/a"), continues, "{why}");
            let mut known = KnownLineage::default();
            assert!(!known.meet(&lineage("run", "a", NONE)));
            assert_eq!(known.meet(&now), !continues, "{why}");
            assert!(!known.meet(&now), "{why}: said once");
        }
        assert!(
            lineage("run", "a", "b").continues("run"),
            "as it was written before"
        );
    }

    #[test]
    fn servers_that_answer_by_turns_are_not_told_apart_for_ever() {
        let mut known = KnownLineage::default();
        let servers = [lineage("one", "a", NONE), lineage("two", "b", NONE)];
        let mut ends = 0;
        for server in servers.iter().cycle().take(100) {
            ends += u32::from(known.meet(server));
        }
        assert_eq!(ends, RETURNS + 1);
        assert!(known.meet(&lineage("three", "c", NONE)), "a stranger");
    }
}
