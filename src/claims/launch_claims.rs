//! Everything that a platform says in a launch.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    claims::{
        AssignmentAndGrade, ClaimError, ClaimErrorKind, Context, ContextRole, Custom,
        DeepLinkingSettings, LaunchPresentation, Lis, MessageType, NamesAndRoles, ResourceLink,
        Roles, ToolPlatform, User, members, names,
    },
    deployment::DeploymentId,
    json::{self, Json, Object},
};

/// Which launches are lawful, as far as claims say.
pub(crate) struct ClaimRules<'a> {
    pub(crate) accepted: &'a [MessageType],
    pub(crate) allow_anonymous: bool,
    pub(crate) allow_loopback_http: bool,
}

/// Everything that a platform says in a launch. Cheap to clone.
///
/// It is serialized as the token's payload, and so holds personal data then. `Debug` shows none.
#[derive(Clone)]
pub struct LaunchClaims(Arc<Kept>);

struct Kept {
    known: KnownClaims,
    payload: Payload,
}

/// The whole payload: as text, until somebody asks for what is in it.
struct Payload {
    json: Vec<u8>,
    members: OnceLock<Map<String, Value>>,
}

impl Payload {
    fn members(&self) -> &Map<String, Value> {
        self.members.get_or_init(|| {
            // It was read before, when its known claims were.
            let object = json::parse_object(&self.json);
            object.as_ref().map(Map::from).unwrap_or_default()
        })
    }
}

/// The claims that have types, read from a payload.
pub(crate) struct KnownClaims {
    message_type: MessageType,
    deployment_id: DeploymentId,
    target_link_uri: Option<String>,
    user: Option<User>,
    roles: Roles,
    context: Option<Context>,
    resource_link: Option<ResourceLink>,
    tool_platform: Option<ToolPlatform>,
    launch_presentation: Option<LaunchPresentation>,
    lis: Option<Lis>,
    custom: Custom,
    role_scope_mentor: Vec<String>,
    deep_linking_settings: Option<DeepLinkingSettings>,
    assignment_and_grade: Option<AssignmentAndGrade>,
    names_and_roles: Option<NamesAndRoles>,
    allow_loopback_http: bool,
}

impl KnownClaims {
    /// Reads the claims of a token whose signature is proven; the required ones exactly, the others
    /// leniently.
    pub(crate) fn read(payload: &Object<'_>, rules: &ClaimRules<'_>) -> Result<Self, ClaimError> {
        let allow_loopback_http = rules.allow_loopback_http;
        let message_type = message_type(payload)?;
        if !rules.accepted.contains(&message_type) {
            return Err(ClaimError {
                claim: names::MESSAGE_TYPE,
                kind: ClaimErrorKind::MessageTypeNotAccepted,
            });
        }
        check_version(payload)?;
        let sub = sub(payload, &message_type, rules)?;
        let deep_linking_settings =
            deep_linking_settings(payload, &message_type, allow_loopback_http)?;
        let roles = roles(payload, &message_type)?;
        let role_scope_mentor = if roles.has(ContextRole::Mentor) {
            members::texts(payload, names::ROLE_SCOPE_MENTOR)
        } else {
            Vec::new()
        };
        let object = |name| members::object(payload, name);
        Ok(Self {
            deployment_id: deployment_id(payload)?,
            target_link_uri: target_link_uri(payload, &message_type)?,
            resource_link: resource_link(payload, &message_type)?,
            user: sub.map(|sub| User::read(sub, payload)),
            context: object(names::CONTEXT).and_then(Context::read),
            tool_platform: object(names::TOOL_PLATFORM).map(ToolPlatform::read),
            launch_presentation: object(names::LAUNCH_PRESENTATION)
                .map(|shown| LaunchPresentation::read(shown, allow_loopback_http)),
            lis: object(names::LIS).map(Lis::read),
            custom: object(names::CUSTOM).map(Custom::read).unwrap_or_default(),
            assignment_and_grade: object(names::ASSIGNMENT_AND_GRADE)
                .map(|service| AssignmentAndGrade::read(service, allow_loopback_http)),
            names_and_roles: object(names::NAMES_AND_ROLES)
                .map(|service| NamesAndRoles::read(service, allow_loopback_http)),
            message_type,
            roles,
            role_scope_mentor,
            deep_linking_settings,
            allow_loopback_http,
        })
    }
}

