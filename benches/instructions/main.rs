//! What a launch costs in instructions, which a busy machine counts as an idle one does.
//!
//! ```text
//! cargo bench --bench instructions [-- launch]
//! ```
//!
//! with words for those subjects alone that have one of them in their names. It runs itself under `valgrind
//! --tool=callgrind`, which counts the instructions of marked calls and of no others, and prints each figure
//! beside its floor of the same run. Limits stand a few hundredths above what was measured when they were
//! set; the run fails where one of them is exceeded. A figure repeats within 0.3 %, however busy the machine is.
//!
//! Valgrind knows no AVX-512, and counts nothing that the kernel does: the ratios of time are measured by
//! `cargo bench --bench targets`, and the time of whole servers by `benches/server`.

#[path = "../sample/mod.rs"]
mod sample;
#[path = "../sample/service.rs"]
#[expect(dead_code, reason = "others call it differently")]
mod service;

#[path = "../table/mod.rs"]
#[expect(dead_code, reason = "others have targets of other kinds")]
mod table;

mod callgrind;
mod form;
mod http;
mod launch;
mod limits;
mod login;
mod meter;
mod pass_through;
mod state;
mod validation;

use std::{env, process::ExitCode};

use crate::meter::Meter;

fn main() -> ExitCode {
    // Cargo adds an argument of its own.
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    match words.split_first() {
        Some((first, words)) if first == "count" => {
            count(&Meter::new(words));
            ExitCode::SUCCESS
        }
        _ => limits::check(&words),
    }
}

/// Runs each subject, to be counted.
fn count(meter: &Meter) {
    validation::count(meter);
    state::count(meter);
    form::count(meter);
    login::count(meter);
    pass_through::count(meter);
    launch::count(meter);
    http::count(meter);
}
