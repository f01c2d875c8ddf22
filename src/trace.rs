//! Our events; nothing without the feature `tracing`.

use crate::{error::LtiError, key_set::FetchError};

/// A login sent the browser to its platform.
pub(crate) fn login_started() {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "tower_lti", "login started");
}

/// A login or a launch was refused.
pub(crate) fn refused(error: &LtiError) {
    #[cfg(feature = "tracing")]
    {
        let code = error.code().as_str();
        let reference = error.reference();
        let source = std::error::Error::source(error).map(tracing::field::display);
        if error.status().is_server_error() {
            tracing::error!(target: "tower_lti", code, reference, source, "{error}");
        } else {
            tracing::warn!(target: "tower_lti", code, reference, source, "{error}");
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// A launch was let in.
pub(crate) fn launched(created: bool) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "tower_lti", deployment_created = created, "launched");
    #[cfg(not(feature = "tracing"))]
    let _ = created;
}

/// The signed target differs from the login's, and the registration allows that.
pub(crate) fn target_differs() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "target_link_uri is not the one that the login named; the signed one is used");
}

/// A platform publishes private keys: everybody can sign for it.
pub(crate) fn private_key_published() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "a key set holds private members; the platform's key is no secret any more");
}

/// A platform's keys could not be fetched; a set that is kept goes on serving.
pub(crate) fn key_set_fetch_failed(url: &str, error: &FetchError) {
    #[cfg(feature = "tracing")]
    {
        let source = std::error::Error::source(error).map(tracing::field::display);
        tracing::warn!(target: "tower_lti", ?url, source, "{error}");
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (url, error);
}
