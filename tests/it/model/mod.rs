//! Any sequence of logins, launches, replays, hours and an administrator's acts, beside a model that
//! says what must come of each.
//!
//! The sequences are the same in every run; `PROPTEST_CASES` in the environment asks for more of them.

mod mutations;
mod steps;
mod tool;
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::{steps::sequences, tool::Tool};

/// How many sequences are tried, unless the environment says otherwise.
const CASES: u32 = 160;

#[test]
fn whatever_happens_a_launch_is_let_in_once_and_only_where_it_may_be() {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
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
