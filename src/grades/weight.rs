//! How much memory JSON takes.

use crate::service_error::{ServiceError, ServiceErrorKind};

/// About how much memory the entries of a list may take, in bytes.
pub(super) const MAX_LIST_WEIGHT: usize = 512 * 1024 * 1024;

/// What an object takes beside its text: a node of a B-tree.
const CONTAINER_WEIGHT: usize = 640;

/// What a value takes beside its text.
const VALUE_WEIGHT: usize = 72;

/// About how much memory JSON takes once it is read, in bytes.
pub(super) fn weight_of(json: &[u8]) -> usize {
    let (mut containers, mut values) = (0, 0);
    for byte in json {
        containers += usize::from(matches!(byte, b'{' | b'['));
        values += usize::from(*byte == b',');
    }
    json.len() + CONTAINER_WEIGHT * containers + VALUE_WEIGHT * values
}

/// A list of which not all can be kept.
pub(super) fn too_much_memory() -> ServiceError {
    let incomplete = ServiceError::new(ServiceErrorKind::ListIncomplete);
    incomplete.with_detail("it takes too much memory")
}
