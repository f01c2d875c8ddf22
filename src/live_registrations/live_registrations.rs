//! The registrations in memory, and their store.

use std::{fmt, sync::Arc};

use super::{keeper::Keeper, progress::Progress, snapshot::Snapshot};
use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    registration::{Registration, RegistrationRecord, Registrations},
    store::{
        AnyRegistrationRecords, IssuerMatch, RegistrationRecordStore, RegistrationStore, StoreError,
    },
};

/// All registrations in memory, and the store that all instances share them in. Cheap to clone.
///
/// See the [module docs](crate::live_registrations).
///
/// # Examples
///
/// A tool whose registrations are kept in Redis, and an administrator's way to add, approve and remove one:
///
/// ```no_run
/// # #[cfg(all(feature = "redis", feature = "reqwest"))] mod example {
/// use std::error::Error;
/// use tower_lti::{
///     LoginSecret, LtiTool, RedisStore,
///     live_registrations::LiveRegistrations,
///     registration::{RegistrationId, RegistrationRecord, RegistrationStatus},
/// };
///
/// async fn build() -> Result<(LtiTool, LiveRegistrations), Box<dyn Error>> {
///     let store = RedisStore::connect("redis://127.0.0.1/").await?;
///     let registrations = LiveRegistrations::new(store.clone());
///     let tool = LtiTool::builder()
///         .launch_url("https://tool.example/lti/launch")
///         .login_secret(LoginSecret::from_env("LTI_LOGIN_SECRET")?)
///         .registrations(registrations.clone())
///         .store(store)
///         .build()?;
///     Ok((tool, registrations))
/// }
///
/// async fn add(registrations: &LiveRegistrations, json: &str) -> Result<RegistrationId, Box<dyn Error>> {
///     let record = RegistrationRecord::from_json(json)?;
///     let id = record.id().clone();
///     registrations.add(record).await?;
///     registrations.set_status(&id, RegistrationStatus::Active).await?;
///     Ok(id)
/// }
///
/// async fn remove(registrations: &LiveRegistrations, id: &RegistrationId) -> Result<(), Box<dyn Error>> {
///     Ok(registrations.remove(id).await?)
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct LiveRegistrations(pub(super) Arc<Keeper>);

impl LiveRegistrations {
    /// Registrations from a store, which is read at the first look-up, and every second from then on until the last clone
    /// is dropped.
    ///
    /// Look-ups and changes have to run within a tokio runtime with its timer, as all of this crate.
    #[doc(alias = "hot reload")]
    #[must_use]
    pub fn new(store: impl RegistrationRecordStore) -> Self {
        let store = AnyRegistrationRecords::new(store);
        Self(Arc::new(Keeper::new(store)))
    }

    /// Whether the other is a clone of this one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Reads the store now, rather than at its next turn: at start, so that the first launch does not wait.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer; what is known goes on for a minute.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        self.0.latest().await.map(drop)
    }

    /// One record, as the store has it now.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn get(&self, id: &RegistrationId) -> Result<Option<RegistrationRecord>, StoreError> {
        Ok(self.0.latest().await?.get(id).cloned())
    }

    /// All records, as the store has them now, in the order of issuer and client id. Those that cannot be used are not
    /// among them; see [`left_out`](Self::left_out).
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn list(&self) -> Result<Vec<RegistrationRecord>, StoreError> {
        Ok(self.0.latest().await?.records())
    }

    /// All of them as they were within the last seconds, to look through without a copy; the store is not asked as long as
    /// it answers.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        self.0.copy().await
    }

    /// All of them as the store has them now, to look through without a copy.
    pub(crate) async fn latest_snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        self.0.latest().await
    }

    /// How many stored records cannot be used, as far as is known here. The reasons are logged.
    #[must_use]
    pub fn left_out(&self) -> usize {
        let left_out = |progress: &Progress| Some(progress.copy()?.left_out());
        self.0.with_progress(left_out).unwrap_or_default()
    }
}

impl RegistrationStore for LiveRegistrations {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let found = self.0.look_up(|copy| {
            let found = copy.registrations();
            found.find(issuer, client_id, discriminator).cloned()
        });
        found.await
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        let found = self.0.look_up(|copy| {
            let found = IssuerMatch::among(copy.registrations(), issuer);
            (!matches!(found, IssuerMatch::None)).then_some(found)
        });
        Ok(found.await?.unwrap_or(IssuerMatch::None))
    }

    async fn find_by_login_name(
        &self,
        login_name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let found = self
            .0
            .look_up(|copy| copy.registrations().find_by_login_name(login_name).cloned());
        found.await
    }

    fn show_all(&self, look: &mut dyn FnMut(&Registrations)) {
        let copy = self.0.with_progress(|progress| progress.copy().cloned());
        if let Some(copy) = copy {
            look(copy.registrations());
        }
    }
}

impl fmt::Debug for LiveRegistrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |progress: &Progress| progress.copy().map(|copy| copy.len());
        f.debug_struct("LiveRegistrations")
            .field("registrations", &self.0.with_progress(known))
            .finish_non_exhaustive()
    }
}
