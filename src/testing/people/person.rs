//! Someone at the platform, and what a launch says of them.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::{
    claims::names,
    testing::{
        AuthenticationRequest, Course, CourseLink, CourseMember, DeepLinkingOptions, IdToken,
        Platform, PlatformServices,
    },
};

/// Someone at the platform who opens the tool: [`Browser::open`](crate::testing::Browser::open) does it.
///
/// [`Platform::learner`], [`Platform::instructor`] and [`Platform::administrator`] return one, and so do the methods of
/// the same names of [`PlatformServices`], whose launches name grade book and roster as well. They launch from the course
/// `course-1` ("Introduction to Biology"), from its link `rl-1`, in the deployment `dep-1`, until something else is said.
/// `Debug` shows the roles.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::{Course, CourseLink, Platform};
///
/// let platform = Platform::new("https://lms.test", "tool-1");
/// let quiz = CourseLink::new("quiz-1").titled("Cells").with_custom("chapter", "3");
///
/// let mia = platform.learner().with_id("user-7").named("Mia", "Meer");
/// let mia = mia.in_course(&Course::new("bio-2")).at_link(&quiz);
///
/// let launch = mia.launch_context().build();
/// assert_eq!(launch.claims().sub(), Some("user-7"));
/// assert_eq!(launch.claims().user().unwrap().name(), Some("Mia Meer"));
/// assert_eq!(launch.claims().custom().text("chapter"), Some("3"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct Person {
    platform: Platform,
    services: Option<PlatformServices>,
    member: CourseMember,
    course: Option<Course>,
    link: Option<CourseLink>,
    selection: Option<DeepLinkingOptions>,
    /// Claims that were set, and those that were left out.
    changes: Vec<(String, Option<Value>)>,
}

impl Person {
    pub(super) fn new(platform: &Platform, member: CourseMember) -> Self {
        Self {
            platform: platform.clone(),
            services: None,
            member,
            course: None,
            link: None,
            selection: None,
            changes: Vec::new(),
        }
    }

    pub(super) fn in_course_of(services: &PlatformServices, member: CourseMember) -> Self {
        let mut person = Self::new(&services.platform(), member);
        person.services = Some(services.clone());
        person
    }

    /// Sets the user id, `sub`.
    pub fn with_id(mut self, user_id: &str) -> Self {
        self.member = self.member.with("user_id", user_id);
        self
    }

    /// Sets the given and the family name, and an e-mail address made of them.
    pub fn named(mut self, given: &str, family: &str) -> Self {
        self.member = self.member.named(given, family);
        self
    }

    /// Leaves out name and e-mail address, as a platform with its privacy settings on does.
    pub fn without_name(mut self) -> Self {
        self.member = self.member.without_name();
        self
    }

    /// Sets the roles, each a short name of a role in the course, such as `Instructor` or `Instructor#TeachingAssistant`, or
    /// a URI.
    ///
    /// # Panics
    ///
    /// Panics when a short name is that of no role.
    pub fn with_roles<'a>(mut self, roles: impl IntoIterator<Item = &'a str>) -> Self {
        self.member = self.member.in_roles(roles);
        self
    }

    /// Launches from this course.
    pub fn in_course(mut self, course: &Course) -> Self {
        self.course = Some(course.clone());
        self
    }

    /// Follows this link of the course.
    pub fn at_link(mut self, link: &CourseLink) -> Self {
        self.link = Some(link.clone());
        self
    }

    /// Launches from this deployment.
    pub fn from_deployment(self, id: &str) -> Self {
        self.claim(names::DEPLOYMENT_ID, id)
    }

    /// Opens the tool to select content for the course, in place of a link: a deep linking request.
    pub fn selecting_content(mut self, options: &DeepLinkingOptions) -> Self {
        self.selection = Some(options.clone());
        self
    }

    /// Sets a claim, over all that the other methods say.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.changes.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Leaves a claim out, such as [`names::CONTEXT`] for a launch from outside of a course.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.changes.push((name.to_owned(), None));
        self
    }

    /// The user id, as launches have it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.member.user_id()
    }

    /// The platform that signs the launches.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// A token of a launch for an authentication request, issued at the platform's time, to be changed before it is
    /// signed.
    pub fn id_token(&self, request: &AuthenticationRequest) -> IdToken {
        let mut token = self.platform.id_token(request, self.platform.now());
        for (name, value) in self.said() {
            token = match value {
                Some(value) => token.claim(&name, value),
                None => token.without_claim(&name),
            };
        }
        token
    }

    /// Where the link leads, if the course says so.
    pub(in crate::testing) fn target(&self) -> Option<&str> {
        self.link.as_ref().and_then(CourseLink::url)
    }

    pub(in crate::testing) fn services(&self) -> Option<&PlatformServices> {
        self.services.as_ref()
    }

    /// What a launch says beyond what every launch says: claims, and claims that are not there.
    pub(super) fn said(&self) -> Vec<(String, Option<Value>)> {
        let mut claims = self.of_course();
        claims.extend(self.member.claims());
        let mut said: Vec<_> = claims
            .into_iter()
            .map(|(name, value)| (name, Some(value)))
            .collect();
        if self.selection.is_some() {
            said.push((names::RESOURCE_LINK.to_owned(), None));
        }
        said.extend(self.changes.iter().cloned());
        said
    }

    fn of_course(&self) -> Map<String, Value> {
        let mut claims = match (&self.services, &self.selection, &self.link) {
            (Some(services), Some(options), _) => services.deep_linking_claims(options),
            (Some(services), None, Some(link)) => services.link_claims(link),
            (Some(services), None, None) => services.launch_claims(),
            (None, Some(options), _) => self.platform.deep_linking_claims(options),
            (None, None, Some(link)) => link.claims(),
            (None, None, None) => Map::new(),
        };
        let context = match (&self.course, &self.services) {
            (Some(course), _) => course.json().clone(),
            (None, Some(_)) => return claims,
            (None, None) => Course::biology().json().clone(),
        };
        claims.insert(names::CONTEXT.to_owned(), json!(context));
        claims
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("member", &self.member)
            .finish_non_exhaustive()
    }
}
