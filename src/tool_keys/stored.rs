//! Keys in a store, which all instances share and which rotate by the clock.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use crate::{
    clock::{Clock, SystemClock},
    key_set::SignatureAlgorithm,
    sealer::Sealer,
    secret::LoginSecret,
    store::{AnyKeyStore, KeyStore},
    tool_keys::{
        ToolKeys,
        error::ToolKeysError,
        refresh::{refresh, start},
        slot::Series,
        tool_keys::Inner,
    },
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const YEARS: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

/// Where keys are, what they are sealed with, and when they change.
pub(super) struct Stored {
    pub(super) store: AnyKeyStore,
    pub(super) sealer: Sealer,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: Settings,
}

/// Which keys there have to be, and when they change.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) series: Vec<Series>,
    pub(super) publish_ahead: Duration,
    pub(super) keep_after: Duration,
    pub(super) rotation_period: Duration,
    pub(super) refresh_interval: Duration,
}

/// Configures keys in a store. See [`ToolKeys::stored`].
#[must_use]
pub struct StoredKeysBuilder {
    store: AnyKeyStore,
    secrets: Vec<LoginSecret>,
    clock: Arc<dyn Clock>,
    names: Vec<Option<String>>,
    algorithms: Vec<SignatureAlgorithm>,
    settings: Settings,
}

impl ToolKeys {
    /// Configures keys in a store: made where there are none, rotated by the clock, the same on all instances.
    ///
    /// The first secret seals, all of them open. The store sees a key sealed by it (AES-256-GCM, the key's id
    /// as associated data) and its times. It may be the tool's [`LoginSecret`], from which a key of its own is
    /// derived. To change it, put the new one first, and keep the old one until the keys that it sealed are gone:
    /// a rotation period and a day.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::{LoginSecret, keys::{KeyStore, ToolKeys, ToolKeysError}};
    ///
    /// async fn open(store: impl KeyStore, secret: LoginSecret) -> Result<ToolKeys, ToolKeysError> {
    ///     ToolKeys::stored(store, [secret]).open().await
    /// }
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let store = tower_lti::MemoryStore::default();
    /// # open(store, LoginSecret::generate()?).await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias("private key", "rotation"))]
    pub fn stored(
        store: impl KeyStore,
        secrets: impl IntoIterator<Item = LoginSecret>,
    ) -> StoredKeysBuilder {
        StoredKeysBuilder {
            store: AnyKeyStore::new(store),
            secrets: secrets.into_iter().collect(),
            clock: Arc::new(SystemClock::new()),
            names: vec![None],
            algorithms: vec![SignatureAlgorithm::Rs256],
            settings: Settings {
                series: Vec::new(),
                publish_ahead: DAY,
                keep_after: DAY + 5 * MINUTE,
                rotation_period: 90 * DAY,
                refresh_interval: MINUTE,
            },
        }
    }
}

impl StoredKeysBuilder {
    /// Sets for how long at least a key is published before it signs. Default: a day; at least three hours.
    ///
    /// Platforms may keep the key set for an hour, and some do so for longer.
    pub fn publish_ahead(mut self, time: Duration) -> Self {
        self.settings.publish_ahead = time;
        self
    }

    /// Sets for how long a key is published after its last signature. Default: a day and five minutes; at least 65
    /// minutes.
    pub fn keep_after(mut self, time: Duration) -> Self {
        self.settings.keep_after = time;
        self
    }

    /// Sets for how long a key signs. Default: 90 days; at least twice the time that it is
    /// [published ahead](Self::publish_ahead).
    pub fn rotation_period(mut self, time: Duration) -> Self {
        self.settings.rotation_period = time;
        self
    }

    /// Sets the time between two looks into the store. Default: a minute; from a second to a quarter of an hour.
    ///
    /// After this time every instance knows of a new key and of a revocation.
    pub fn refresh_interval(mut self, time: Duration) -> Self {
        self.settings.refresh_interval = time;
        self
    }

    /// Sets the clock by which keys rotate: use that of the tool. Default: the machine's own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Keeps keys on the curve P-256 beside the RSA ones, for registrations that ask for ES256. Default: RSA
    /// alone.
    pub fn with_es256(mut self) -> Self {
        self.algorithms.push(SignatureAlgorithm::Es256);
        self
    }

    /// Gives the registration of this [login name](crate::registration::Registration::login_name) keys of its own.
    /// Default: all share theirs.
    ///
    /// Security Framework 1.0 §7.2 recommends different keys for different platforms. They are published where
    /// the path of [`LtiJwks`](crate::keys::LtiJwks) ends in that name.
    pub fn own_keys_for(mut self, login_name: impl Into<String>) -> Self {
        self.names.push(Some(login_name.into()));
        self
    }

    /// Reads the store, makes the first key where there is none, and goes on reading it in the background.
    ///
    /// Of several instances that start at once, one makes the key; all of them sign with it. The next key is made
    /// at the first look into the store after that, and published until its time comes.
    ///
    /// # Errors
    ///
    /// Fails when the store does not answer, when none of its keys can be opened, when a key cannot be made, and
    /// when a time is out of its bounds.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub async fn open(mut self) -> Result<ToolKeys, ToolKeysError> {
        if self.secrets.is_empty() {
            return Err(ToolKeysError::NoSecret);
        }
        self.settings.check()?;
        self.algorithms.dedup();
        let algorithms = &self.algorithms;
        self.settings.series = self
            .names
            .iter()
            .flat_map(|name| {
                algorithms.iter().map(|&algorithm| Series {
                    name: name.clone(),
                    algorithm,
                })
            })
            .collect();
        let inner = Arc::new(Inner::new(Some(Stored {
            store: self.store,
            sealer: Sealer::new("tool key", &self.secrets),
            clock: self.clock,
            settings: self.settings,
        })));
        refresh(&inner, false).await?;
        inner.check_signers()?;
        start(&inner);
        Ok(ToolKeys::from(inner))
    }
}

impl Settings {
    fn check(&self) -> Result<(), ToolKeysError> {
        let within = |setting, given: Duration, allowed: RangeInclusive<Duration>| {
            if allowed.contains(&given) {
                return Ok(());
            }
            Err(ToolKeysError::OutOfBounds { setting, allowed })
        };
        within("publish_ahead", self.publish_ahead, 3 * HOUR..=YEARS)?;
        within("keep_after", self.keep_after, HOUR + 5 * MINUTE..=YEARS)?;
        let shortest = 2 * self.publish_ahead;
        within(
            "rotation_period",
            self.rotation_period,
            shortest..=2 * YEARS,
        )?;
        let seconds = Duration::from_secs(1)..=15 * MINUTE;
        within("refresh_interval", self.refresh_interval, seconds)
    }
}

impl std::fmt::Debug for StoredKeysBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredKeysBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
