//! One run: what is about the tool itself, and then each registration.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

use crate::{
    access_token::Asker,
    doctor::{
        Doctor, Finding, Report,
        examination::Examination,
        listed::{Entry, Listed},
        own_key_set,
        own_urls::{self, OwnUrls},
        probe::Probe,
    },
    outbound::AddressPolicy,
    web_address::is_loopback,
};

/// How many registrations are checked at once.
const AT_ONCE: usize = 4;

/// How many deadlines one registration may take in all.
const DEADLINES: u32 = 6;

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
        let mut findings = listed.findings.clone();
        let (own, is_key_set_good) = self.own_side().await;
        findings.splice(0..0, own);
        let wanted = listed.entries.iter().filter(|entry| self.is_wanted(entry));
        let wanted: Vec<Entry> = wanted.cloned().collect();
        let checked = wanted.len();
        let mut of_registrations = self.registrations(wanted, is_key_set_good).await;
        of_registrations.sort_by_key(|(index, _)| *index);
        findings.extend(
            of_registrations
                .into_iter()
                .flat_map(|(_, findings)| findings),
        );
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

    /// What is about the tool itself, and whether its key set is good, where it was looked at.
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
            is_key_set_good = Some(found.is_empty());
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

    async fn registrations(
        &self,
        entries: Vec<Entry>,
        is_key_set_good: Option<bool>,
    ) -> Vec<(usize, Vec<Finding>)> {
        let doctor = self.doctor;
        let examination = Arc::new(Examination {
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
        });
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        let longest = doctor.deadline.saturating_mul(DEADLINES);
        // Dropped with this future, it ends all that it runs.
        let mut running = JoinSet::new();
        for (index, entry) in entries.into_iter().enumerate() {
            let (examination, permits) = (Arc::clone(&examination), Arc::clone(&permits));
            running.spawn(async move {
                // Nobody closes it.
                let _permit = permits.acquire_owned().await;
                let found = timeout(longest, examination.of(&entry)).await;
                let found = found.unwrap_or_else(|_| vec![unfinished(longest)]);
                let found = found.into_iter().map(|finding| finding.of(&entry.subject));
                (index, found.collect())
            });
        }
        let mut all = Vec::new();
        while let Some(joined) = running.join_next().await {
            all.extend(joined.ok());
        }
        all
    }
}

fn unfinished(longest: Duration) -> Finding {
    let seen = format!(
        "the checks of this registration took longer than {} s",
        longest.as_secs()
    );
    Finding::error("unfinished", seen)
        .wanted("answers within a few seconds")
        .remedy("check this registration alone, and see which of its servers is slow")
}
