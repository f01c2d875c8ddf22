//! What is allocated, and what a nonce takes for as long as it is remembered.
//!
//! ```text
//! cargo bench --bench memory [-- allocations]
//! ```
//!
//! with words for those subjects alone that have one of them in their names. The allocator counts, and so this
//! is a program of its own beside `targets`, which measures time. It starts a `redis-server` of its own.

#[path = "../sample/nonces.rs"]
#[expect(dead_code, reason = "others look for the deployment, too")]
mod nonces;
#[path = "../sample/roster.rs"]
#[expect(dead_code, reason = "others measure a header, too")]
mod roster;
#[path = "../sample/mod.rs"]
#[expect(dead_code, reason = "others measure more of it")]
mod sample;
#[path = "../sample/school.rs"]
#[expect(dead_code, reason = "others make all pages before")]
mod school;
#[path = "../sample/service.rs"]
#[expect(dead_code, reason = "others call it differently")]
mod service;
#[path = "../sample/sessions.rs"]
mod sessions;

#[path = "../sample/services.rs"]
mod services;

#[path = "../table/mod.rs"]
#[expect(dead_code, reason = "others have targets of other kinds")]
mod table;

#[path = "../../tests/support/redis/mod.rs"]
#[expect(dead_code, reason = "the tests do more with it")]
mod redis_server;

mod allocations;
mod memory_store;
mod redis_store;
mod roster_pages;

use std::process::ExitCode;

fn main() -> ExitCode {
    table::run(&[
        ("allocations", allocations::measure),
        ("memory_store", memory_store::measure),
        ("redis_store", redis_store::measure),
        ("roster", roster_pages::measure),
    ])
}
