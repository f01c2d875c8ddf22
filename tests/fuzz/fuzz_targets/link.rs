//! Any `Link` header before a good page: the list goes on where the header says so, on the same origin, or ends.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use tower_lti_fuzz::read_roster;

const PAGE: &[u8] = b"{\"members\":[{\"user_id\":\"first\"}]}";

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some(read) = read_roster(data, PAGE) else {
        return Corpus::Reject;
    };
    match read.members {
        Ok(members) => {
            assert_eq!(members.len(), read.pages);
            assert!(members.get("first").is_some());
        }
        Err(error) => assert_eq!(error.status(), 502),
    }
    // Nobody goes on who was not told to.
    let lower = data.to_ascii_lowercase();
    let says_next = lower.windows(4).any(|part| part == b"next");
    assert!(read.pages == 1 || says_next);
    Corpus::Keep
});
