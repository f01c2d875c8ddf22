//! Events of the tool's own keys.

use std::error::Error;

use crate::{
    observe::trace::event,
    redact::{causes, log_value},
};

/// The store of the tool's own keys does not answer; those that are known go on.
pub(crate) fn tool_keys_not_read(error: &dyn Error) {
    event!(
        error,
        source = causes(error),
        "the tool's keys could not be read from their store; those that are known go on"
    );
}

/// The store of the tool's own keys answers again.
pub(crate) fn tool_keys_read_again() {
    event!(info, "the tool's keys are read from their store again");
}

/// A stored key of the tool cannot be opened; the others go on.
pub(crate) fn tool_key_unreadable(kid: &str) {
    event!(
        error,
        kid = log_value(kid),
        "a stored key of the tool cannot be opened: forged, damaged, or sealed with another secret"
    );
}
