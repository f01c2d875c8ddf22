//! From a token's text to its claims, beside V and F; and a whole launch in memory.

use std::{cell::RefCell, hint::black_box, time::Instant};

use futures_util::FutureExt;
use tower_lti::testing::steps::validate_id_token;

use crate::{
    rounds::Rounds,
    sample::{
        self, Posts,
        floor::{Floor, Signed},
    },
    service::service,
    table::{Table, Target},
};

const ROUNDS: usize = 31;

/// Different tokens, so that nothing is foreseen.
const TOKENS: usize = 100;

/// Launches in a round: each needs a token of its own.
const LAUNCHES: usize = 64;

pub(crate) fn measure(table: &mut Table) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let tokens: Vec<String> = (0..TOKENS).map(|_| posts.next().id_token).collect();
    let signed: Vec<_> = tokens
        .iter()
        .filter_map(|text| Signed::split(text))
        .collect();
    let floor = Floor::new(&platform);
    let registration = platform.registration();
    // The first launch fetches the keys; what is measured finds them there.
    let runtime = sample::runtime();
    runtime
        .block_on(validate_id_token(&tool, &registration, &tokens[0]))
        .expect("a good token");
    let launches: Vec<_> = (0..ROUNDS * LAUNCHES)
        .map(|_| posts.next().to_request())
        .collect();
    let launches = RefCell::new(launches);
    let mut service = service(&tool);

    let mut rounds = Rounds::default();
    let v = rounds.add(TOKENS, |call| {
        assert!(black_box(floor.verify(&signed[call % TOKENS])));
    });
    let f = rounds.add(TOKENS, |call| {
        black_box(floor.validate(&tokens[call % TOKENS])).expect("a good token");
    });
    let ours = rounds.add(TOKENS, |call| {
        let token = &tokens[call % TOKENS];
        black_box(validate_id_token(&tool, &registration, token).now_or_never())
            .expect("the keys are there")
            .expect("a good token");
    });
    let launch = rounds.add_timed(LAUNCHES, |_| {
        let at = launches.borrow().len() - LAUNCHES;
        let batch = launches.borrow_mut().split_off(at);
        let begin = Instant::now();
        for request in batch {
            let answer = runtime.block_on(service(request));
            assert_eq!(answer.status(), 200);
        }
        begin.elapsed()
    });
    rounds.run(ROUNDS);

    let micros = |who| rounds.nanos(who) / 1e3;
    table.tell("V: one RS256 signature, key kept", micros(v), " us", "");
    table.tell(
        "F: the floor, token to checked claims",
        rounds.ratio(f, v),
        " x V",
        &format!("({:.1} us)", micros(f)),
    );
    table.gate(
        "validation, all checks, unknown claims kept",
        rounds.ratio(ours, f),
        Target::AtMost(1.20),
        " x F",
        &format!("({:.1} us)", micros(ours)),
    );
    table.gate(
        "the same",
        rounds.ratio(ours, v),
        Target::AtMost(1.55),
        " x V",
        "",
    );
    table.tell(
        "a whole launch in memory, form to answer",
        rounds.ratio(launch, f),
        " x F",
        &format!("({:.1} us)", micros(launch)),
    );
}
