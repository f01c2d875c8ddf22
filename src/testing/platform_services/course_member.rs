//! A member of the course.

use std::fmt;

use serde_json::{Map, Value};

use crate::claims::{ContextRole, names};

/// What is personal of a member, under the same names in a roster and in a launch.
const OF_THE_NAME: [&str; 4] = ["name", "given_name", "family_name", "email"];

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

    /// A member with these roles, each a short name of a role in the course, such as `Instructor` or
    /// `Instructor#TeachingAssistant`, or a URI.
    ///
    /// # Panics
    ///
    /// Panics when a short name is that of no role.
    pub fn with_roles<'a>(user_id: &str, roles: impl IntoIterator<Item = &'a str>) -> Self {
        let mut json = Map::new();
        json.insert("user_id".to_owned(), user_id.into());
        json.insert("status".to_owned(), "Active".into());
        Self { json }.in_roles(roles).named("Given", user_id)
    }

    /// Sets the roles, each a short name or a URI.
    pub(in crate::testing) fn in_roles<'a>(self, roles: impl IntoIterator<Item = &'a str>) -> Self {
        let roles: Vec<String> = roles.into_iter().map(role_uri).collect();
        self.with("roles", roles)
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
        for name in OF_THE_NAME {
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

    pub(in crate::testing) fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    pub(in crate::testing) fn roles(&self) -> Value {
        self.json.get("roles").cloned().unwrap_or_default()
    }

    /// What a launch says of the name.
    pub(in crate::testing) fn name_claims(&self) -> Map<String, Value> {
        let known = OF_THE_NAME.iter().filter_map(|name| {
            let value = self.json.get(*name)?;
            Some(((*name).to_owned(), value.clone()))
        });
        known.collect()
    }

    /// What a launch says of the member.
    pub(in crate::testing) fn claims(&self) -> Map<String, Value> {
        let mut claims = self.name_claims();
        claims.insert("sub".to_owned(), self.user_id().into());
        claims.insert(names::ROLES.to_owned(), self.roles());
        claims
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

/// A short name is a role in the course, or one with its sub-role (LTI Core 1.3 appendix A.2.3).
fn role_uri(role: &str) -> String {
    if role.contains(':') {
        return role.to_owned();
    }
    let (principal, sub_role) = role
        .split_once('#')
        .map_or((role, None), |(principal, sub_role)| {
            (principal, Some(sub_role))
        });
    assert!(
        ContextRole::new(principal).is_some(),
        "{role:?} is no role in a course, such as Instructor or Instructor#TeachingAssistant; any other role is a URI"
    );
    let course = "http://purl.imsglobal.org/vocab/lis/v2/membership";
    match sub_role {
        Some(_) => format!("{course}/{role}"),
        None => format!("{course}#{role}"),
    }
}
