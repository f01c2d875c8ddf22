//! Any sequence of logins, launches, replays, hours and an administrator's acts, beside a model that
//! says what must come of each.
//!
//! The sequences are the same in every run; `TEST_LENGTH` in the environment asks for more of them.

mod mutations;
mod steps;
mod tool;
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::{steps::sequences, tool::Tool};
use crate::length;

/// How many sequences are tried, where the environment asks for no more.
const CASES: u64 = 80;

#[test]
fn whatever_happens_a_launch_is_let_in_once_and_only_where_it_may_be() {
    let config = Config {
        failure_persistence: None,
        cases: u32::try_from(length::rounds(CASES)).unwrap(),
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(&sequences(), |steps| {
            runtime.block_on(async {
                let mut tool = Tool::new();
                for step in steps {
                    tool.take(&step).await;
                }
            });
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}
