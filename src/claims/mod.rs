//! LTI's vocabulary: what a platform says in a launch, one claim a file.
//!
//! [`LaunchClaims`] has all of it. What decides over a launch is read exactly: a wrong type is a
//! rejection, never "absent". What is only handed on is read leniently: `null`, an empty string and a
//! wrong type are "absent", unknown members are kept, and the whole payload stays readable through
//! [`LaunchClaims::claim`].
//!
//! Implements LTI Core 1.3 §5 and appendix A, and Deep Linking 2.0 §4.4.

mod accepted_content;
mod ags_endpoint;
mod context;
mod context_role;
mod custom;
mod deep_linking;
mod error;
mod for_user;
mod known_claims;
mod launch_claims;
mod launch_presentation;
mod lenient;
mod lis;
mod media_ranges;
mod message_type;
mod names_role_service;
mod payload;
mod resource_link;
mod role;
mod roles;
#[cfg(feature = "services")]
#[cfg_attr(docsrs, doc(cfg(feature = "services")))]
pub mod scopes;
mod tool_platform;
mod url_claim;
mod user;

pub(crate) use self::known_claims::{ClaimRules, KnownClaims};
#[cfg(feature = "services")]
pub(crate) use self::media_ranges::{MediaRanges, media_type};
pub use self::{
    ags_endpoint::AgsEndpoint,
    context::{Context, ContextType},
    context_role::ContextRole,
    custom::Custom,
    deep_linking::DeepLinkingSettings,
    error::{ClaimError, ClaimErrorKind},
    for_user::ForUser,
    launch_claims::LaunchClaims,
    launch_presentation::LaunchPresentation,
    lis::Lis,
    message_type::MessageType,
    names_role_service::NamesRoleService,
    resource_link::ResourceLink,
    role::Role,
    roles::Roles,
    tool_platform::ToolPlatform,
    user::User,
};

/// The names of claims, as they are in a token.
pub mod names {
    /// What kind of message it is.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/message_type")]
    pub const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
    /// The version of LTI.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/version")]
    pub const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
    /// The deployment that the launch comes from.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/deployment_id")]
    pub const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
    /// Where the user should land.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri")]
    pub const TARGET_LINK_URI: &str = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";
    /// The link that was followed.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/resource_link")]
    pub const RESOURCE_LINK: &str = "https://purl.imsglobal.org/spec/lti/claim/resource_link";
    /// The user's roles.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/roles")]
    pub const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
    /// The course or group.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/context")]
    pub const CONTEXT: &str = "https://purl.imsglobal.org/spec/lti/claim/context";
    /// The platform's instance.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/tool_platform")]
    pub const TOOL_PLATFORM: &str = "https://purl.imsglobal.org/spec/lti/claim/tool_platform";
    /// The users whom a mentor may see.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/role_scope_mentor")]
    pub const ROLE_SCOPE_MENTOR: &str =
        "https://purl.imsglobal.org/spec/lti/claim/role_scope_mentor";
    /// How the tool is shown.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation")]
    pub const LAUNCH_PRESENTATION: &str =
        "https://purl.imsglobal.org/spec/lti/claim/launch_presentation";
    /// Ids of the student information system.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/lis")]
    pub const LIS: &str = "https://purl.imsglobal.org/spec/lti/claim/lis";
    /// Custom parameters.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/custom")]
    pub const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";
    /// What the user was known as under LTI 1.1.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/lti1p1")]
    pub const LTI1P1: &str = "https://purl.imsglobal.org/spec/lti/claim/lti1p1";
    /// Whose submission is under review.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti/claim/for_user")]
    pub const FOR_USER: &str = "https://purl.imsglobal.org/spec/lti/claim/for_user";
    /// What a deep linking response may hold.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings")]
    pub const DEEP_LINKING_SETTINGS: &str =
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
    /// What a deep linking response offers: an array of items.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items")]
    pub const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
    /// What a deep linking response carries back unchanged.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/data")]
    pub const DEEP_LINKING_DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
    /// What the platform shows to the user after a deep linking response.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/msg")]
    pub const DEEP_LINKING_MSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/msg";
    /// What the platform writes into its log after a deep linking response.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/log")]
    pub const DEEP_LINKING_LOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/log";
    /// What the platform shows to the user as an error after a deep linking response.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg")]
    pub const DEEP_LINKING_ERRORMSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg";
    /// What the platform writes into its log as an error after a deep linking response.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog")]
    pub const DEEP_LINKING_ERRORLOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog";
    /// The Assignment and Grade Services.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint")]
    pub const AGS_ENDPOINT: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
    /// The Names and Role Provisioning Services.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice")]
    pub const NAMES_ROLE_SERVICE: &str =
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
    /// The Basic Outcomes service of LTI 1.1.
    #[doc(alias = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome")]
    pub const BASIC_OUTCOME: &str = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome";
}
