//! Pauses of our own choosing.

use std::time::Duration;

use crate::random;

/// The least pause before the first repeat.
const FIRST: Duration = Duration::from_millis(250);

/// The pause before a repeat, the first being 0: exponential, the upper half of it random (jitter).
pub(crate) fn backoff(repeat: u32) -> Duration {
    let least = FIRST * 2_u32.pow(repeat.min(6));
    least + random::below(least)
}
