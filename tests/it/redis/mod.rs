//! What launches cost on Redis, and what they make of its failures.

mod data_loss;
mod pipelining;
mod round_trips;
mod two_processes;
