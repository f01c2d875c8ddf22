//! One run: what is about the tool itself, and then each registration.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::{
    access_token::Asker,
    doctor::{
        Doctor, Finding, Report, Severity,
        examination::Examination,
        listed::{Entry, Listed, none_named},
        own_key_set,
        own_urls::{self, OwnUrls},
        probe::Probe,
        shared_client,
    },
    outbound::AddressPolicy,
    web_address::is_loopback,
};

const UNFINISHED: &str = "unfinished";

/// How many registrations are checked at once.
const AT_ONCE: usize = 4;

/// How many deadlines one registration may take in all.
const DEADLINES: u32 = 6;

/// How many registrations that were not reached are told one by one.
const UNFINISHED_BY_NAME: usize = 100;

/// One run over a doctor's registrations.
pub(super) struct Checkup<'a> {
    doctor: &'a Doctor,
    probe: Probe,
}

impl<'a> Checkup<'a> {
    pub(super) fn of(doctor: &'a Doctor) -> Self {
        let probe = doctor.probe();
        Self { doctor, probe }
    }

    pub(super) async fn run(self, listed: &Listed) -> Report {
        let begin = Instant::now();
        let left = || self.doctor.total_deadline.saturating_sub(begin.elapsed());
        let (mut findings, is_key_set_good) = match timeout(left(), self.own_side()).await {
            Ok(found) => found,
            Err(_) => (vec![self.out_of_time("the tool's own URLs")], None),
        };
        findings.extend(listed.findings.iter().cloned());
        let wanted = listed.entries.iter().filter(|entry| self.is_wanted(entry));
        let wanted: Vec<Entry> = wanted.cloned().collect();
        if let (Some(only), true) = (&self.doctor.only, wanted.is_empty()) {
            findings.push(none_named(only));
        }
        let examination = self.examination(listed, is_key_set_good);
        let found = registrations(examination, &wanted, left(), self.longest()).await;
        let checked = found.len();
        findings.extend(self.in_order(&wanted, found));
        let tool = self.doctor.tool.as_ref();
        let refusals = tool.map(|tool| tool.recent_refusals()).unwrap_or_default();
        Report::new(findings, checked, refusals)
    }

    fn is_wanted(&self, entry: &Entry) -> bool {
        let Some(only) = self.doctor.only.as_deref() else {
            return true;
        };
        let (registration, id) = (&entry.registration, entry.registration.id());
        id.issuer().as_str() == only
            || id.client_id().as_str() == only
            || registration.login_name() == Some(only)
    }

    /// What is about the tool itself, and whether its key set is good, where that is known.
    async fn own_side(&self) -> (Vec<Finding>, Option<bool>) {
        let OwnUrls {
            login,
            launch,
            key_set,
        } = &self.doctor.own;
        let (mut findings, mut is_key_set_good) = (Vec::new(), None);
        if let Some(url) = key_set {
            let found = match self.text("tool_key_set", url) {
                Some(wrong) => vec![wrong],
                None => {
                    let keys = self.doctor.keys.as_ref();
                    own_key_set::check(&self.probe, url, self.addresses(url), keys).await
                }
            };
            is_key_set_good = match found.iter().map(|finding| finding.severity).max() {
                None => Some(true),
                Some(Severity::Error) => Some(false),
                Some(Severity::Warning | Severity::Note) => None,
            };
            findings.extend(found);
        }
        if let Some(url) = login {
            findings.extend(match self.text("login_url", url) {
                Some(wrong) => vec![wrong],
                None => own_urls::check_login(&self.probe, url, self.addresses(url)).await,
            });
        }
        if let Some(url) = launch {
            findings.extend(match self.text("launch_url", url) {
                Some(wrong) => vec![wrong],
                None => own_urls::check_launch(&self.probe, url, self.addresses(url)).await,
            });
        }
        (findings, is_key_set_good)
    }

