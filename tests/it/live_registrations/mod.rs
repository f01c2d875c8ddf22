//! Registrations that are added, changed, disabled and removed while the tool runs.

mod changes;
mod contract;
mod copies;
mod file;
mod file_places;
mod launches;
mod records;
mod redis;
mod registered_elsewhere;
pub(crate) mod watched_store;
mod wrong_stores;
