//! The claims that have types, read from a payload: what decides over a launch exactly, the rest leniently.

use smol_str::SmolStr;

use crate::{
    claims::{
        AgsEndpoint, ClaimError, Context, ContextRole, Custom, DeepLinkingSettings, ForUser,
        LaunchPresentation, Lis, MessageType, NamesRoleService, ResourceLink, Roles, ToolPlatform,
        User, error::Problem, lenient, names,
    },
    deployment::DeploymentId,
    json::{Json, Object},
};

/// Which launches are lawful, as far as claims say.
pub(crate) struct ClaimRules<'a> {
    /// The message types that are read, beside deep linking requests: a layer that does not accept those refuses them
    /// itself, once their nonce is consumed.
    pub(crate) accepted: &'a [MessageType],
    pub(crate) allow_anonymous: bool,
    pub(crate) allow_loopback_http: bool,
}

/// The claims that have types, read from a payload.
pub(crate) struct KnownClaims {
    pub(super) message_type: MessageType,
    pub(super) deployment_id: DeploymentId,
    pub(super) target_link_uri: Option<String>,
    pub(super) user: Option<User>,
    pub(super) roles: Roles,
    pub(super) context: Option<Context>,
    pub(super) resource_link: Option<ResourceLink>,
    pub(super) tool_platform: Option<ToolPlatform>,
    pub(super) launch_presentation: Option<LaunchPresentation>,
    pub(super) lis: Option<Lis>,
    pub(super) custom: Custom,
    pub(super) role_scope_mentor: Vec<String>,
    pub(super) deep_linking_settings: Option<DeepLinkingSettings>,
    pub(super) ags_endpoint: Option<AgsEndpoint>,
    pub(super) names_role_service: Option<NamesRoleService>,
    pub(super) for_user: Option<ForUser>,
    pub(super) allow_loopback_http: bool,
}

impl KnownClaims {
    /// Reads the claims of a token whose signature is proven; the required ones exactly, the others
    /// leniently.
    pub(crate) fn read(payload: &Object<'_>, rules: &ClaimRules<'_>) -> Result<Self, ClaimError> {
        let allow_loopback_http = rules.allow_loopback_http;
        let message_type = message_type(payload)?;
        if message_type != MessageType::DeepLinking && !rules.accepted.contains(&message_type) {
            return Err(ClaimError::not_accepted(names::MESSAGE_TYPE));
        }
        check_version(payload)?;
        let sub = sub(payload, &message_type, rules)?;
        let deep_linking_settings =
            deep_linking_settings(payload, &message_type, allow_loopback_http)?;
        let roles = roles(payload, &message_type)?;
        let role_scope_mentor = if roles.has(ContextRole::Mentor) {
            lenient::texts(payload, names::ROLE_SCOPE_MENTOR)
        } else {
            Vec::new()
        };
        let object = |name| lenient::object(payload, name);
        Ok(Self {
            deployment_id: deployment_id(payload)?,
            target_link_uri: target_link_uri(payload, &message_type)?,
            resource_link: resource_link(payload, &message_type)?,
            user: sub.map(|sub| User::read(sub, payload)),
            context: object(names::CONTEXT).and_then(Context::read),
            tool_platform: object(names::TOOL_PLATFORM).map(ToolPlatform::read),
            launch_presentation: LaunchPresentation::of(payload, allow_loopback_http),
            lis: object(names::LIS).map(Lis::read),
            custom: object(names::CUSTOM).map(Custom::read).unwrap_or_default(),
            ags_endpoint: object(names::AGS_ENDPOINT)
                .map(|service| AgsEndpoint::read(service, allow_loopback_http)),
            names_role_service: object(names::NAMES_ROLE_SERVICE)
                .map(|service| NamesRoleService::read(service, allow_loopback_http)),
            for_user: object(names::FOR_USER).and_then(ForUser::read),
            message_type,
            roles,
            role_scope_mentor,
            deep_linking_settings,
            allow_loopback_http,
        })
    }
}

pub(super) fn message_type(payload: &Object<'_>) -> Result<MessageType, ClaimError> {
    payload
        .text(names::MESSAGE_TYPE)
        .filter(|text| !text.is_empty())
        .map(MessageType::new)
        .ok_or_else(|| ClaimError::not_text(names::MESSAGE_TYPE, payload.get(names::MESSAGE_TYPE)))
}

