//! Deep linking requests to a layer that does not accept them.

use crate::{
    claims::MessageType,
    error::{LtiError, LtiErrorKind},
    launch::{config::LayerConfig, token_check::not_accepted, verification::VerifiedLaunch},
};

/// Refuses a deep linking request where the layer was not told to accept it. Its nonce is consumed; nothing is created.
///
/// Where the tool can sign, the page leads back by a response that offers nothing, so that the platform closes its
/// dialogue.
pub(super) fn check_offered(config: &LayerConfig, launch: &VerifiedLaunch) -> Result<(), LtiError> {
    let sent = launch.claims.message_type();
    if config.accepted.contains(sent) {
        return Ok(());
    }
    let refused = not_offered(sent, &config.accepted);
    #[cfg(feature = "services")]
    let refused = refused.with_way_back_form(crate::deep_linking::no_content(
        &config.tool,
        &launch.registration,
        &launch.claims,
    ));
    Err(refused)
}

/// Refuses a message type, in the words for the one that chooses content.
pub(super) fn not_offered(sent: &MessageType, accepted: &[MessageType]) -> LtiError {
    let refused = not_accepted(sent, accepted);
    if *sent == MessageType::DeepLinking {
        refused.of_kind(LtiErrorKind::DeepLinkingNotOffered)
    } else {
        refused
    }
}
