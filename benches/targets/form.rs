//! The form of a launch, beside the parser that axum's `Form` uses.

use std::hint::black_box;

use tower_lti::testing::steps::read_form;

use crate::{
    rounds::Rounds,
    sample::{self, Posts},
    table::{Table, Target},
};

const ROUNDS: usize = 61;
const CALLS: usize = 400;
const FORMS: usize = 8;

pub(crate) fn measure(table: &mut Table) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let forms: Vec<_> = (0..FORMS).map(|_| posts.next().form).collect();

    let mut rounds = Rounds::default();
    let common = rounds.add(CALLS, |call| {
        for field in form_urlencoded::parse(&forms[call % FORMS]) {
            black_box(field);
        }
    });
    let ours = rounds.add(CALLS, |call| {
        black_box(read_form(&forms[call % FORMS])).expect("a good form");
    });
    rounds.run(ROUNDS);

    table.gate(
        &format!(
            "a form of {} bytes, of form_urlencoded's time",
            forms[0].len()
        ),
        rounds.ratio(ours, common),
        Target::AtMost(0.19),
        " x",
        &format!("({:.2} us)", rounds.nanos(ours) / 1e3),
    );
}