impl LaunchClaims {
    /// Keeps the text beside the claims that were read from it.
    pub(crate) fn new(known: KnownClaims, json: Vec<u8>) -> Self {
        let members = OnceLock::new();
        let payload = Payload { json, members };
        Self(Arc::new(Kept { known, payload }))
    }

    /// Reads claims that were verified before they were put away: what was lawful then is read again.
    pub(crate) fn read_again(
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
        let payload = Payload {
            json: Vec::new(),
            members: OnceLock::from(payload),
        };
        Ok(Self(Arc::new(Kept { known, payload })))
    }

    /// Whether they were read where plain http on loopback is allowed.
    pub(crate) fn allow_loopback_http(&self) -> bool {
        self.0.known.allow_loopback_http
    }

    /// What kind of message it is.
    #[must_use]
    pub fn message_type(&self) -> &MessageType {
        &self.0.known.message_type
    }

    /// The deployment that the launch comes from.
    #[must_use]
    pub fn deployment_id(&self) -> &DeploymentId {
        &self.0.known.deployment_id
    }

    /// Where the person should land: inside the tool's allowed targets, and signed.
    #[must_use]
    pub fn target_link_uri(&self) -> Option<&str> {
        self.0.known.target_link_uri.as_deref()
    }

    /// The platform's id of the person; `None` for an anonymous launch.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.user().map(User::sub)
    }

    /// The person; `None` for an anonymous launch.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.0.known.user.as_ref()
    }

    /// The person's roles.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.0.known.roles
    }

    /// The course or group.
    #[must_use]
    pub fn context(&self) -> Option<&Context> {
        self.0.known.context.as_ref()
    }

    /// The link that was followed.
    #[must_use]
    pub fn resource_link(&self) -> Option<&ResourceLink> {
        self.0.known.resource_link.as_ref()
    }

    /// The platform's instance.
    #[must_use]
    pub fn tool_platform(&self) -> Option<&ToolPlatform> {
        self.0.known.tool_platform.as_ref()
    }

    /// How the tool is shown.
    #[must_use]
    pub fn launch_presentation(&self) -> Option<&LaunchPresentation> {
        self.0.known.launch_presentation.as_ref()
    }

    /// Ids of the student information system.
    #[must_use]
    pub fn lis(&self) -> Option<&Lis> {
        self.0.known.lis.as_ref()
    }

    /// Custom parameters.
    #[must_use]
    pub fn custom(&self) -> &Custom {
        &self.0.known.custom
    }

    /// The people whom a mentor may see; empty for whoever is no mentor.
    #[must_use]
    pub fn role_scope_mentor(&self) -> &[String] {
        &self.0.known.role_scope_mentor
    }

    /// What a deep linking response may hold; there in every deep linking request.
    #[must_use]
    pub fn deep_linking_settings(&self) -> Option<&DeepLinkingSettings> {
        self.0.known.deep_linking_settings.as_ref()
    }

    /// Where grades go.
    #[must_use]
    pub fn assignment_and_grade(&self) -> Option<&AssignmentAndGrade> {
        self.0.known.assignment_and_grade.as_ref()
    }

    /// Where the course's members are listed.
    #[must_use]
    pub fn names_and_roles(&self) -> Option<&NamesAndRoles> {
        self.0.known.names_and_roles.as_ref()
    }

    /// What the person was known as under LTI 1.1, **unverified**: nothing proves it.
    #[must_use]
    pub fn unverified_lti1p1(&self) -> Option<&Map<String, Value>> {
        self.claim(names::LTI1P1).and_then(Value::as_object)
    }

    /// Any claim, known or not, as it stands in the token.
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

fn message_type(payload: &Object<'_>) -> Result<MessageType, ClaimError> {
    members::text(payload, names::MESSAGE_TYPE)
        .map(|text| MessageType::new(&text))
        .ok_or(ClaimError::invalid(names::MESSAGE_TYPE))
}

