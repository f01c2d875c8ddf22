//! A session and its deployment in one call, for stores of this crate that keep both.

use std::{future::Future, time::Duration};

use crate::{
    deployment::{Deployment, DeploymentKey},
    session_key::{SessionKey, SessionScope},
    store::{DeploymentStore, FoundSession, SessionStore, StoreError},
};

/// A store of sessions and deployments that answers a request about both at once.
pub(super) trait SessionAndDeployment: SessionStore + DeploymentStore {
    /// [`find_session`](SessionStore::find_session), and the deployment as it is then or later.
    fn find_session_and_deployment(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
        deployment: &DeploymentKey,
    ) -> impl Future<Output = Result<Option<(FoundSession, Option<Deployment>)>, StoreError>> + Send;
}
