//! What the platform's pages were asked to store, as their script has written it down.

use std::time::Instant;

use serde_json::Value;

use crate::browser::{course::Person, session::PATIENCE};

const LOOK: &str = "const frames = document.querySelectorAll('iframe[src$=\"storage\"]'); \
    const pages = [window, ...Array.from(frames, (frame) => frame.contentWindow)]; \
    const values = (page) => Object.values(page.eval('ltiStored')).flatMap(Object.values); \
    return [pages.flatMap((page) => page.eval('ltiMessages')), pages.flatMap(values)]";

impl Person {
    /// On the course's page: all messages that it and its frame got, once nothing is stored any longer.
    pub(super) async fn storage_is_empty(&self, what: &str) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let (messages, stored) = self.storage().await;
            if stored.is_empty() {
                return messages;
            }
            assert!(Instant::now() < until, "{what}: {stored:?} is still stored");
        }
    }

    /// On the course's page: all messages that it and its frame got, and what is stored.
    pub(super) async fn storage(&self) -> (Vec<Value>, Vec<Value>) {
        let found = self.script(LOOK).await;
        let list = |place: usize| found[place].as_array().expect("a list").clone();
        (list(0), list(1))
    }
}
