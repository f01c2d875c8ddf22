//! The testing kit: its browser as a user's tests use it, and its services by themselves, before a client that is written out
//! here.

mod administrator;
mod browser;
mod client;
mod deep_linking;
mod dialects;
mod dynamic_registration;
mod faults;
mod forms;
mod mistakes;
mod services;
mod simulated_platform;
mod surroundings;
mod visits;