fn check_version(payload: &Object<'_>) -> Result<(), ClaimError> {
    match payload.text(names::VERSION) {
        Some("1.3.0") => Ok(()),
        _ => Err(ClaimError::invalid(names::VERSION)),
    }
}

fn deployment_id(payload: &Object<'_>) -> Result<DeploymentId, ClaimError> {
    payload
        .text(names::DEPLOYMENT_ID)
        .filter(|id| members::is_id(id))
        .map(DeploymentId::from)
        .ok_or(ClaimError::invalid(names::DEPLOYMENT_ID))
}

/// LTI Core 1.3 §5.3.6: only an absent `sub` means that nobody is named.
fn sub(
    payload: &Object<'_>,
    message_type: &MessageType,
    rules: &ClaimRules<'_>,
) -> Result<Option<String>, ClaimError> {
    let anonymous = ClaimError {
        claim: "sub",
        kind: ClaimErrorKind::AnonymousNotAllowed,
    };
    match payload.get("sub") {
        Some(Json::Text(sub)) if members::is_id(sub) => Ok(Some(sub.to_string())),
        // A deep linking request need not name anybody (Deep Linking 2.0 §4.4.5).
        None if *message_type == MessageType::DeepLinking || rules.allow_anonymous => {
            if User::is_hinted_at(payload) {
                Err(anonymous)
            } else {
                Ok(None)
            }
        }
        _ => Err(anonymous),
    }
}

fn target_link_uri(
    payload: &Object<'_>,
    message_type: &MessageType,
) -> Result<Option<String>, ClaimError> {
    match payload.get(names::TARGET_LINK_URI) {
        Some(Json::Text(uri)) if !uri.is_empty() => Ok(Some(uri.to_string())),
        None | Some(Json::Null) if *message_type != MessageType::ResourceLink => Ok(None),
        _ => Err(ClaimError::invalid(names::TARGET_LINK_URI)),
    }
}

fn resource_link(
    payload: &Object<'_>,
    message_type: &MessageType,
) -> Result<Option<ResourceLink>, ClaimError> {
    let link = members::object(payload, names::RESOURCE_LINK).and_then(ResourceLink::read);
    match message_type {
        MessageType::ResourceLink | MessageType::SubmissionReview if link.is_none() => {
            Err(ClaimError::invalid(names::RESOURCE_LINK))
        }
        // Not part of this message (Deep Linking 2.0 §4.4).
        MessageType::DeepLinking => Ok(None),
        _ => Ok(link),
    }
}

fn roles(payload: &Object<'_>, message_type: &MessageType) -> Result<Roles, ClaimError> {
    let invalid = ClaimError::invalid(names::ROLES);
    match payload.get(names::ROLES) {
        Some(Json::Array(roles)) => roles
            .iter()
            .map(|role| role.as_str().map(str::to_owned).ok_or(invalid))
            .collect::<Result<_, _>>()
            .map(Roles::new),
        None | Some(Json::Null) if *message_type != MessageType::ResourceLink => {
            Ok(Roles::default())
        }
        _ => Err(invalid),
    }
}

fn deep_linking_settings(
    payload: &Object<'_>,
    message_type: &MessageType,
    allow_loopback_http: bool,
) -> Result<Option<DeepLinkingSettings>, ClaimError> {
    let settings = members::object(payload, names::DEEP_LINKING_SETTINGS)
        .and_then(|settings| DeepLinkingSettings::read(settings, allow_loopback_http));
    if settings.is_none() && *message_type == MessageType::DeepLinking {
        return Err(ClaimError::invalid(names::DEEP_LINKING_SETTINGS));
    }
    Ok(settings)
}

impl fmt::Debug for LaunchClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchClaims")
            .field("message_type", self.message_type())
            .field("deployment_id", self.deployment_id())
            .field("roles", &self.roles().as_strs().len())
            .finish_non_exhaustive()
    }
}

impl Serialize for LaunchClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LaunchClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let payload = Map::from(&json::read_object(deserializer)?);
        Self::read_again(payload, false).map_err(de::Error::custom)
    }
}
