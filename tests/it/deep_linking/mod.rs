//! Content selection: items, what a request takes of them, and the way back to the platform.

mod example;
mod handles;
mod in_session;
mod item_builders;
mod items;
mod items_hostile;
mod items_refused;
mod judged;
mod moodle;
mod not_offered;
mod offers;
mod page;
mod picker;
mod requests;
mod responses;
mod sessions;
mod settings;
mod signing_keys;
mod simulated_course;
mod simulated_platform;
mod single_use;
mod visitor;
