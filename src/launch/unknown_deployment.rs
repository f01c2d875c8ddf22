//! Does what the policy says of a deployment that is not known.

use crate::{
    deployment::DeploymentStatus,
    error::LtiError,
    launch::{config::LayerConfig, verdict::Admitted},
    launch_context::check_open,
    onboarding::MissingDeployment,
    policy::OnMissingDeployment,
};

/// Does what the policy says of a deployment that is not known.
pub(super) async fn apply_policy(
    config: &LayerConfig,
    missing: MissingDeployment,
) -> Result<Admitted, LtiError> {
    let created = match config.policy_for(missing.registration()) {
        OnMissingDeployment::Create => missing.create().await?,
        OnMissingDeployment::CreateIf(condition) => {
            match condition.holds(missing.to_look_at()).await {
                Some(true) => missing.create().await?,
                Some(false) => return Err(missing.reject_creation()),
                None => return Err(missing.reject()),
            }
        }
        OnMissingDeployment::Pending => {
            let launch = missing.create_record(DeploymentStatus::Pending).await?;
            if let Err(shut) = check_open(launch.deployment()) {
                config.run_created_hook(&launch).await;
                return Err(shut.into());
            }
            launch
        }
        OnMissingDeployment::Reject => return Err(missing.reject()),
        OnMissingDeployment::Redirect(onboarding) => {
            return missing.redirect(onboarding).await.map(Admitted::Redirect);
        }
        OnMissingDeployment::Forward => return Ok(Admitted::Missing(missing)),
    };
    Ok(Admitted::Launch(created))
}