fn check_version(payload: &Object<'_>) -> Result<(), ClaimError> {
    match payload.text(names::VERSION) {
        Some("1.3.0") => Ok(()),
        Some(text) if !text.is_empty() => {
            Err(ClaimError::invalid(names::VERSION, Problem::Unlawful))
        }
        _ => Err(ClaimError::not_text(
            names::VERSION,
            payload.get(names::VERSION),
        )),
    }
}

fn deployment_id(payload: &Object<'_>) -> Result<DeploymentId, ClaimError> {
    id(payload, names::DEPLOYMENT_ID).map(DeploymentId::from)
}

/// An id that has to be there, or what is wrong with it.
fn id<'a>(payload: &'a Object<'_>, name: &'static str) -> Result<&'a str, ClaimError> {
    match payload.get(name) {
        Some(Json::Text(id)) if lenient::is_id(id) => Ok(id),
        Some(Json::Text(id)) if !id.is_empty() => {
            Err(ClaimError::invalid(name, lenient::problem_of_id(id)))
        }
        other => Err(ClaimError::not_text(name, other)),
    }
}

/// LTI Core 1.3 §5.3.6: only an absent `sub` means that nobody is named.
fn sub(
    payload: &Object<'_>,
    message_type: &MessageType,
    rules: &ClaimRules<'_>,
) -> Result<Option<SmolStr>, ClaimError> {
    match payload.get("sub") {
        // A deep linking request need not name anybody (Deep Linking 2.0 §4.4.5).
        None if *message_type == MessageType::DeepLinking || rules.allow_anonymous => {
            if User::is_hinted_at(payload) {
                Err(ClaimError::anonymous(Problem::AnonymousBesideIdentity))
            } else {
                Ok(None)
            }
        }
        None => Err(ClaimError::anonymous(Problem::Anonymous)),
        Some(Json::Null) => Err(ClaimError::anonymous(Problem::Null)),
        Some(_) => id(payload, "sub").map(|sub| Some(SmolStr::new(sub))),
    }
}

fn target_link_uri(
    payload: &Object<'_>,
    message_type: &MessageType,
) -> Result<Option<String>, ClaimError> {
    match payload.get(names::TARGET_LINK_URI) {
        Some(Json::Text(uri)) if !uri.is_empty() => Ok(Some(uri.to_string())),
        None | Some(Json::Null) if *message_type != MessageType::ResourceLink => Ok(None),
        other => Err(ClaimError::not_text(names::TARGET_LINK_URI, other)),
    }
}

fn resource_link(
    payload: &Object<'_>,
    message_type: &MessageType,
) -> Result<Option<ResourceLink>, ClaimError> {
    let link = lenient::object(payload, names::RESOURCE_LINK).and_then(ResourceLink::read);
    match message_type {
        MessageType::ResourceLink | MessageType::SubmissionReview if link.is_none() => {
            let problem = match payload.get(names::RESOURCE_LINK) {
                Some(Json::Object(_)) => Problem::Member("id"),
                other => Problem::of_type(other, "an object"),
            };
            Err(ClaimError::invalid(names::RESOURCE_LINK, problem))
        }
        // Not part of this message (Deep Linking 2.0 §4.4).
        MessageType::DeepLinking => Ok(None),
        _ => Ok(link),
    }
}

fn roles(payload: &Object<'_>, message_type: &MessageType) -> Result<Roles, ClaimError> {
    let invalid = ClaimError::invalid(names::ROLES, Problem::Element);
    match payload.get(names::ROLES) {
        Some(Json::Array(roles)) => roles
            .iter()
            .map(|role| role.as_str().map(str::to_owned).ok_or(invalid))
            .collect::<Result<_, _>>()
            .map(Roles::new),
        None | Some(Json::Null) if *message_type != MessageType::ResourceLink => {
            Ok(Roles::default())
        }
        other => {
            let problem = Problem::of_type(other, "an array");
            Err(ClaimError::invalid(names::ROLES, problem))
        }
    }
}

fn deep_linking_settings(
    payload: &Object<'_>,
    message_type: &MessageType,
    allow_loopback_http: bool,
) -> Result<Option<DeepLinkingSettings>, ClaimError> {
    let settings = lenient::object(payload, names::DEEP_LINKING_SETTINGS)
        .and_then(|settings| DeepLinkingSettings::read(settings, allow_loopback_http));
    if settings.is_none() && *message_type == MessageType::DeepLinking {
        let problem = match payload.get(names::DEEP_LINKING_SETTINGS) {
            Some(Json::Object(_)) => Problem::Member("deep_link_return_url"),
            other => Problem::of_type(other, "an object"),
        };
        return Err(ClaimError::invalid(names::DEEP_LINKING_SETTINGS, problem));
    }
    Ok(settings)
}
