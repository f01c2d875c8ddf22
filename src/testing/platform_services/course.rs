//! Who is in the course.

use std::fmt;

use serde_json::{Map, Value, json};

/// A member of the simulated course. `Debug` shows the roles.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::CourseMember;
///
/// let _student = CourseMember::learner("user-9").named("Mia", "Meer");
/// let _former = CourseMember::learner("user-8").with("status", "Inactive").without_name();
/// let _both = CourseMember::with_roles("user-7", ["Learner", "Instructor"]);
/// ```
#[derive(Clone)]
#[must_use]
pub struct CourseMember {
    json: Map<String, Value>,
}

impl CourseMember {
    /// A learner, with a name and an e-mail address made of the id.
    pub fn learner(user_id: &str) -> Self {
        Self::with_roles(user_id, ["Learner"])
    }

    /// An instructor, with a name and an e-mail address made of the id.
    pub fn instructor(user_id: &str) -> Self {
        Self::with_roles(user_id, ["Instructor"])
    }

    /// A member with these roles, each a short name or a URI.
    pub fn with_roles<'a>(user_id: &str, roles: impl IntoIterator<Item = &'a str>) -> Self {
        let roles: Vec<String> = roles.into_iter().map(role_uri).collect();
        let mut json = Map::new();
        json.insert("user_id".to_owned(), user_id.into());
        json.insert("roles".to_owned(), roles.into());
        json.insert("status".to_owned(), "Active".into());
        Self { json }.named("Given", user_id)
    }

    /// Sets the given and the family name, and an e-mail address made of them.
    pub fn named(self, given: &str, family: &str) -> Self {
        let email = format!("{given}.{family}@school.test").to_lowercase();
        let email: String = email.chars().filter(char::is_ascii).collect();
        self.with("name", format!("{given} {family}"))
            .with("given_name", given)
            .with("family_name", family)
            .with("email", email.replace(' ', "-"))
    }

    /// Leaves out all that is personal, as a platform with its privacy settings on does.
    pub fn without_name(mut self) -> Self {
        for name in ["name", "given_name", "family_name", "email"] {
            self.json.remove(name);
        }
        self
    }

    /// Sets a member of its JSON.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.json.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a member of its JSON out.
    pub fn without(mut self, name: &str) -> Self {
        self.json.remove(name);
        self
    }

    /// The id that launches have as `sub`.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.text("user_id")
    }

    /// The name; the id where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.text("name") {
            "" => self.user_id(),
            name => name,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        matches!(self.text("status"), "" | "Active")
    }

    /// Whether the member has this role, a short name or a URI.
    pub(super) fn has_role(&self, role: &str) -> bool {
        let wanted = role_uri(role);
        let roles = self.json.get("roles").and_then(Value::as_array);
        roles.is_some_and(|roles| roles.iter().any(|role| *role == wanted.as_str()))
    }

    /// Whether grades are taken: only learners who are active are graded.
    #[must_use]
    pub fn is_gradable(&self) -> bool {
        self.is_active() && self.has_role("Learner") && !self.has_role("Instructor")
    }

    pub(super) fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    fn text(&self, name: &str) -> &str {
        self.json.get(name).and_then(Value::as_str).unwrap_or("")
    }
}

impl fmt::Debug for CourseMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CourseMember")
            .field("roles", &self.json.get("roles"))
            .finish_non_exhaustive()
    }
}

/// The members of the course: those who were enrolled by name, and a crowd that is made as it is read.
pub(super) struct Course {
    named: Vec<CourseMember>,
    crowd: usize,
}

impl Course {
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

/// A short name is a role in the course (LTI Core 1.3 appendix A.2.3).
fn role_uri(role: &str) -> String {
    if role.contains(':') {
        role.to_owned()
    } else {
        format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{role}")
    }
}
