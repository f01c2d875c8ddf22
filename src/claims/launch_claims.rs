//! Everything that a platform says in a launch.

use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    claims::{
        AgsEndpoint, ClaimError, ClaimRules, Context, Custom, DeepLinkingSettings, ForUser,
        KnownClaims, LaunchPresentation, Lis, MessageType, NamesRoleService, ResourceLink, Roles,
        ToolPlatform, User, known_claims::message_type, names, payload::Payload,
    },
    deployment::DeploymentId,
    json::Object,
};

/// Everything that a platform says in a launch. Cheap to clone.
///
/// It is serialized as the token's payload, and so holds personal data then. `Debug` shows none. It cannot be
/// read from JSON, because only a token that was verified has claims.
///
/// # Examples
///
/// ```
/// use tower_lti::claims::{ContextRole, LaunchClaims, Role};
///
/// fn summary(claims: &LaunchClaims) -> String {
///     let name = claims.user().and_then(|user| user.name()).unwrap_or("somebody");
///     let chapter = claims.custom().text("chapter").unwrap_or("1");
///     let assists = claims.roles().iter().any(|role| {
///         matches!(role, Role::Context { sub_role: Some("TeachingAssistant"), .. })
///     });
///     let teaches = claims.roles().has(ContextRole::Instructor) || assists;
///     format!("{name} opens chapter {chapter}, and teaches: {teaches}")
/// }
///
/// /// A claim that this crate has no method for.
/// fn canvas_user_id(claims: &LaunchClaims) -> Option<&str> {
///     claims.claim("https://www.instructure.com/user_id")?.as_str()
/// }
/// # let _ = (summary, canvas_user_id);
/// ```
#[derive(Clone)]
pub struct LaunchClaims(Arc<Inner>);

struct Inner {
    known: KnownClaims,
    payload: Payload,
}

impl LaunchClaims {
    /// Keeps the text beside the claims that were read from it.
    pub(crate) fn new(known: KnownClaims, json: Vec<u8>) -> Self {
        let payload = Payload::of_json(json);
        Self(Arc::new(Inner { known, payload }))
    }

    /// Reads claims from JSON that was verified before it was stored. No check of the launch is made again.
    pub(crate) fn from_verified_json(
        payload: Map<String, Value>,
        allow_loopback_http: bool,
    ) -> Result<Self, ClaimError> {
        let object = Object::from(&payload);
        let rules = ClaimRules {
            accepted: &[message_type(&object)?],
            allow_anonymous: true,
            allow_loopback_http,
        };
        let known = KnownClaims::read(&object, &rules)?;
        let payload = Payload::of_members(payload);
        Ok(Self(Arc::new(Inner { known, payload })))
    }

    /// Whether they were read where plain http on loopback is allowed.
    pub(crate) fn allow_loopback_http(&self) -> bool {
        self.0.known.allow_loopback_http
    }

    /// What kind of message it is: a link, content selection, or a submission review.
    #[must_use]
    pub fn message_type(&self) -> &MessageType {
        &self.0.known.message_type
    }

    /// The deployment that the launch comes from.
    #[must_use]
    pub fn deployment_id(&self) -> &DeploymentId {
        &self.0.known.deployment_id
    }

    /// Where the user should land: inside the tool's allowed targets, and signed.
    #[must_use]
    pub fn target_link_uri(&self) -> Option<&str> {
        self.0.known.target_link_uri.as_deref()
    }

    /// The platform's id of the user; `None` for an anonymous launch.
    #[doc(alias = "user_id")]
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.user().map(User::sub)
    }

    /// The user; `None` for an anonymous launch.
    #[doc(alias("e-mail", "lis_person_name_full"))]
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.0.known.user.as_ref()
    }

    /// The user's roles in this launch: in the course, in the institution, in the platform.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.0.known.roles
    }

    /// The course or group that the launch comes from; `None` where it comes from neither.
    #[doc(alias = "course")]
    #[must_use]
    pub fn context(&self) -> Option<&Context> {
        self.0.known.context.as_ref()
    }

    /// The link that was followed.
    #[doc(alias("assignment", "resource_link_id"))]
    #[must_use]
    pub fn resource_link(&self) -> Option<&ResourceLink> {
        self.0.known.resource_link.as_ref()
    }

    /// Which platform it is: its product, its version, its name.
    #[doc(alias("product_family_code", "tool_consumer_instance_guid"))]
    #[must_use]
    pub fn tool_platform(&self) -> Option<&ToolPlatform> {
        self.0.known.tool_platform.as_ref()
    }

    /// How the platform shows the tool: in a frame or a window, in which language, and where to go back to.
    #[doc(alias("iframe", "return_url"))]
    #[must_use]
    pub fn launch_presentation(&self) -> Option<&LaunchPresentation> {
        self.0.known.launch_presentation.as_ref()
    }

    /// The ids that the student information system has for the user and the course.
    #[doc(alias("course_section_sourcedid", "SIS"))]
    #[must_use]
    pub fn lis(&self) -> Option<&Lis> {
        self.0.known.lis.as_ref()
    }

    /// Custom parameters: those of the registration, the deployment and the link.
    #[doc(alias = "custom parameters")]
    #[must_use]
    pub fn custom(&self) -> &Custom {
        &self.0.known.custom
    }

    /// The users whom a mentor may see; empty for whoever is no mentor.
    #[must_use]
    pub fn role_scope_mentor(&self) -> &[String] {
        &self.0.known.role_scope_mentor
    }

    /// What a deep linking response may hold; there in every deep linking request.
    #[doc(alias("accept_types", "deep_link_return_url"))]
    #[must_use]
    pub fn deep_linking_settings(&self) -> Option<&DeepLinkingSettings> {
        self.0.known.deep_linking_settings.as_ref()
    }

    /// Where grades go (Assignment and Grade Services); `None` where this course offers no grades.
    #[doc(alias = "lineitem")]
    #[must_use]
    pub fn ags_endpoint(&self) -> Option<&AgsEndpoint> {
        self.0.known.ags_endpoint.as_ref()
    }

    /// Where the course's members are listed (Names and Role Provisioning Services); `None` where this
    /// course shares no list.
    #[doc(alias("context_memberships_url", "NRPS"))]
    #[must_use]
    pub fn names_role_service(&self) -> Option<&NamesRoleService> {
        self.0.known.names_role_service.as_ref()
    }

    /// Whose submission is under review; there in a submission review request, and mostly there alone.
    #[must_use]
    pub fn for_user(&self) -> Option<&ForUser> {
        self.0.known.for_user.as_ref()
    }

    /// What the user was known as under LTI 1.1, **unverified**: nothing proves it.
    #[doc(alias("lti11_legacy_user_id", "oauth_consumer_key"))]
    #[must_use]
    pub fn unverified_lti1p1(&self) -> Option<&Map<String, Value>> {
        self.claim(names::LTI1P1).and_then(Value::as_object)
    }

    /// Any claim, known or not, as it is in the token.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all().get(name)
    }

    /// The whole payload of the token.
    #[must_use]
    pub fn all(&self) -> &Map<String, Value> {
        self.0.payload.members()
    }
}

impl fmt::Debug for LaunchClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchClaims")
            .field("message_type", self.message_type())
            .field("deployment_id", self.deployment_id())
            .field("roles", &self.roles().as_slice().len())
            .finish_non_exhaustive()
    }
}

impl Serialize for LaunchClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all().serialize(serializer)
    }
}
