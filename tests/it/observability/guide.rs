//! What the guide's page says, to be held to.

use std::collections::{BTreeMap, BTreeSet};

use tower_lti::error::ErrorCode;

const PAGE: &str = include_str!("../../../src/guide/observability.md");

const EVENTS: &str = concat!(
    include_str!("../../../src/observe/event/deep_linking.rs"),
    include_str!("../../../src/observe/event/dynamic_registration.rs"),
    include_str!("../../../src/observe/event/launches.rs"),
    include_str!("../../../src/observe/event/platforms.rs"),
    include_str!("../../../src/observe/event/registrations.rs"),
    include_str!("../../../src/observe/event/stores.rs"),
    include_str!("../../../src/observe/event/tool_keys.rs"),
);

/// The words of every event that has words of its own, whether a test meets it or not.
pub(super) fn events_of_the_code() -> Vec<&'static str> {
    let calls = EVENTS.split("event!(").skip(1);
    // An event is the last thing that its function does, and its text the last thing of the event.
    let texts = calls.filter_map(|call| call.split_once("\n}")?.0.rsplit('"').nth(1));
    let events: Vec<_> = texts.filter(|text| text.contains(' ')).collect();
    assert!(events.len() > 10, "{events:?}");
    events
}

/// What stands in backticks in a cell.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The rows of the table with this head: what is quoted in the first cell, and in the one at `column`.
pub(super) fn table(head: &str, column: usize) -> BTreeMap<String, BTreeSet<String>> {
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(head));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    let table: BTreeMap<_, _> = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            let name = quoted(cells[0]).into_iter().next().unwrap();
            (name, quoted(cells[column]))
        })
        .collect();
    assert!(!table.is_empty(), "{head}");
    table
}

/// Whether the word stands on the page, or is one of the stable codes.
pub(super) fn knows(word: &str) -> bool {
    PAGE.contains(&format!("`{word}`")) || ErrorCode::ALL.iter().any(|code| code.as_str() == word)
}
