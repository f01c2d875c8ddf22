//! A small platform with pages of its own, for examples and for trying a tool out by hand.

mod admin_page;
mod asked;
mod authorization;
mod cookie_switch;
mod course_content;
mod course_page;
mod document;
mod frame_of_links;
mod grade_book_page;
mod login;
mod people;
mod return_page;
mod roster_page;
#[expect(clippy::module_inception, reason = "named for its type")]
mod simulated_platform;
mod start_page;
mod storage_options;
mod storage_page;

pub use self::{
    cookie_switch::{CookieSwitch, WithoutCookies, WithoutCookiesFuture},
    simulated_platform::SimulatedPlatform,
    storage_options::StorageOptions,
};
