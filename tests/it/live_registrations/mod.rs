//! Registrations that are added, changed, disabled and removed while the tool runs.

mod changes;
mod contract;
mod copies;
mod launches;
mod records;
mod watched_store;
mod wrong_stores;
