//! Everything public, through the public API.

mod app;
mod certification;
mod launch;
mod redis_server;
mod rejections;
mod replay;
mod store_contract;
