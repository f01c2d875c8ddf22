//! The page where deployments are approved. It asks nobody who they are: it is for the demonstration
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
    store::{DeploymentStore, StoreError},
};

use crate::{Site, pages};

/// How many deployments a page shows.
const PAGE: usize = 20;

#[derive(Deserialize)]
pub(crate) struct Beginning {
    after: Option<String>,
}

pub(crate) async fn list(
    State(site): State<Site>,
    Query(beginning): Query<Beginning>,
) -> Result<Response, LtiError> {
    let after = beginning.after.map(DeploymentId::from);
    let page = site
        .store
        .list(&site.registration, after.as_ref(), PAGE)
        .await?;
    let rows = page
        .deployments()
        .iter()
        .map(|deployment| (deployment, site.organisation(deployment.key())));
    Ok(pages::deployments(rows, page.next()))
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    deployment: String,
    action: Action,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Approve,
    Disable,
    Enable,
    Remove,
}

pub(crate) async fn decide(
    State(site): State<Site>,
    Form(decision): Form<Decision>,
) -> Result<Response, LtiError> {
    let key = DeploymentKey::new(site.registration.clone(), decision.deployment.into());
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
