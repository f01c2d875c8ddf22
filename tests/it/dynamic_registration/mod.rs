//! Dynamic registration: over real sockets, with what platforms send and what hostile ones do.

mod access;
mod approval;
mod clouds;
mod configurations;
mod flow;
mod handles;
mod known_platforms;
mod languages;
mod load;
mod management;
mod moodle;
mod odd_configurations;
mod pages;
pub(crate) mod platform;
mod platform_answers;
mod profiles;
mod replies;
mod requests;
mod same_client;
mod unwritable;
pub(crate) mod world;
