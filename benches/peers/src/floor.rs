//! F, the floor: what nobody can do without.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use tower_lti::testing::Platform;

use crate::{
    contender::Contender,
    sample::{self, Posts},
};

/// Validates tokens, and does nothing else.
pub(crate) struct Floor {
    floor: sample::floor::Floor,
    posts: Posts,
    tokens: Vec<String>,
}

impl Floor {
    pub(crate) fn new(platform: &Platform) -> Self {
        let tool = sample::tool_builder(platform).build().expect("a tool");
        Self {
            floor: sample::floor::Floor::new(platform),
            posts: Posts::new(platform, &tool),
            tokens: Vec::new(),
        }
    }
}

impl Contender for Floor {
    fn name(&self) -> &'static str {
        "floor F"
    }

    fn prepare(&mut self, launches: usize) {
        self.tokens = (0..launches).map(|_| self.posts.next().id_token).collect();
    }

    fn perform(&mut self) -> Duration {
        let begin = Instant::now();
        for token in self.tokens.drain(..) {
            let claims = black_box(self.floor.validate(&token));
            assert!(claims.is_some(), "the floor refuses a launch");
        }
        begin.elapsed()
    }
}
