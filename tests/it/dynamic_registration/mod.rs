//! Dynamic registration: over real sockets, with what platforms send and what hostile ones do.

mod access;
mod approval;
mod flow;
mod platform;
mod world;
