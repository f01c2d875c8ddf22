//! `Doctor`: what is checked, and with what.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
    time::Duration,
};

use crate::{
    clock::{Clock, SystemClock},
    doctor::{
        Report,
        checkup::Checkup,
        listed::{Entry, Listed, MAX_BYTES},
        own_urls::OwnUrls,
        probe::Probe,
    },
    live_registrations::LiveRegistrations,
    outbound::{Exchange, HttpsClient, Observed},
    registration::Registration,
    tool::LtiTool,
    tool_keys::ToolKeys,
};

/// How long one request may take, unless told otherwise.
const DEADLINE: Duration = Duration::from_secs(10);

/// How long a check may take in all, unless told otherwise.
const TOTAL_DEADLINE: Duration = Duration::from_secs(120);

/// Checks registrations and the tool's own side before the first launch. Cheap to clone.
///
/// It sends requests that change nothing at a platform: GET, and requests for access tokens, which are thrown away. A
/// registration that is not active is asked for by GET alone. All of them go the way of the tool's other requests, behind
/// the same SSRF guard. See the [module docs](crate::doctor) and [the guide](crate::guide::doctor).
///
/// # Examples
///
/// ```no_run
/// use tower_lti::{LtiTool, doctor::Doctor};
///
/// async fn check(tool: &LtiTool) {
///     let report = Doctor::of_tool(tool)
///         .login_url("https://tool.example/lti/login")
///         .key_set_url("https://tool.example/lti/jwks.json")
///         .check()
///         .await;
///     println!("{report}");
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Doctor {
    /// `None`: those that the tool has when it is checked.
    pub(super) listed: Option<Arc<Listed>>,
    pub(super) tool: Option<LtiTool>,
    pub(super) own: OwnUrls,
    pub(super) keys: Option<ToolKeys>,
    pub(super) exchange: Arc<dyn Exchange>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) allow_loopback_http: bool,
    pub(super) allow_private_network: bool,
    pub(super) deadline: Duration,
    pub(super) total_deadline: Duration,
    pub(super) only: Option<String>,
}

impl Doctor {
    fn new(listed: Listed) -> Self {
        Self {
            listed: Some(Arc::new(listed)),
            tool: None,
            own: OwnUrls::default(),
            keys: None,
            exchange: observed(HttpsClient::new()),
            clock: Arc::new(SystemClock::new()),
            allow_loopback_http: false,
            allow_private_network: false,
            deadline: DEADLINE,
            total_deadline: TOTAL_DEADLINE,
            only: None,
        }
    }

    /// Checks a tool: with its HTTP client, its keys, its clock, its launch URL, and whether it allows plain http on
    /// loopback.
    ///
    /// Its registrations are asked for at each check: [`LiveRegistrations`] as their store has them then, others as far as
    /// [`RegistrationStore::show_all`](crate::store::RegistrationStore::show_all) shows them. Where it shows none, give
    /// them by [`registrations`](Self::registrations).
    #[doc(alias = "diagnostics")]
    pub fn of_tool(tool: &LtiTool) -> Self {
        Self {
            listed: None,
            own: OwnUrls {
                launch: Some(tool.launch_url().to_owned()),
                ..OwnUrls::default()
            },
            keys: tool.tool_keys().cloned(),
            exchange: Arc::clone(tool.exchange()),
            clock: tool.shared_clock(),
            allow_loopback_http: tool.allows_loopback_http(),
            tool: Some(tool.clone()),
            ..Self::new(Listed::default())
        }
    }

    /// Checks these registrations, without a tool.
    pub fn for_registrations(registrations: impl IntoIterator<Item = Registration>) -> Self {
        Self::new(entries(registrations))
    }

    /// Checks the registrations of a JSON text, in the form of
    /// [`Registrations::from_json`](crate::registration::Registrations::from_json). What cannot be read is a finding,
    /// entry by entry.
    pub fn for_json(json: &str) -> Self {
        Self::new(Listed::read(json))
    }

    /// The same for a file of at most 64 MiB. That it cannot be read is a finding.
    pub fn for_path(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let shown = path.display().to_string();
        Self::new(match read_file(path).map(String::from_utf8) {
            Ok(Ok(json)) => Listed::read(&json),
            Ok(Err(_)) => Listed::no_file(&shown, "it is not UTF-8"),
            Err(error) => Listed::no_file(&shown, &error.to_string()),
        })
    }

    /// Sets the registrations, in place of those that are known.
    pub fn registrations(mut self, registrations: impl IntoIterator<Item = Registration>) -> Self {
        self.listed = Some(Arc::new(entries(registrations)));
        self
    }

