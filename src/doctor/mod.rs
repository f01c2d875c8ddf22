//! Checks registrations and the tool's own side before the first launch.
//!
//! A [`Finding`] says what was seen, what was wanted, the remedy, and who has to act.

mod finding;

pub use self::finding::{Actor, Finding};
