//! Who launches, and who is in the course.

use crate::testing::CourseMember;

/// Who launches: the login hint, what the button says, the name, the role, the deployment.
pub(super) const PEOPLE: [(&str, &str, &str, &str, &str); 4] = [
    (
        "learner",
        "Launch as learner",
        "Lea Lerner",
        "Learner",
        "dep-1",
    ),
    (
        "instructor",
        "Launch as instructor",
        "Ines Lehrer",
        "Instructor",
        "dep-1",
    ),
    (
        "new",
        "Launch from a new deployment",
        "Ines Lehrer",
        "Instructor",
        "",
    ),
    (
        "administrator",
        "Launch from a new deployment as administrator",
        "Ada Admin",
        "Administrator",
        "",
    ),
];

/// The login hint of the one who may add content to the course.
pub(super) const TEACHER: &str = "instructor";

/// The members of the course: whoever launches, each person once, and some who do not.
pub(super) fn members() -> impl Iterator<Item = CourseMember> {
    let is_first = |place: usize| {
        let mut earlier = PEOPLE[..place].iter();
        !earlier.any(|person| person.2 == PEOPLE[place].2)
    };
    let launching = (0..PEOPLE.len()).filter(move |place| is_first(*place));
    let launching = launching.map(|place| {
        let (hint, _, name, role, _) = &PEOPLE[place];
        let member = CourseMember::with_roles(&format!("user-{hint}"), [*role]);
        let (given, family) = name.split_once(' ').unwrap_or((name, ""));
        member.named(given, family)
    });
    let others = [("user-max", "Max", "Muster"), ("user-zoe", "Zoë", "Zimmer")];
    let others = others.map(|(id, given, family)| CourseMember::learner(id).named(given, family));
    launching.chain(others)
}
