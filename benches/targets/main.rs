//! What a launch costs, as ratios: a table, and a failure where a target is missed.
//!
//! ```text
//! cargo bench --bench targets [-- form]
//! ```
//!
//! with words for those subjects alone that have one of them in their names.
//!
//! Everything is measured beside what it is compared with, in rounds that take turns; what is shown is
//! the median of the rounds' ratios, which holds on a busy machine as on an idle one. Rows that are
//! marked `gate` fail the run when they miss by more than a tenth; the others are a report, because what
//! they measure swings with the machine. It starts a `redis-server` of its own.
//!
//! Where a target is a time, it is one on a Xeon with AVX-512, and stands here as what it is to its
//! neighbour there: a form of 3.5 KB in one microsecond, where the common parser takes 5.3, is 0.19 of it.

#[path = "../sample/nonces.rs"]
mod nonces;
#[path = "../sample/roster.rs"]
mod roster;
#[path = "../sample/mod.rs"]
mod sample;
#[path = "../sample/school.rs"]
#[expect(dead_code, reason = "others measure one over a socket")]
mod school;
#[path = "../sample/service.rs"]
mod service;
#[path = "../sample/services.rs"]
mod services;
#[path = "../sample/sessions.rs"]
mod sessions;

#[path = "../table/mod.rs"]
#[expect(dead_code, reason = "others have targets of other kinds")]
mod table;

#[path = "../../tests/support/redis/mod.rs"]
#[expect(dead_code, reason = "the tests do more with it")]
mod redis_server;

mod access_tokens;
mod form;
mod key_fetches;
mod login;
mod memory_store;
mod pass_through;
mod redis_store;
mod roster_pages;
mod rounds;
mod scores;
mod service_calls;
mod tool_keys;
mod validation;

use std::process::ExitCode;

fn main() -> ExitCode {
    table::run(&[
        ("validation", validation::measure),
        ("pass_through", pass_through::measure),
        ("form", form::measure),
        ("login", login::measure),
        ("roster", roster_pages::measure),
        ("memory_store", memory_store::measure),
        ("key_fetches", key_fetches::measure),
        ("signing", tool_keys::signing),
        ("key_set", tool_keys::key_set),
        ("access_tokens", access_tokens::measure),
        ("service_calls", service_calls::measure),
        ("scores", scores::measure),
        ("round_trips", redis_store::round_trips),
        ("redis_store", redis_store::measure),
    ])
}
