//! A page of a roster beside serde_json into the same fields, and a `Link` header.

use std::hint::black_box;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use tower_lti::testing::steps::{read_links, read_roster_page};

use crate::{
    roster,
    rounds::Rounds,
    sample,
    school::{self, Pages, School},
    table::{Table, Target},
};

const ROUNDS: usize = 61;
const MEMBERS: usize = 50_000;

/// What serde makes of a page.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and never looked at")]
struct Floor {
    context: FloorContext,
    members: Vec<FloorMember>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and never looked at")]
struct FloorContext {
    id: String,
    label: Option<String>,
    title: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and never looked at")]
struct FloorMember {
    user_id: String,
    #[serde(default)]
    roles: Vec<String>,
    status: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    middle_name: Option<String>,
    email: Option<String>,
    picture: Option<String>,
    lis_person_sourcedid: Option<String>,
    lti11_legacy_user_id: Option<String>,
}

pub(crate) fn measure(table: &mut Table) {
    for size in [50, 1_000] {
        let pages: Vec<String> = (0..MEMBERS / size)
            .map(|page| roster::page(page * size, size))
            .collect();
        let school = School::new(Pages::Made(
            pages.iter().cloned().map(Bytes::from).collect(),
        ));
        let runtime = sample::runtime();
        let read_all = || runtime.block_on(school::count(school.roster()));
        // The first call gets the access token.
        assert_eq!(read_all(), MEMBERS);
        let calls = 4_000 / size;
        let mut rounds = Rounds::default();
        let floor = rounds.add(calls, |call| {
            let page = pages[call % pages.len()].as_bytes();
            black_box(serde_json::from_slice::<Floor>(page)).expect("a good page");
        });
        let ours = rounds.add(calls, |call| {
            let page = pages[call % pages.len()].as_bytes();
            black_box(read_roster_page(page)).expect("a good page");
        });
        rounds.run(ROUNDS);
        let mut whole = Rounds::default();
        let each_page = whole.add(1, |_| {
            for page in &pages {
                black_box(serde_json::from_slice::<Floor>(page.as_bytes())).expect("a good page");
            }
        });
        let read_whole = whole.add(1, |_| assert_eq!(read_all(), MEMBERS));
        whole.run(7);
        table.gate(
            &format!("a roster in pages of {size}, of serde_json's time"),
            rounds.ratio(ours, floor),
            Target::AtMost(1.2),
            " x",
            &format!("({:.0} ns a member)", rounds.nanos(ours) / size as f64),
        );
        table.gate(
            "the same with calls and links, over memory",
            whole.ratio(read_whole, each_page),
            Target::AtMost(1.2),
            " x",
            &format!("({:.1} ms for 50,000)", whole.nanos(read_whole) / 1e6),
        );
    }

    let mut headers = HeaderMap::new();
    headers.insert(header::LINK, HeaderValue::from_static(roster::LINK));
    let mut rounds = Rounds::default();
    let link = rounds.add(1_000, |_| {
        assert!(black_box(read_links(black_box(&headers))).is_some());
    });
    rounds.run(ROUNDS);
    table.gate(
        &format!("a Link header of {} bytes", roster::LINK.len()),
        rounds.nanos(link),
        Target::AtMost(1_000.0),
        " ns",
        "",
    );
}
