//! Who is at a platform from the start.

use super::Person;
use crate::testing::{CourseMember, Platform, PlatformServices};

const ADMINISTRATOR: &str =
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator";

fn learner() -> CourseMember {
    CourseMember::learner("user-1").named("Lea", "Lerner")
}

fn instructor() -> CourseMember {
    CourseMember::instructor("teacher-1").named("Ines", "Lehrer")
}

/// Of the institution and of the course, as platforms say it of someone who opens a course of theirs.
fn administrator() -> CourseMember {
    CourseMember::with_roles("admin-1", [ADMINISTRATOR, "Administrator"]).named("Ada", "Admin")
}

/// People who launch from a course. What a launch says of them can be changed: see [`Person`].
impl Platform {
    /// The learner `user-1`, Lea Lerner.
    pub fn learner(&self) -> Person {
        Person::new(self, learner())
    }

    /// The instructor `teacher-1`, Ines Lehrer.
    pub fn instructor(&self) -> Person {
        Person::new(self, instructor())
    }

    /// The administrator `admin-1`, Ada Admin, of the institution and of the course.
    pub fn administrator(&self) -> Person {
        Person::new(self, administrator())
    }
}

/// People who launch from the course, with its services: grade book and roster.
impl PlatformServices {
    /// The learner `user-1`, Lea Lerner, who is a member of the course.
    pub fn learner(&self) -> Person {
        Person::in_course_of(self, learner())
    }

    /// The instructor `teacher-1`, Ines Lehrer, who is a member of the course.
    pub fn instructor(&self) -> Person {
        Person::in_course_of(self, instructor())
    }

    /// The administrator `admin-1`, Ada Admin, who is not in the roster.
    pub fn administrator(&self) -> Person {
        Person::in_course_of(self, administrator())
    }

    /// The member of the course with this id.
    ///
    /// # Panics
    ///
    /// Panics when there is no such member.
    pub fn member(&self, user_id: &str) -> Person {
        let member = self.find_member(user_id);
        let member = member.unwrap_or_else(|| {
            let known = self.members();
            let known: Vec<&str> = known.iter().map(CourseMember::user_id).collect();
            panic!("the course has no member {user_id:?}, but {known:?}: `enroll` adds one")
        });
        Person::in_course_of(self, member)
    }
}
