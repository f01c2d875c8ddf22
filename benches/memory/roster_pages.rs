//! What a roster of a whole school takes at once, over a socket: the platform is another thread, which does not
//! count.

use std::{sync::mpsc, thread};

use allocation_counter::measure as count;
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool,
    registration::{Registration, Registrations},
    services::{ListBounds, ServiceErrorKind},
    testing::PlatformServices,
};

use crate::{
    roster, sample,
    school::{self, Pages, School},
    table::{Table, Target},
};

/// Members on a page.
const PAGE: usize = 1_000;

struct Served {
    platform: PlatformServices,
    school: School,
}

/// A platform on a thread of its own.
fn serve() -> Served {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        sample::runtime().block_on(async {
            let platform = PlatformServices::start().await;
            platform.trust_any_assertion();
            sender.send(platform).expect("somebody waits");
            std::future::pending::<()>().await;
        });
    });
    let platform = receiver.recv().expect("it starts");
    let registration: Registration = platform.registration();
    let launch: LaunchContext = platform.launch_context().build();
    let builder = LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(Registrations::new([registration]).expect("one registration"));
    let school = School::of(builder, launch);
    Served { platform, school }
}

pub(crate) fn measure(table: &mut Table) {
    for size in [200, PAGE] {
        let page = roster::page(0, size).len() as f64;
        let few = over_memory(5_000, size);
        let many = over_memory(50_000, size);
        table.limit(
            &format!("50,000 members in pages of {size}, most memory at once"),
            many / page,
            Target::AtMost(3.0),
            " x a page",
            &format!("({:.0} KB a page)", page / 1e3),
        );
        table.limit(
            "the same, of what 5,000 take",
            many / few,
            Target::AtMost(1.05),
            " x",
            "",
        );
    }

    let served = serve();
    let Served { platform, school } = &served;
    platform.dismiss_all();
    let runtime = sample::runtime();
    let members = |members: usize, size: usize| {
        platform.enroll_crowd(members);
        let bounds = ListBounds::new().max_page_bytes(64 << 20);
        let roster = school.roster().page_size(size).bounds(bounds);
        let counted = count(|| {
            assert_eq!(runtime.block_on(school::count(roster)), members);
        });
        counted.bytes_max as f64
    };
    // The first call gets the access token and the connection.
    members(1_000, 500);

    let page = page_bytes(PAGE) as f64;
    let many = members(50_000, PAGE);
    table.tell(
        "50,000 members over a socket, of a page of 1,000",
        many / page,
        " x",
        &format!(
            "({:.0} KB a page; hyper reads into up to 400 KB)",
            page / 1e3
        ),
    );

    let body = page_bytes(50_000) as f64;
    let whole = members(50_000, 50_000);
    table.limit(
        "50,000 members in one body, most memory at once",
        whole / body,
        Target::AtMost(3.0),
        " x the body",
        &format!("({:.1} MB)", body / 1e6),
    );
    let refused = runtime.block_on(school.roster().page_size(50_000).collect());
    let refused = refused.expect_err("it is larger than 8 MiB");
    assert_eq!(refused.kind(), ServiceErrorKind::AnswerTooLarge);
}

/// The same for a platform that answers from memory: what this crate takes, each page's body included.
fn over_memory(members: usize, size: usize) -> f64 {
    let school = School::new(Pages::Fresh { members, size });
    let runtime = sample::runtime();
    // The first call gets the access token.
    let first = runtime.block_on(school.roster().pages().expect("a good URL").next_page());
    drop(first.expect("a page").expect("a good page"));
    let counted = count(|| {
        assert_eq!(runtime.block_on(school::count(school.roster())), members);
    });
    counted.bytes_max as f64
}

/// How many bytes so many members of the platform's have, without what is around them.
fn page_bytes(members: usize) -> usize {
    let one = json!({
        "email": "student.no.-000000@school.test",
        "family_name": "No. 000000",
        "given_name": "Student",
        "lis_person_sourcedid": "school:000000",
        "name": "Student No. 000000",
        "picture": "https://lms.test/pictures/000000.png",
        "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        "status": "Active",
        "user_id": "student-000000",
    });
    members * (one.to_string().len() + 1)
}
