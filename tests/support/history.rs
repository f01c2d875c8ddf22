//! What launches were answered, and what must be true of it whatever happened to the store.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Response, header};

use super::app::code;

/// No launch may take longer, whatever the store does.
const LONGEST: Duration = Duration::from_millis(2_500);

/// The answer to one post.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Which launch it was: posts with the same number are the same post.
    pub(crate) launch: usize,
    /// Whether it was the first time that this post was sent.
    pub(crate) is_first: bool,
    pub(crate) sent: Instant,
    pub(crate) took: Duration,
    pub(crate) status: u16,
    code: String,
    retry_after: Option<u64>,
}

impl Answer {
    pub(crate) fn new(
        launch: usize,
        is_first: bool,
        sent: Instant,
        response: &Response<Bytes>,
    ) -> Self {
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let seconds = retry_after.map(|value| value.to_str().unwrap().parse().unwrap());
        Self {
            launch,
            is_first,
            sent,
            took: sent.elapsed(),
            status: response.status().as_u16(),
            code: code(response),
            retry_after: seconds,
        }
    }
}

/// All answers of a load, in the order in which their posts were sent.
#[derive(Debug)]
pub(crate) struct History {
    answers: Vec<Answer>,
}

impl History {
    /// Checks what holds under any fault.
    pub(crate) fn checked(mut answers: Vec<Answer>) -> Self {
        answers.sort_by_key(|answer| answer.sent);
        let mut successes = BTreeMap::<usize, usize>::new();
        for answer in &answers {
            match (answer.status, answer.code.as_str()) {
                (200, _) => *successes.entry(answer.launch).or_default() += 1,
                (409, "replay_detected") => {
                    assert!(!answer.is_first, "sent once, and taken for a replay");
                }
                // The store came back and may have forgotten: whoever logged in before starts again.
                (401, "state_expired") => {}
                (503, "store_unavailable") => {
                    let retry_after = answer.retry_after.expect("503 says when to come back");
                    assert!((1..=2).contains(&retry_after), "{answer:?}");
                }
                _ => panic!("not an answer to a fault of the store: {answer:?}"),
            }
            assert!(answer.took <= LONGEST, "too long: {answer:?}");
        }
        for (launch, successes) in successes {
            assert_eq!(successes, 1, "launch {launch} was let in twice");
        }
        Self { answers }
    }

    /// How many posts were answered like this.
    pub(crate) fn count(&self, status: u16) -> usize {
        let like_this = |answer: &&Answer| answer.status == status;
        self.answers.iter().filter(like_this).count()
    }

    /// How many launches there were, however often each was posted.
    pub(crate) fn launches(&self) -> usize {
        self.answers.iter().filter(|answer| answer.is_first).count()
    }

    /// The longest that answers like this took.
    pub(crate) fn longest(&self, status: u16) -> Duration {
        let like_this = self.answers.iter().filter(|one| one.status == status);
        like_this.map(|one| one.took).max().unwrap_or_default()
    }

    /// The time that all but one in a hundred answers kept to.
    pub(crate) fn p99(&self) -> Duration {
        let mut took: Vec<Duration> = self.answers.iter().map(|answer| answer.took).collect();
        took.sort();
        took[took.len() * 99 / 100]
    }

    /// How long after `since` the last launch was sent that did not get in.
    pub(crate) fn recovery(&self, since: Instant) -> Duration {
        let firsts = self.answers.iter().filter(|answer| answer.is_first);
        let turned_away = firsts.filter(|answer| answer.status != 200);
        let last = turned_away.map(|answer| answer.sent).max();
        last.map_or(Duration::ZERO, |last| last.saturating_duration_since(since))
    }
}
