//! Compares the public API, read from rustdoc's JSON, with the list that is kept in `api.txt`.
//!
//! `public_api path/to/tower_lti.json` fails and names what was added and removed; with `--update` behind
//! it, it writes the list. Ends with 77 where this compiler's JSON is of another version.

use std::{collections::BTreeSet, env, error::Error, fs, process::ExitCode};

use public_api::Builder;

/// The version of rustdoc's JSON that can be read.
const FORMAT: u64 = 57;

/// The list of everything public.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api.txt");

/// What a step that cannot run here ends with.
const LEFT_OUT: u8 = 77;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let json = arguments.next().ok_or("which JSON?")?;
    let update = arguments
        .next()
        .is_some_and(|argument| argument == "--update");
    let format = format_version(&fs::read_to_string(&json)?);
    if format != Some(FORMAT) {
        println!("left out: rustdoc's JSON is of version {format:?}, and {FORMAT} is read");
        return Ok(ExitCode::from(LEFT_OUT));
    }
    let api = Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;
    let now: Vec<String> = api.items().map(ToString::to_string).collect();
    if update {
        fs::write(KEPT, now.join("\n") + "\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let kept = fs::read_to_string(KEPT)?;
    let kept: BTreeSet<&str> = kept.lines().collect();
    let now: BTreeSet<&str> = now.iter().map(String::as_str).collect();
    for item in kept.difference(&now) {
        println!("- {item}");
    }
    for item in now.difference(&kept) {
        println!("+ {item}");
    }
    if kept == now {
        return Ok(ExitCode::SUCCESS);
    }
    println!("The public API changed. If that is meant: tests/run api --update");
    Ok(ExitCode::FAILURE)
}

/// The version that the JSON says it has.
fn format_version(json: &str) -> Option<u64> {
    let (_, rest) = json.rsplit_once("\"format_version\":")?;
    let digits = rest
        .trim_start()
        .split(|c: char| !c.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}
