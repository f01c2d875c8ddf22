//! Events of registrations that change while the tool runs.

use std::error::Error;

use crate::{
    observe::trace::event,
    redact::{self, causes},
};

/// The store of the registrations does not answer; those that are known go on for a while.
pub(crate) fn registrations_not_read(error: &dyn Error) {
    event!(
        error,
        source = causes(error),
        "the registrations could not be read from their store; those that are known go on for a minute"
    );
}

/// The store of the registrations answers again.
pub(crate) fn registrations_read_again() {
    event!(info, "the registrations are read from their store again");
}

/// Records of the store cannot be used; the others go on. The reason is that of the first.
pub(crate) fn registrations_left_out(records: usize, reason: &dyn Error) {
    event!(
        error,
        records = records,
        reason = redact::line(&redact::without_queries(&reason.to_string()), 300),
        "stored registrations cannot be used, and were left out"
    );
}

/// The file of the registrations cannot be used; what it said last goes on.
pub(crate) fn registration_file_unusable(error: &dyn Error) {
    event!(
        error,
        reason = redact::line(&redact::without_queries(&error.to_string()), 300),
        source = error.source().map(causes),
        "the registration file cannot be used; what it said last goes on"
    );
}

/// The file of the registrations can be used again.
pub(crate) fn registration_file_usable_again() {
    event!(info, "the registration file can be used again");
}
