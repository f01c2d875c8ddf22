//! Deployments in Redis: a record for each, which stays until it is removed, and a sorted set of the ids of each
//! registration.

mod change;
mod creation;
mod durable_calls;
mod lists;
mod record;
mod records;
mod removal;
mod store;

#[cfg(test)]
pub(super) use self::record::Record;
