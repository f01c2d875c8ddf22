//! Any page of a roster: what is read stands in it.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tower_lti_fuzz::read_roster;

fuzz_target!(|data: &[u8]| {
    let read = read_roster(b"", data).expect("no header is one");
    let members = match read.members {
        Ok(members) => members,
        Err(error) => return assert_eq!(error.status(), 502),
    };
    assert_eq!(read.pages, 1);
    let mut users = BTreeSet::new();
    for member in &members {
        assert!(!member.user_id().is_empty());
        assert!(users.insert(member.user_id()), "a user stands there once");
        assert!(member.name().is_none_or(|name| !name.is_empty()));
        let _ = (member.messages(), member.group_enrollments());
        for name in member.field_names() {
            assert!(member.field_text(name).is_some());
        }
        assert!(!format!("{member:?}").contains('"'));
    }
    // What serde_json reads as a whole, is read here as it stands.
    let text = std::str::from_utf8(data).expect("what is no text is no roster");
    let text = text.trim_start_matches('\u{feff}');
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        let listed = json["members"].as_array().expect("it has members");
        let left = members.len() + members.repeated() + members.left_out();
        assert_eq!(left, listed.len());
    }
});
