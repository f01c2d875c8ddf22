//! How long a token endpoint is left alone.

use std::time::Duration;

/// The pause after the first failure.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(10);

/// The pause after so many failures in a row: one second, then twice as long each time, at most ten.
pub(super) fn after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(8);
    (FIRST * 2_u32.pow(doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-22
    #[test]
    fn a_pause_doubles_from_one_second_to_ten() {
        let seconds = [1, 2, 3, 4, 5, 6, u32::MAX].map(|failures| after(failures).as_secs());
        assert_eq!(seconds, [1, 2, 4, 8, 10, 10, 10]);
    }
}
