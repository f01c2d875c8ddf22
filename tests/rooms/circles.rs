//! Who needs each other.

use std::{collections::BTreeSet, fmt::Write};

/// A module needs something of another.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) from: String,
    pub(crate) to: String,
    /// A file, and the path that stands in it.
    pub(crate) place: String,
}

/// The imports that make a circle, a line each.
pub(crate) fn circles(imports: &[Import]) -> String {
    let mut found = String::new();
    for import in imports {
        let Import { from, to, place } = import;
        if reaches(imports, to, from) {
            writeln!(found, "{from} -> {to} ({place})").expect("a text takes it");
        }
    }
    found
}

fn reaches(imports: &[Import], start: &str, end: &str) -> bool {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(one) = open.pop() {
        for import in imports.iter().filter(|import| import.from == one) {
            if seen.insert(&import.to) {
                open.push(&import.to);
            }
        }
    }
    seen.contains(end)
}
