//! What a request may cost, and how long things last.

use std::time::Duration;

use crate::key_set::KeySetAges;

/// The longest that a session may last: what ends sessions is remembered for somewhat longer.
#[cfg(feature = "sessions")]
pub(crate) const LONGEST_SESSION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[cfg(feature = "sessions")]
const SHORTEST_SESSION: Duration = Duration::from_secs(60);

/// What a request may cost, and how long things last.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tower_lti::tool::Limits;
///
/// let limits = Limits::default().clock_skew(Duration::from_secs(30));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Limits {
    pub(crate) body_bytes: usize,
    pub(crate) id_token_bytes: usize,
    pub(crate) bodies_in_flight_bytes: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) body_stall_timeout: Duration,
    pub(crate) launch_timeout: Duration,
    pub(crate) login_lifetime: Duration,
    pub(crate) storage_timeout: Duration,
    pub(crate) clock_skew: Duration,
    pub(crate) max_token_age: Duration,
    pub(crate) deployments_per_registration: usize,
    pub(crate) ticket_lifetime: Duration,
    pub(crate) key_set_ages: KeySetAges,
    #[cfg(feature = "sessions")]
    pub(crate) session_lifetime: Duration,
    #[cfg(feature = "sessions")]
    pub(crate) session_idle_timeout: Duration,
    #[cfg(feature = "sessions")]
    pub(crate) session_bytes_per_registration: usize,
    #[cfg(feature = "services")]
    pub(crate) deep_linking_lifetime: Duration,
    #[cfg(feature = "services")]
    pub(crate) token_timeout: Duration,
    #[cfg(feature = "services")]
    pub(crate) service_timeout: Duration,
    #[cfg(feature = "services")]
    pub(crate) service_call_timeout: Duration,
    #[cfg(feature = "services")]
    pub(crate) service_answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            id_token_bytes: 512 * 1024,
            bodies_in_flight_bytes: 256 * 1024 * 1024,
            body_timeout: Duration::from_secs(10),
            body_stall_timeout: Duration::from_secs(3),
            launch_timeout: Duration::from_secs(10),
            login_lifetime: Duration::from_secs(10 * 60),
            storage_timeout: Duration::from_secs(2),
            clock_skew: Duration::from_secs(60),
            max_token_age: Duration::from_secs(60 * 60),
            deployments_per_registration: 1_000,
            ticket_lifetime: Duration::from_secs(15 * 60),
            key_set_ages: KeySetAges::default(),
            #[cfg(feature = "sessions")]
            session_lifetime: Duration::from_secs(12 * 60 * 60),
            #[cfg(feature = "sessions")]
            session_idle_timeout: Duration::from_secs(2 * 60 * 60),
            #[cfg(feature = "sessions")]
            session_bytes_per_registration: 256 * 1024 * 1024,
            #[cfg(feature = "services")]
            deep_linking_lifetime: Duration::from_secs(60 * 60),
            #[cfg(feature = "services")]
            token_timeout: Duration::from_secs(30),
            #[cfg(feature = "services")]
            service_timeout: Duration::from_secs(10),
            #[cfg(feature = "services")]
            service_call_timeout: Duration::from_secs(35),
            #[cfg(feature = "services")]
            service_answer_bytes: 8 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// Sets the largest launch body, in bytes. Default: 1 MiB.
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets the largest `id_token`, in bytes. Default: 512 KiB.
    pub fn id_token_bytes(mut self, bytes: usize) -> Self {
        self.id_token_bytes = bytes;
        self
    }

    /// How long the use of a ticket is remembered: somewhat longer than it is good for.
    pub(crate) fn ticket_memory(&self) -> Duration {
        self.ticket_lifetime.saturating_add(Duration::from_secs(60))
    }

    /// Sets how many bytes of bodies may be held at once, over all requests. Default: 256 MiB.
    ///
    /// An eighth of it is for logins, three eighths for launch bodies of up to 64 KiB, and half for larger
    /// ones, so that none of them starves another; below 2 MiB it is one share for all. What counts is
    /// what has arrived, and not what was announced. Where a share is full, the body that has been waiting
    /// longest for its next bytes is rejected with 503 `overloaded`, and the new one is read.
    pub fn bodies_in_flight_bytes(mut self, bytes: usize) -> Self {
        self.bodies_in_flight_bytes = bytes;
        self
    }

    /// Sets how long a body may take to arrive. Default: 10 s.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets how long a body may stall: one that brings less than 256 bytes in such a stretch is rejected
    /// with 408. Default: 3 s.
    ///
    /// A phone at the edge of its network sends a launch in a second or two, or repeats a lost packet
    /// within three. Raise it where your users have slower lines.
    pub fn body_stall_timeout(mut self, timeout: Duration) -> Self {
        self.body_stall_timeout = timeout;
        self
    }

    /// Sets how long a launch may take to be decided, once its body is there. Default: 10 s.
    ///
    /// So long may also whatever else asks a store take: a login its registration, an onboarding page its
    /// ticket. Then it is rejected with 503 `store_unavailable`.
    pub fn launch_timeout(mut self, timeout: Duration) -> Self {
        self.launch_timeout = timeout;
        self
    }

    /// Sets how long a login may take until its launch comes back. Default and most: 10 min.
    pub fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.login_lifetime = lifetime.min(Duration::from_secs(10 * 60));
        self
    }

    /// Sets how long a browser that blocks cookies waits for the platform's storage, at the login and once more at the
    /// launch. Default: 2 s; at least 100 ms, at most 5 s.
    ///
    /// Some platforms never answer, and the user waits so long before a new window is offered. Where cookies work, a
    /// login waits half a second at most, and a launch not at all.
    pub fn storage_timeout(mut self, timeout: Duration) -> Self {
        let (least, most) = (Duration::from_millis(100), Duration::from_secs(5));
        self.storage_timeout = timeout.clamp(least, most);
        self
    }

    /// Sets how far a platform's clock may differ from ours. Default: 60 s.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.clock_skew = skew;
        self
    }

    /// Sets how long ago a token may have been issued. Default: 1 h.
    pub fn max_token_age(mut self, age: Duration) -> Self {
        self.max_token_age = age;
        self
    }

    /// Sets how long an onboarding ticket is good for, and how long a launch waits for its deployment.
    /// Default: 15 min; at most a day.
    pub fn ticket_lifetime(mut self, lifetime: Duration) -> Self {
        self.ticket_lifetime = lifetime.min(Duration::from_secs(24 * 60 * 60));
        self
    }

    /// Sets how old a platform's key set may become before it is fetched again, whatever the platform says
    /// of it. Default: a day; one hour where the platform says nothing, or this if it is less.
    ///
    /// While its key server answers, a key that a platform has withdrawn is accepted for no longer than
    /// this. A tool takes one minute to one day. See also
    /// [`LtiTool::forget_keys`](crate::LtiTool::forget_keys).
    pub fn max_key_set_age(mut self, age: Duration) -> Self {
        self.key_set_ages.fresh = age;
        self
    }

    /// Sets how old a platform's key set may become while it cannot be fetched again. Default: a day.
    ///
    /// While its key server is down, a key that a platform has withdrawn is accepted for no longer than
    /// this, and launches are rejected with 503 from then on. A tool takes one minute to one day; a set
    /// that is older is not used in any case.
    pub fn max_stale_key_set_age(mut self, age: Duration) -> Self {
        self.key_set_ages.stale = age;
        self
    }

    /// Sets how many deployments a registration may have for launches to create another. Default:
    /// 1,000.
    ///
    /// Whoever can deploy the tool on a platform can make deployments. A registration may have a bound
    /// of its own; see [`deployment_quota`](crate::registration::RegistrationBuilder::deployment_quota).
    pub fn deployments_per_registration(mut self, most: usize) -> Self {
        self.deployments_per_registration = most;
        self
    }

    /// Sets how long a deep linking request can be answered, once it was sealed into a handle. Default: 1 h; at least a
    /// second, at most a day.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn deep_linking_lifetime(mut self, lifetime: Duration) -> Self {
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(24 * 60 * 60));
        self.deep_linking_lifetime = lifetime.clamp(least, most);
        self
    }

    /// Sets how long a session lasts after its launch, used or not. Default: 12 h; what is longer than 7 days counts as
    /// 7 days, and what is shorter than a minute as a minute.
    #[cfg(feature = "sessions")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_lifetime = lifetime.clamp(SHORTEST_SESSION, LONGEST_SESSION);
        self
    }

    /// Sets how long a session lasts after it was last used. Default: 2 h; what is shorter than a minute counts as a
    /// minute.
    #[cfg(feature = "sessions")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn session_idle_timeout(mut self, timeout: Duration) -> Self {
        self.session_idle_timeout = timeout.clamp(SHORTEST_SESSION, LONGEST_SESSION);
        self
    }

    /// Sets how many bytes of sessions one instance starts for one registration within
    /// [`session_idle_timeout`](Self::session_idle_timeout). Default: 256 MiB.
    ///
    /// Beyond it launches of that registration alone are rejected with 503 `overloaded`. A usual launch takes 2 to 4 KiB.
    #[cfg(feature = "sessions")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn session_bytes_per_registration(mut self, bytes: usize) -> Self {
        self.session_bytes_per_registration = bytes;
        self
    }

    /// How long the use of a handle is remembered: longer than any instance takes it.
    #[cfg(feature = "services")]
    pub(crate) fn deep_linking_memory(&self) -> Duration {
        self.deep_linking_lifetime
            .saturating_add(self.clock_skew)
            .saturating_add(Duration::from_secs(60))
    }

    /// Sets how long one request for an access token may take. Default: 30 s.
    ///
    /// Platforms fetch the tool's key set meanwhile, which takes some of them more than ten seconds. A call that
    /// gives up earlier ends its own wait alone.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn token_timeout(mut self, timeout: Duration) -> Self {
        self.token_timeout = timeout;
        self
    }

    /// Sets how long one attempt at a call to a service may take, from connecting to the last byte. Default: 10 s.
    ///
    /// A call with its repeats takes somewhat less than twice as long, beside what it waits for an access token or
    /// because the platform asks it to.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn service_timeout(mut self, timeout: Duration) -> Self {
        self.service_timeout = timeout;
        self
    }

    /// Sets how long a call to a service may take in all, with its access token, repeats, and what the platform asks
    /// to wait. Default: 35 s.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn service_call_timeout(mut self, timeout: Duration) -> Self {
        self.service_call_timeout = timeout;
        self
    }

    /// Sets the largest answer of a service, in bytes; of a list, the largest page. Default: 8 MiB.
    #[cfg(feature = "services")]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn service_answer_bytes(mut self, bytes: usize) -> Self {
        self.service_answer_bytes = bytes;
        self
    }
}
