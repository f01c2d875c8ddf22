//! The examples before a real browser.

mod example;
mod grades_example;
mod onboarding_example;
mod session;

pub(crate) use self::session::{
    PATIENCE, Program, UserData, example, open_browser, photograph, start_driver, start_example,
};
