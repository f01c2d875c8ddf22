//! How long the tests go on that try whatever comes.

/// So many rounds, times the number that `TEST_LENGTH` in the environment holds: `tests/run nightly` sets it.
pub(crate) fn rounds(usual: u64) -> u64 {
    let times = std::env::var("TEST_LENGTH").map_or(1, |times| times.parse().expect("a number"));
    usual * times
}
