//! The examples before a real browser.

mod axe;
mod course;
mod deep_linking_example;
mod deep_linking_in_a_frame;
mod deep_linking_without_scripts;
mod devtools;
mod every_page;
mod example;
mod grades_example;
mod in_frames;
mod onboarding_example;
mod registering;
mod session;
mod sites;

pub(crate) use self::session::{
    PATIENCE, Program, example, photograph, program, visit, with_browser,
};
