//! Rosters: what a platform is asked, what it may answer, and what is made of it.

mod asking;
mod costs;
mod course;
mod differences;
mod members;
mod moodle;
mod privacy;
mod products;
mod refusals;
mod sizes;

pub(crate) use self::course::{Course, container, members};
