//! Everything public, through the public API.

mod algorithms;
mod app;
mod attacks;
mod browser;
mod certification;
mod claims;
mod clock_set_back;
mod configuration;
mod edges;
mod error_codes;
mod frameworks;
mod histories;
mod key_sets;
mod launch;
mod login;
mod model;
mod odd_input;
mod onboarding;
mod onboarding_browser;
mod people;
mod platforms;
mod redis_round_trips;
mod redis_server;
mod sqlite;
mod store_contract;
mod two_processes;
