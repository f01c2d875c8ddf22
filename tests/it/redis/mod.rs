//! What launches cost on Redis, and what they make of its failures.

mod data_loss;
mod meter;
mod pipelining;
mod round_trips;
mod sessions;
mod two_processes;