    /// Sets the public URL of [`LtiLogin`](crate::LtiLogin), as it is registered at platforms. Default: not checked.
    pub fn login_url(mut self, url: impl Into<String>) -> Self {
        self.own.login = Some(url.into());
        self
    }

    /// Sets the public URL that platforms post launches to. Default: the tool's, where there is one.
    pub fn launch_url(mut self, url: impl Into<String>) -> Self {
        self.own.launch = Some(url.into());
        self
    }

    /// Sets the public URL of [`LtiJwks`](crate::keys::LtiJwks), as it is registered at platforms. Default: not
    /// checked.
    pub fn key_set_url(mut self, url: impl Into<String>) -> Self {
        self.own.key_set = Some(url.into());
        self
    }

    /// Sets the keys that the tool signs with. Default: the tool's, where there is one; without any, no token is asked
    /// for.
    pub fn tool_keys(mut self, keys: impl Into<ToolKeys>) -> Self {
        self.keys = Some(keys.into());
        self
    }

    /// Sets the HTTP client. Default: the tool's, or else an [`HttpsClient`].
    pub fn exchange(mut self, exchange: impl Exchange) -> Self {
        self.exchange = observed(exchange);
        self
    }

    /// Sets the clock that platforms' clocks are compared with. Default: the tool's, or else the machine's own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how long one request may take. Default: ten seconds. A registration may take six times as long in all.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how long a check may take in all. Default: two minutes. A registration that is not reached by then is a
    /// finding.
    pub fn total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = deadline;
        self
    }

    /// Checks only the registrations whose issuer, client id or login name is this text.
    pub fn only(mut self, name: impl Into<String>) -> Self {
        self.only = Some(name.into());
        self
    }

    /// Allows plain http to this very machine, for development. Default: as the tool, or else https only.
    pub fn insecure_allow_loopback_http(mut self) -> Self {
        self.allow_loopback_http = true;
        self
    }

    /// Lets the tool's own URLs be at a private address. Default: they are not asked there. Platforms are where
    /// their registrations say.
    ///
    /// # Security
    ///
    /// Whoever sets the tool's own URLs can then have https servers in this network asked.
    pub fn insecure_allow_private_network(mut self) -> Self {
        self.allow_private_network = true;
        self
    }

    /// Checks everything: four registrations at once, each request within its deadline, and all within the
    /// [total](Self::total_deadline).
    ///
    /// It never fails: what cannot be checked is a finding.
    pub async fn check(&self) -> Report {
        let listed = self.all().await;
        Checkup::of(self).run(&listed).await
    }

    pub(super) fn probe(&self) -> Probe {
        Probe {
            exchange: Arc::clone(&self.exchange),
            clock: Arc::clone(&self.clock),
            deadline: self.deadline,
        }
    }

    /// The registrations as they are now.
    async fn all(&self) -> Arc<Listed> {
        match (&self.listed, &self.tool) {
            (Some(listed), _) => Arc::clone(listed),
            (None, Some(tool)) => Arc::new(of_tool(tool).await),
            (None, None) => Arc::default(),
        }
    }
}

/// A tool's registrations as they are now.
async fn of_tool(tool: &LtiTool) -> Listed {
    let registrations = tool.registrations();
    let Some(live) = registrations.downcast_ref::<LiveRegistrations>() else {
        let listed = registrations.look_through(|all| entries(all.iter().cloned()));
        return listed.unwrap_or_else(Listed::not_shown);
    };
    match live.list().await {
        Ok(records) => {
            let records = records.iter();
            entries(records.map(|record| record.registration().clone()))
                .with_left_out(live.left_out())
        }
        Err(error) => Listed::no_store(&error),
    }
}

/// Reads a file up to the bound, whatever length it says it has: a device says none.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    match read as u64 > MAX_BYTES {
        true => Err(io::ErrorKind::FileTooLarge.into()),
        false => Ok(bytes),
    }
}

/// Logged, counted, and held to its deadline, as what a tool sends.
fn observed(exchange: impl Exchange) -> Arc<dyn Exchange> {
    Arc::new(Observed::new(Arc::new(exchange)))
}

fn entries(registrations: impl IntoIterator<Item = Registration>) -> Listed {
    let mut entries: Vec<Entry> = registrations.into_iter().map(Entry::new).collect();
    entries.sort_by(|one, other| one.registration.id().cmp(other.registration.id()));
    Listed {
        entries,
        findings: Vec::new(),
    }
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor")
            .field(
                "registrations",
                &self.listed.as_ref().map(|listed| listed.entries.len()),
            )
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
