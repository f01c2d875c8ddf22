//! Events of content selection.

use crate::{deployment::DeploymentKey, observe::trace::event, redact::log_value};

/// A deep linking response was signed. What it offers is left out.
pub(crate) fn deep_linking_response_signed(deployment: &DeploymentKey, items: usize) {
    event!(
        info,
        issuer = log_value(deployment.registration().issuer().as_str()),
        client_id = log_value(deployment.registration().client_id().as_str()),
        deployment = deployment.to_text(),
        items = items,
        "deep linking response signed"
    );
}

/// So many members were signed that are valid, and that some platforms make nothing of.
pub(crate) fn doubtful_items_signed(
    deployment: &DeploymentKey,
    warning: &'static str,
    times: usize,
) {
    event!(
        warn,
        issuer = log_value(deployment.registration().issuer().as_str()),
        client_id = log_value(deployment.registration().client_id().as_str()),
        deployment = deployment.to_text(),
        warning = warning,
        times = times,
        "content was signed that is valid, and that some platforms cannot open or refuse"
    );
}

/// A layer lets deep linking requests in that nobody can answer.
pub(crate) fn deep_linking_without_keys() {
    event!(
        warn,
        "a launch layer accepts deep linking requests, and the tool has no keys to sign a response with: see LtiToolBuilder::tool_keys"
    );
}
