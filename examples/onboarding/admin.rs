//! The page where platforms and deployments are approved. It asks nobody who they are: it is for the demonstration
//! on loopback, and a tool puts it behind its own sign-in.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_lti::{
    LtiError,
    deployment::{DeploymentId, DeploymentKey, DeploymentStatus},
    registration::{RegistrationId, RegistrationRecord},
    store::{DeploymentStore, StoreError},
};

use crate::{
    Site,
    pages::{self, Row},
};

/// How many deployments of a platform a page shows.
const PAGE: usize = 20;

/// Where the list of one platform's deployments goes on; without it, the first of all platforms are shown.
#[derive(Deserialize)]
pub(crate) struct Beginning {
    issuer: Option<String>,
    client_id: Option<String>,
    discriminator: Option<String>,
    after: Option<String>,
}

impl Beginning {
    fn includes(&self, platform: &RegistrationRecord) -> bool {
        let id = platform.id();
        let is_it = |wanted: &Option<String>, given: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == given)
        };
        is_it(&self.issuer, id.issuer().as_str())
            && is_it(&self.client_id, id.client_id().as_str())
            && is_it(&self.discriminator, id.discriminator().unwrap_or(""))
    }
}

pub(crate) async fn list(
    State(site): State<Site>,
    Query(beginning): Query<Beginning>,
) -> Result<Response, LtiError> {
    let platforms = site.registrations.list().await?;
    let after = beginning.after.as_deref().map(DeploymentId::from);
    let (mut rows, mut more) = (Vec::new(), Vec::new());
    for platform in platforms.iter().filter(|one| beginning.includes(one)) {
        let page = site.store.list(platform.id(), after.as_ref(), PAGE).await?;
        rows.extend(page.deployments().iter().map(|deployment| Row {
            deployment: deployment.clone(),
            platform: platform.registration().clone(),
            organisation: site.organisation(deployment.key()),
        }));
        more.extend(
            page.next()
                .map(|next| (platform.id().clone(), next.clone())),
        );
    }
    Ok(pages::administration(&rows, &more, &platforms))
}

/// The platform that a form is of.
#[derive(Deserialize)]
pub(crate) struct Platform {
    issuer: String,
    client_id: String,
    /// Empty where no other platform has the same issuer and client id.
    #[serde(default)]
    discriminator: String,
}

impl Platform {
    pub(crate) fn id(self) -> RegistrationId {
        let id = RegistrationId::new(self.issuer, self.client_id);
        match self.discriminator.as_str() {
            "" => id,
            discriminator => id.with_discriminator(discriminator),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    #[serde(flatten)]
    platform: Platform,
    deployment: String,
    action: Action,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Approve,
    Disable,
    Enable,
    Remove,
}

pub(crate) async fn decide(
    State(site): State<Site>,
    Form(decision): Form<Decision>,
) -> Result<Response, LtiError> {
    let key = DeploymentKey::new(decision.platform.id(), decision.deployment.into());
    // Where somebody else removed it meanwhile, the list says so.
    let decided = match decision.action {
        Action::Approve => site.store.approve(&key).await.map(drop),
        Action::Disable => set(&site, &key, DeploymentStatus::Disabled).await,
        Action::Enable => set(&site, &key, DeploymentStatus::Active).await,
        Action::Remove => {
            site.organisations().remove(&key);
            site.store.remove(&key).await.map(drop)
        }
    };
    decided?;
    Ok(Redirect::to("/admin/deployments").into_response())
}

async fn set(site: &Site, key: &DeploymentKey, status: DeploymentStatus) -> Result<(), StoreError> {
    site.store.set_status(key, status).await.map(drop)
}
