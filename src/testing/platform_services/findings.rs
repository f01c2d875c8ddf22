//! What a test can look at afterwards.

use super::platform_services::PlatformServices;
use crate::testing::{Call, Grade, PostedScore, ReceivedAssertion, ReceivedRequest};

impl PlatformServices {
    /// What the grade book has of a user, for the line item with this URL.
    #[must_use]
    pub fn grade_of(&self, line_item: &str, user_id: &str) -> Option<Grade> {
        let state = self.lock();
        let number = state.line_item_number(line_item)?;
        let column = state.grade_book.column(number)?;
        column.grades.get(user_id).cloned()
    }

    /// All scores that were posted, in order, those that were refused for what they say included.
    #[must_use]
    pub fn posted_scores(&self) -> Vec<PostedScore> {
        self.lock().grade_book.posted().to_vec()
    }

    /// All requests, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.lock().requests.clone()
    }

    /// The requests of one kind, in order.
    #[must_use]
    pub fn requests_for(&self, call: Call) -> Vec<ReceivedRequest> {
        let of_kind = |request: &&ReceivedRequest| request.call() == call;
        self.lock()
            .requests
            .iter()
            .filter(of_kind)
            .cloned()
            .collect()
    }

    /// How many requests of a kind there were.
    #[must_use]
    pub fn count(&self, call: Call) -> usize {
        let requests = &self.lock().requests;
        requests
            .iter()
            .filter(|request| request.call() == call)
            .count()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.lock().requests.clear();
    }

    /// All assertions that came with token requests, in order.
    #[must_use]
    pub fn assertions(&self) -> Vec<ReceivedAssertion> {
        self.lock().assertions.clone()
    }

    /// The access tokens that were issued, in order, to look for where none should be.
    #[must_use]
    pub fn issued_tokens(&self) -> Vec<String> {
        let state = self.lock();
        let mut tokens: Vec<_> = state.tokens.iter().collect();
        tokens.sort_by_key(|(_, token)| token.number);
        tokens.into_iter().map(|(text, _)| text.clone()).collect()
    }
}
