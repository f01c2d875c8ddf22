//! Registrations in Redis: a hash of their records, one of their login names, and a revision, all in one slot.

mod change;
mod records;
mod script;
mod transaction;
