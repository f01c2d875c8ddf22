//! A launch that waits for its deployment, sealed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    claims::LaunchClaims, launch_context::ProvenLaunch, login_parameters::LoginParameters,
    tool::LtiTool,
};

/// The maximum size of a parked launch, in bytes as it is sealed. A larger one has to begin again.
const MAX_BYTES: usize = 64 * 1024;

/// What is sealed of a launch.
#[derive(Serialize, Deserialize)]
struct ParkedLaunch {
    claims: Map<String, Value>,
    loopback_http: bool,
    #[serde(default)]
    login_parameters: LoginParameters,
}

/// Seals a launch so that the store holds nothing readable about a user.
pub(super) fn seal_parked(
    tool: &LtiTool,
    ticket_id: &str,
    proven: &ProvenLaunch,
) -> Option<Vec<u8>> {
    let parked = ParkedLaunch {
        claims: proven.claims.all().clone(),
        loopback_http: proven.claims.allow_loopback_http(),
        login_parameters: proven.login_parameters.clone(),
    };
    let bytes = serde_json::to_vec(&parked).ok()?;
    let sealed = tool.parked().seal(ticket_id, &bytes)?;
    (sealed.len() <= MAX_BYTES).then_some(sealed)
}

/// Opens what [`seal_parked`] has sealed under the same ticket.
pub(crate) fn open_parked(
    tool: &LtiTool,
    ticket_id: &str,
    sealed: &[u8],
) -> Option<(LaunchClaims, LoginParameters)> {
    let bytes = tool.parked().open(ticket_id, sealed)?;
    let parked: ParkedLaunch = serde_json::from_slice(&bytes).ok()?;
    let claims = LaunchClaims::from_verified_json(parked.claims, parked.loopback_http).ok()?;
    Some((claims, parked.login_parameters))
}
