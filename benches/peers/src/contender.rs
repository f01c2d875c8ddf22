//! What is measured, whoever it is.

use std::time::Duration;

/// Somebody who performs launches.
pub(crate) trait Contender {
    /// What the table says of it.
    fn name(&self) -> &'static str;

    /// Makes this many launches that nobody has seen, before the time is taken.
    fn prepare(&mut self, launches: usize);

    /// Performs what was prepared, and returns how long that took.
    ///
    /// # Panics
    ///
    /// Panics when a launch fails.
    fn perform(&mut self) -> Duration;
}
