//! Events of sessions.

use crate::observe::trace::event;

/// A session layer sees no launch, and so starts no session.
pub(crate) fn session_layer_misplaced() {
    event!(
        error,
        "the LtiSessionLayer stands outside of the LtiLaunchLayer and sees no launch: with axum's Router::layer, add it before that one"
    );
}