    fn text(&self, check: &'static str, url: &str) -> Option<Finding> {
        own_urls::check_text(check, url, self.doctor.allow_loopback_http)
    }

    /// Where requests to the tool's own URLs may go.
    fn addresses(&self, url: &str) -> AddressPolicy {
        let is_loopback = url::Url::parse(url).is_ok_and(|url| is_loopback(&url));
        AddressPolicy {
            private_networks: self.doctor.allow_private_network,
            loopback_http: self.doctor.allow_loopback_http && is_loopback,
            ..AddressPolicy::default()
        }
    }

    fn examination(&self, listed: &Listed, is_key_set_good: Option<bool>) -> Examination {
        let doctor = self.doctor;
        Examination {
            probe: self.probe.clone(),
            asker: doctor.keys.as_ref().map(|keys| Asker {
                exchange: Arc::clone(&doctor.exchange),
                keys: Some(keys.clone()),
                clock: Arc::clone(&doctor.clock),
                deadline: doctor.deadline,
                allow_loopback_http: doctor.allow_loopback_http,
            }),
            allow_loopback_http: doctor.allow_loopback_http,
            is_key_set_good,
            key_set: doctor.own.key_set.clone(),
            launch: doctor.own.launch.clone(),
            shared: shared_client::check(&listed.entries),
        }
    }

    /// How long one registration may take.
    fn longest(&self) -> Duration {
        self.doctor.deadline.saturating_mul(DEADLINES)
    }

    /// The findings in the order of the registrations, and those that were not reached.
    fn in_order(&self, wanted: &[Entry], mut found: HashMap<usize, Vec<Finding>>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut unfinished = 0;
        for (index, entry) in wanted.iter().enumerate() {
            if let Some(of_it) = found.remove(&index) {
                let of_it = of_it.into_iter();
                findings.extend(of_it.map(|finding| finding.of(&entry.subject)));
                continue;
            }
            unfinished += 1;
            if unfinished <= UNFINISHED_BY_NAME {
                findings.push(self.out_of_time("this registration").of(&entry.subject));
            }
        }
        if let Some(more @ 1..) = unfinished.checked_sub(UNFINISHED_BY_NAME) {
            findings.push(self.out_of_time(&format!("{more} more registrations")));
        }
        findings
    }

    fn out_of_time(&self, what: &str) -> Finding {
        let seen = format!(
            "the check ended after {} s, before {what} could be checked",
            self.doctor.total_deadline.as_secs()
        );
        Finding::error(UNFINISHED, seen)
            .wanted("answers within a few seconds")
            .remedy("check registrations one by one, and see which server is slow; or give the check more time")
    }
}

/// Checks some at once, and returns what was found within the time, by the index of the entry.
async fn registrations(
    examination: Examination,
    wanted: &[Entry],
    within: Duration,
    longest: Duration,
) -> HashMap<usize, Vec<Finding>> {
    let examination = Arc::new(examination);
    let mut waiting = wanted.iter().enumerate();
    let mut found = HashMap::new();
    // Dropped with this future, it ends all that it runs.
    let mut running = JoinSet::new();
    let all = async {
        loop {
            while running.len() < AT_ONCE
                && let Some((index, entry)) = waiting.next()
            {
                let (examination, entry) = (Arc::clone(&examination), entry.clone());
                running.spawn(async move {
                    let found = timeout(longest, examination.of(&entry)).await;
                    (index, found.unwrap_or_else(|_| vec![unfinished(longest)]))
                });
            }
            match running.join_next().await {
                Some(joined) => found.extend(joined.ok()),
                None => break,
            }
        }
    };
    // What is not there by then was not finished.
    let _ = timeout(within, all).await;
    found
}

fn unfinished(longest: Duration) -> Finding {
    let seen = format!(
        "the checks of this registration took longer than {} s",
        longest.as_secs()
    );
    Finding::error(UNFINISHED, seen)
        .wanted("answers within a few seconds")
        .remedy("check this registration alone, and see which of its servers is slow")
}
