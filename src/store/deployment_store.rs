//! The port for deployments.

use std::future::Future;

use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    store::StoreError,
};

/// Keeps deployments: installations of the tool under a registration, each with a status.
///
/// A whole one over a database is in the guide: [your own database](crate::guide::custom_stores).
///
/// # Examples
///
/// What an administrator's page does, with any store:
///
/// ```
/// use tower_lti::{
///     deployment::{DeploymentKey, DeploymentStatus},
///     registration::RegistrationId,
///     store::{DeploymentStore, StoreError},
/// };
///
/// /// The ids of all deployments of one registration, page by page.
/// async fn all(store: &impl DeploymentStore, registration: &RegistrationId) -> Result<Vec<String>, StoreError> {
///     let mut ids = Vec::new();
///     let mut after = None;
///     loop {
///         let page = store.list(registration, after.as_ref(), 100).await?;
///         ids.extend(page.deployments().iter().map(|found| found.id().as_str().to_owned()));
///         after = page.next().cloned();
///         if after.is_none() {
///             return Ok(ids);
///         }
///     }
/// }
///
/// /// Keeps everybody of a deployment out; `false` where there is none.
/// async fn disable(store: &impl DeploymentStore, key: &DeploymentKey) -> Result<bool, StoreError> {
///     Ok(store.set_status(key, DeploymentStatus::Disabled).await?.is_some())
/// }
/// ```
pub trait DeploymentStore: Send + Sync + 'static {
    /// Finds the deployment with this key.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable, or the record is invalid. A record that cannot be read is an
    /// error, never absent: a disabled deployment would be created again.
    fn find(
        &self,
        key: &DeploymentKey,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Creates the deployment unless its key exists, and returns the stored record.
    ///
    /// One atomic step: of any number of concurrent calls for one key, exactly one returns
    /// [`DeploymentOutcome::Created`], and all of them return that record. An existing record is never
    /// overwritten, whatever its status.
    ///
    /// `quota` limits how many deployments the registration may have, `None` is unlimited. An existing
    /// deployment is returned whatever the quota. Counting and creating are one atomic step.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full, and with
    /// [`StoreErrorKind::QuotaReached`](crate::store::StoreErrorKind::QuotaReached) when the quota is
    /// reached; nothing is then written.
    fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> impl Future<Output = Result<(Deployment, DeploymentOutcome), StoreError>> + Send;

    /// Sets the status of a deployment, and returns the updated record.
    ///
    /// For administrators, who may also enable a disabled one. Returns `None`, and creates nothing, if there
    /// is no such deployment; one that is removed concurrently stays removed.
    ///
    /// A disabled deployment stays disabled for as long as the store keeps acknowledged writes. Where a store
    /// loses the record, such as Redis without replicas or persistence, the next launch is the deployment's
    /// first launch again.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable, and with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable) when the change was made but
    /// may still be lost.
    fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Activates a pending deployment, and returns the stored record.
    ///
    /// One atomic step, for onboarding: a disabled deployment stays disabled. Returns `None`, and creates
    /// nothing, if there is no such deployment.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn approve(
        &self,
        key: &DeploymentKey,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Lists the deployments of a registration, ordered by the bytes of their ids.
    ///
    /// Starts after `after`, or at the first one, and returns at most `limit`, and never more than
    /// [`DeploymentPage::MAX_LEN`], so that no page delays launches. If there are more,
    /// [`next`](DeploymentPage::next) is the last id of the page. A limit of 0 gives an empty page without a
    /// next one. Deployments created or removed concurrently may or may not be listed; all others are listed
    /// exactly once.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable, or a record is invalid.
    fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> impl Future<Output = Result<DeploymentPage, StoreError>> + Send;

    /// Removes a deployment; `true` if there was one.
    ///
    /// The next launch may create it again, by policy. To block a deployment, disable it with
    /// [`set_status`](Self::set_status) instead.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable, and with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable) when the removal was made but
    /// may still be lost.
    fn remove(&self, key: &DeploymentKey) -> impl Future<Output = Result<bool, StoreError>> + Send;
}
