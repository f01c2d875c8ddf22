//! The examples before a real browser.

mod example;
mod onboarding_example;

pub(crate) use self::example::{PATIENCE, Program, UserData, example, open_browser, photograph};
