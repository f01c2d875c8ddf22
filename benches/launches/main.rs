//! Each part of a launch beside its floor, with criterion.
//!
//! ```text
//! cargo bench --bench launches [-- validate]
//! ```
//!
//! The ratios that are promised are measured by `cargo bench --bench targets`, in rounds that take turns.

#[path = "../sample/nonces.rs"]
mod nonces;
#[path = "../sample/mod.rs"]
mod sample;
#[path = "../sample/service.rs"]
mod service;

#[path = "../../tests/support/redis/mod.rs"]
#[expect(dead_code, reason = "the tests do more with it")]
mod redis_server;

mod form;
mod launch;
mod login;
mod pass_through;
mod store_memory;
mod store_redis;
mod validate;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    validate::group,
    pass_through::group,
    form::group,
    login::group,
    store_memory::group,
    store_redis::group,
    launch::group,
);
criterion_main!(benches);
