//! What every store must do, and what is particular to one.

mod contract;
mod every_store;
mod mixed_registrations;
mod session_instances;
mod session_site;
mod sessions;
mod sqlite;

pub(crate) use self::{every_store::over_every_store, session_site::Site, sqlite::Database};
