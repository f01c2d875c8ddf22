//! What each subject may cost beside its floor.

use std::process::ExitCode;

use crate::{
    callgrind::Counts,
    table::{Table, Target},
};

/// What is left of a subject and its floor before they are compared.
#[derive(Clone, Copy)]
enum Compared {
    Whole,
    /// All but one signature, which is most of either and is nobody's to improve here.
    WithoutSignature,
}

/// The most that a subject may cost beside its floor.
struct Limit {
    subject: &'static str,
    what: &'static str,
    floor: &'static str,
    unit: &'static str,
    compared: Compared,
    at_most: f64,
}

/// Each stands some 4 % above what was measured on x86-64 when it was set.
const LIMITS: [Limit; 7] = [
    Limit {
        subject: "validation",
        what: "a token validated, all checks, unknown claims kept",
        floor: "floor",
        unit: " x (F - V)",
        compared: Compared::WithoutSignature,
        at_most: 1.092,
    },
    Limit {
        subject: "state",
        what: "the state of a login, verified and read",
        floor: "form: form_urlencoded",
        unit: " x form_urlencoded",
        compared: Compared::Whole,
        at_most: 0.3,
    },
    Limit {
        subject: "form",
        what: "the form of a launch",
        floor: "form: form_urlencoded",
        unit: " x form_urlencoded",
        compared: Compared::Whole,
        at_most: 0.07,
    },
    Limit {
        subject: "login",
        what: "a login, the whole service",
        floor: "floor",
        unit: " x F",
        compared: Compared::Whole,
        at_most: 0.257,
    },
    Limit {
        subject: "pass_through",
        what: "a request that is no launch",
        floor: "pass_through: bare",
        unit: " x bare",
        compared: Compared::Whole,
        at_most: 1.39,
    },
    Limit {
        subject: "launch",
        what: "a whole launch in memory, form to answer",
        floor: "floor",
        unit: " x (F - V)",
        compared: Compared::WithoutSignature,
        at_most: 2.37,
    },
    Limit {
        subject: "http",
        what: "a launch over HTTP, in memory",
        floor: "http: ideal",
        unit: " x (ideal - V)",
        compared: Compared::WithoutSignature,
        at_most: 0.88,
    },
];

/// Counts, prints the table, and fails where a limit is exceeded.
pub(crate) fn check(words: &[String]) -> ExitCode {
    let counts = match Counts::of(words) {
        Ok(counts) => counts,
        Err(error) => {
            eprintln!("Nothing is counted: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut table = Table::default();
    if let (Some(signature), Some(floor)) = (counts.get("signature"), counts.get("floor")) {
        let what = "V: one RS256 signature, key kept";
        table.tell(what, signature / 1e3, " thousand instructions", "");
        let what = "F: the floor, token to checked claims";
        table.tell(what, floor / signature, " x V", &thousands(floor));
        for limit in &LIMITS {
            if let (Some(count), Some(floor)) = (counts.get(limit.subject), counts.get(limit.floor))
            {
                let less = match limit.compared {
                    Compared::Whole => 0.0,
                    Compared::WithoutSignature => signature,
                };
                table.limit(
                    limit.what,
                    (count - less) / (floor - less),
                    Target::AtMost(limit.at_most),
                    limit.unit,
                    &thousands(count),
                );
            }
        }
    }
    table.end()
}

fn thousands(count: f64) -> String {
    format!("({:.1} thousand instructions)", count / 1e3)
}
