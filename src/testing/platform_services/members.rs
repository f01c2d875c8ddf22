//! Who is in the course.

use serde_json::json;

use super::course_member::CourseMember;

/// The members of the course: those who were enrolled by name, and a crowd that is made as it is read.
pub(super) struct Members {
    named: Vec<CourseMember>,
    crowd: usize,
}

impl Members {
    pub(super) fn new() -> Self {
        Self {
            named: vec![
                CourseMember::learner("user-1").named("Lea", "Lerner"),
                CourseMember::learner("user-2").named("Max", "Muster"),
                CourseMember::learner("user-3").named("Zoë", "Zimmer"),
                CourseMember::instructor("teacher-1").named("Ines", "Lehrer"),
            ],
            crowd: 0,
        }
    }

    pub(super) fn enroll(&mut self, member: CourseMember) {
        self.named
            .retain(|known| known.user_id() != member.user_id());
        self.named.push(member);
    }

    pub(super) fn enroll_crowd(&mut self, learners: usize) {
        self.crowd = learners;
    }

    pub(super) fn clear(&mut self) {
        self.named.clear();
        self.crowd = 0;
    }

    pub(super) fn named(&self) -> &[CourseMember] {
        &self.named
    }

    pub(super) fn find(&self, user_id: &str) -> Option<CourseMember> {
        let known = self.named.iter().find(|member| member.user_id() == user_id);
        known.cloned().or_else(|| {
            let number: usize = user_id.strip_prefix("student-")?.parse().ok()?;
            let member = one_of_the_crowd(number);
            (number < self.crowd && member.user_id() == user_id).then_some(member)
        })
    }

    /// Those with this role, from a position on, and how many there are in all.
    pub(super) fn slice(
        &self,
        keep: impl Fn(&CourseMember) -> bool,
        from: usize,
        most: usize,
    ) -> (Vec<CourseMember>, usize) {
        let named: Vec<_> = self.named.iter().filter(|member| keep(member)).collect();
        // All of the crowd are alike.
        let crowd = match keep(&one_of_the_crowd(0)) {
            true => self.crowd,
            false => 0,
        };
        let total = named.len() + crowd;
        let to = from.saturating_add(most).min(total);
        let members = (from..to).map(|position| match named.get(position) {
            Some(member) => (*member).clone(),
            None => one_of_the_crowd(position - named.len()),
        });
        (members.collect(), total)
    }
}

fn one_of_the_crowd(number: usize) -> CourseMember {
    CourseMember::learner(&format!("student-{number:06}"))
        .named("Student", &format!("No. {number:06}"))
        .with("lis_person_sourcedid", format!("school:{number:06}"))
        .with(
            "picture",
            json!(format!("https://lms.test/pictures/{number:06}.png")),
        )
}
