//! A store of deployments that mixes two registrations with one issuer and client id.

use tower_lti::{
    MemoryStore,
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    registration::RegistrationId,
    store::{DeploymentStore, StoreError},
    testing::contract,
};

/// Has no column for the discriminator.
#[derive(Clone, Default)]
struct Mixing(MemoryStore);

/// What is kept of a registration.
fn kept(registration: &RegistrationId) -> RegistrationId {
    RegistrationId::new(
        registration.issuer().clone(),
        registration.client_id().clone(),
    )
}

fn row(key: &DeploymentKey) -> DeploymentKey {
    DeploymentKey::new(kept(key.registration()), key.id().clone())
}

/// A row, as the deployment that was asked for.
fn read(registration: &RegistrationId, row: &Deployment) -> Deployment {
    Deployment::new(
        DeploymentKey::new(registration.clone(), row.id().clone()),
        row.status(),
        row.origin(),
        row.created_at(),
    )
}

impl DeploymentStore for Mixing {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let found = self.0.find(&row(key)).await?;
        Ok(found.map(|found| read(key.registration(), &found)))
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let registration = deployment.key().registration();
        let new = read(&kept(registration), deployment);
        let (kept, outcome) = self.0.create(&new, quota).await?;
        Ok((read(registration, &kept), outcome))
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let changed = self.0.set_status(&row(key), status).await?;
        Ok(changed.map(|changed| read(key.registration(), &changed)))
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let approved = self.0.approve(&row(key)).await?;
        Ok(approved.map(|approved| read(key.registration(), &approved)))
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        let page = self.0.list(&kept(registration), after, limit).await?;
        let deployments = page.deployments().iter();
        let deployments = deployments.map(|row| read(registration, row)).collect();
        Ok(DeploymentPage::new(deployments, page.next().cloned()))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        self.0.remove(&row(key)).await
    }
}

// N19
#[tokio::test(flavor = "multi_thread")]
async fn the_contract_finds_a_store_that_mixes_deployments_of_two_discriminators() {
    contract::check_deployments(&MemoryStore::default()).await;
    let checked = tokio::spawn(async {
        contract::check_deployments(&Mixing::default()).await;
    });

    let refused = checked.await.unwrap_err().into_panic();

    let reason = refused.downcast_ref::<String>().unwrap();
    assert!(reason.contains("discriminators"), "{reason}");
}
