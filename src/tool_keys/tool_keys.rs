//! `ToolKeys`: all keys of a tool.

use std::{
    collections::HashSet,
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use crate::{
    identity::RegistrationId,
    key_set::SignatureAlgorithm,
    registration::{Registration, ToolKeyAlgorithm},
    service_error::{ServiceError, ServiceErrorKind},
    tool_key::{ToolKey, ToolKeyError},
    tool_keys::{
        error::ToolKeysError,
        health::ToolKeysHealth,
        key_info::KeyInfo,
        published::Published,
        refresh::refresh,
        state::State,
        stored::Stored,
        timeline::unix_seconds,
        view::{FixedSet, View},
    },
};

/// The keys of a tool: one signs, all are published. Cheap to clone; `Debug` shows no key.
///
/// Either given in code ([`fixed`](Self::fixed), [`from_pem`](Self::from_pem)), or in a
/// [store](Self::stored) that all instances share, where they rotate by the clock.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), tower_lti::keys::ToolKeyError> {
/// use tower_lti::{keys::{ToolKey, ToolKeyError, ToolKeys}, tool::LtiToolBuilder};
///
/// fn with_keys(builder: LtiToolBuilder, pem: &str) -> Result<LtiToolBuilder, ToolKeyError> {
///     Ok(builder.tool_keys(ToolKeys::from_pem(pem)?))
/// }
/// # let pem = ToolKey::generate_p256()?.to_pem()?;
/// # with_keys(tower_lti::LtiTool::builder(), pem.as_str())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ToolKeys(Arc<Inner>);

pub(super) struct Inner {
    pub(super) stored: Option<Stored>,
    state: Mutex<State>,
    /// What follows from the state, for requests.
    view: RwLock<Arc<View>>,
    revocations: AtomicUsize,
}

impl ToolKeys {
    /// Takes keys in code: the first of its algorithm signs, all are published. A key that is there twice counts
    /// once.
    ///
    /// All instances need the same. To rotate, add a new key at the end, wait until platforms know it (a day is
    /// safe), move it to the front, and remove the old one a day later.
    #[must_use]
    pub fn fixed(keys: impl IntoIterator<Item = ToolKey>) -> Self {
        Self(Arc::new(Inner::new(None))).with_set(None, keys)
    }

    /// Takes the private keys of a PEM file: the first of its algorithm signs, all are published.
    ///
    /// # Errors
    ///
    /// As [`ToolKey::list_from_pem`].
    #[doc(alias = "private key")]
    pub fn from_pem(pem: &str) -> Result<Self, ToolKeyError> {
        ToolKey::list_from_pem(pem).map(Self::fixed)
    }

    /// Gives the registration of this [login name](Registration::login_name) keys of its own, in code.
    ///
    /// Security Framework 1.0 §7.2 recommends different keys for different platforms. They are published where
    /// the path of [`LtiJwks`](crate::keys::LtiJwks) ends in that name, and only there.
    #[must_use]
    pub fn with_own_keys_for(
        self,
        login_name: impl Into<String>,
        keys: impl IntoIterator<Item = ToolKey>,
    ) -> Self {
        self.with_set(Some(login_name.into()), keys)
    }

    fn with_set(self, name: Option<String>, keys: impl IntoIterator<Item = ToolKey>) -> Self {
        let mut ids = HashSet::new();
        let keys = keys.into_iter();
        let keys = keys.filter(|key| ids.insert(key.id().to_owned()));
        let keys = keys.map(Arc::new).collect();
        self.0
            .change(|state| state.fixed.push(FixedSet { name, keys }));
        self
    }

    /// Reads the store now, rather than at its next turn. Does nothing for keys that were given in code.
    ///
    /// # Errors
    ///
    /// Fails when the store does not answer; the keys that are known go on.
    pub async fn refresh(&self) -> Result<(), ToolKeysError> {
        refresh(&self.0, true).await
    }

    /// The keys that are published at that time, the signing ones first: those of the registration of this login
    /// name, or those that all others share.
    #[must_use]
    pub fn keys(&self, login_name: Option<&str>, at: SystemTime) -> Vec<KeyInfo> {
        let view = self.0.view();
        let timeline = view.timeline(login_name);
        timeline.map_or_else(Vec::new, |timeline| timeline.keys_at(at))
    }

    /// Whether all is well with them.
    #[must_use]
    pub fn health(&self) -> ToolKeysHealth {
        self.0.view().health.clone()
    }

    /// The key that signs for a registration at that time.
    pub(crate) fn signer(
        &self,
        registration: &Registration,
        now: SystemTime,
    ) -> Result<Arc<ToolKey>, ServiceError> {
        let algorithm = algorithm_for(registration);
        let view = self.0.view();
        let timeline = view.timeline(registration.login_name());
        let key = timeline.and_then(|timeline| timeline.signer_at(algorithm, now));
        let key = key.ok_or_else(|| {
            let kind = match self.can_sign_for(registration, now) {
                true => ServiceErrorKind::KeyUnavailable,
                false => ServiceErrorKind::KeyMissing,
            };
            ServiceError::from(kind).with_detail(format!("no key for {algorithm}"))
        })?;
        self.0.state().note_signature(key, registration.id());
        Ok(Arc::clone(key))
    }

    /// Whether each set that was given in code has a key of an algorithm that registrations ask for.
    pub(crate) fn can_sign(&self) -> bool {
        self.0.state().fixed.iter().all(FixedSet::can_sign)
    }

    /// Whether a key signs for a registration at that time or later, or is made in the store.
    pub(crate) fn can_sign_for(&self, registration: &Registration, now: SystemTime) -> bool {
        let (name, algorithm) = (registration.login_name(), algorithm_for(registration));
        let view = self.0.view();
        let timeline = view.timeline(name);
        if timeline.is_some_and(|timeline| timeline.signs_from(algorithm, now)) {
            return true;
        }
        let shares = !name.is_some_and(|name| view.has_own(name));
        let stored = self.0.stored.iter();
        stored
            .flat_map(|stored| &stored.settings.series)
            .filter(|series| series.algorithm == algorithm)
            .any(|series| series.name.as_deref() == name || shares && series.name.is_none())
    }

    /// The key set that is published at that time under a name.
    pub(crate) fn published(&self, name: Option<&str>, now: SystemTime) -> Option<Published> {
        let view = self.0.view();
        view.timeline(name)?.published_at(now).cloned()
    }

    /// Whether a key was revoked, as far as this instance knows.
    pub(crate) fn is_revoked(&self, id: &str) -> bool {
        self.revocations() > 0 && self.0.state().revoked.contains_key(id)
    }

    /// How many keys were revoked so far: as long as it stays the same, no other key was.
    pub(crate) fn revocations(&self) -> usize {
        self.0.revocations.load(Ordering::Acquire)
    }

    pub(super) fn revoke_here(&self, id: &str) -> Option<Vec<RegistrationId>> {
        let now = match &self.0.stored {
            Some(stored) => unix_seconds(stored.clock.now()),
            None => 0,
        };
        self.0.change(|state| state.revoke(id, now))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    pub(super) fn new(stored: Option<Stored>) -> Self {
        let state = State::default();
        Self {
            view: RwLock::new(Arc::new(state.view(0))),
            stored,
            state: Mutex::new(state),
            revocations: AtomicUsize::new(0),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state, and what follows from it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let changed = change(&mut state);
        let keep_after = self.stored.as_ref().map(|stored| &stored.settings);
        let keep_after = keep_after.map_or(0, |settings| settings.keep_after.as_secs());
        let view = Arc::new(state.view(keep_after));
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
        self.revocations
            .store(state.revoked.len(), Ordering::Release);
        changed
    }

    /// Whether there is a key to sign with, for everything that was asked for.
    pub(super) fn check_signers(&self) -> Result<(), ToolKeysError> {
        let Some(stored) = &self.stored else {
            return Ok(());
        };
        let (view, now) = (self.view(), stored.clock.now());
        let is_there = stored.settings.series.iter().all(|series| {
            let timeline = view.timeline(series.name.as_deref());
            timeline.is_some_and(|keys| keys.signer_at(series.algorithm, now).is_some())
        });
        if is_there {
            return Ok(());
        }
        Err(ToolKeysError::Unreadable {
            keys: view.health.unreadable().to_vec(),
        })
    }
}

/// What the registration's assertions are signed with.
fn algorithm_for(registration: &Registration) -> SignatureAlgorithm {
    match registration.tool_key_algorithm() {
        ToolKeyAlgorithm::Rs256 => SignatureAlgorithm::Rs256,
        ToolKeyAlgorithm::Es256 => SignatureAlgorithm::Es256,
    }
}

impl From<Arc<Inner>> for ToolKeys {
    fn from(inner: Arc<Inner>) -> Self {
        Self(inner)
    }
}

impl From<ToolKey> for ToolKeys {
    fn from(key: ToolKey) -> Self {
        Self::fixed([key])
    }
}

impl fmt::Debug for ToolKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolKeys")
            .field("health", &self.0.view().health)
            .finish_non_exhaustive()
    }
}
