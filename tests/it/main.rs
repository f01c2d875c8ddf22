//! Everything public, through the public API.

mod app;
mod browser;
mod certification;
mod configuration;
mod error_codes;
mod frameworks;
mod key_sets;
mod launch;
mod login;
mod missing_deployment;
mod people;
mod redis_server;
mod rejections;
mod replay;
mod slow_bodies;
mod store_contract;
mod two_processes;
