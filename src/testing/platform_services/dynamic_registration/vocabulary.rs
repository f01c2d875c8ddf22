//! Names that configuration and metadata share.

pub(super) const TOOL_CONFIGURATION: &str =
    "https://purl.imsglobal.org/spec/lti-tool-configuration";
pub(super) const PLATFORM_CONFIGURATION: &str =
    "https://purl.imsglobal.org/spec/lti-platform-configuration";

/// The messages that may be registered.
pub(super) const MESSAGES: [&str; 2] = ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"];

/// The claims about people that launches may have.
pub(super) const CLAIMS: [&str; 6] = ["iss", "sub", "name", "given_name", "family_name", "email"];
