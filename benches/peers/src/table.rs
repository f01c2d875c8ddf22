//! What is printed: a line for each contender, and whether the target is met.

use crate::rounds::Rounds;

/// How many lines there are.
pub(crate) const ROWS: usize = 4;

const FLOOR: usize = 0;
const OURS: usize = 1;
/// The row that the target is about.
const PEER: usize = 2;

/// How many times faster than the peer a launch is to be.
const TARGET: f64 = 6.0;

pub(crate) fn print(names: &[&str; ROWS], rounds: &Rounds<'_>) {
    println!("| what | µs per launch | x floor | tower-lti is so many times faster |");
    println!("| --- | ---: | ---: | ---: |");
    for (row, name) in names.iter().enumerate() {
        let (micros, floors) = (rounds.nanos(row) / 1e3, rounds.ratio(row, FLOOR));
        let faster = match row {
            FLOOR | OURS => String::new(),
            _ => format!("{:.1}", rounds.ratio(row, OURS)),
        };
        println!("| {name} | {micros:.1} | {floors:.2} | {faster} |");
    }
    let faster = rounds.ratio(PEER, OURS);
    let verdict = if faster >= TARGET { "met" } else { "not met" };
    println!();
    println!("target: at least {TARGET:.1} times faster than the peer whose form was read before");
    println!("measured: {faster:.2}, {verdict}");
}
