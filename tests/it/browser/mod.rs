//! The examples before a real browser.

mod example;
mod grades_example;
mod onboarding_example;
mod session;

pub(crate) use self::session::{PATIENCE, Program, example, photograph, visit};
