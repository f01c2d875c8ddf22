//! The parameters that the platform sends.

use smol_str::SmolStr;

use crate::{
    error::{LtiError, LtiErrorKind},
    form::{Address, Fields},
    login_parameters::LoginParameters,
    state::STORAGE_TARGET,
};

/// The longest login hint or message hint, in bytes. Blackboard's run to several thousand.
const MAX_HINT_BYTES: usize = 8 * 1024;

/// The longest target link URI, in bytes.
const MAX_TARGET_BYTES: usize = 4 * 1024;

/// The longest name of a storage frame, in bytes. Any text is one.
const MAX_STORAGE_TARGET_BYTES: usize = 256;

/// A login initiation request (Security Framework 1.0 §5.1.1.1, LTI Core 1.3 §4.1).
pub(crate) struct LoginInitiation<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) login_hint: &'a str,
    pub(crate) target_link_uri: &'a str,
    pub(crate) message_hint: Option<&'a str>,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) deployment_id: Option<&'a str>,
    /// The frame of the platform's storage (LTI Client Side postMessages).
    pub(crate) storage_target: Option<&'a str>,
    pub(crate) parameters: LoginParameters,
}

impl<'a> LoginInitiation<'a> {
    /// Reads the parameters; unknown ones are ignored (LOGIN-12), unless the tool keeps them.
    pub(crate) fn read(fields: &'a Fields<'_>, kept: &[SmolStr]) -> Result<Self, LtiError> {
        if fields.get("lti_message_type").is_some() && fields.get("oauth_consumer_key").is_some() {
            return Err(LtiErrorKind::Lti11Launch.into());
        }
        let require = |name| {
            let misdirected = |missing| fields.misdirected(Address::Login).unwrap_or(missing);
            fields.require(name).map_err(misdirected)
        };
        let initiation = Self {
            issuer: require("iss")?,
            login_hint: require("login_hint")?,
            target_link_uri: require("target_link_uri")?,
            message_hint: fields.get("lti_message_hint"),
            client_id: fields.get("client_id"),
            deployment_id: fields.get("lti_deployment_id"),
            storage_target: fields.get(STORAGE_TARGET),
            parameters: LoginParameters::read(fields, kept),
        };
        for (name, value, most) in [
            ("login_hint", Some(initiation.login_hint), MAX_HINT_BYTES),
            ("lti_message_hint", initiation.message_hint, MAX_HINT_BYTES),
            (
                "target_link_uri",
                Some(initiation.target_link_uri),
                MAX_TARGET_BYTES,
            ),
            (
                STORAGE_TARGET,
                initiation.storage_target,
                MAX_STORAGE_TARGET_BYTES,
            ),
        ] {
            let length = value.map_or(0, str::len);
            if length > most {
                return Err(LtiError::from(LtiErrorKind::FieldTooLong)
                    .with_fixed_field(name)
                    .with_came(&format!("{length} bytes"))
                    .with_expected(&format!("at most {most} bytes")));
            }
        }
        Ok(initiation)
    }
}

/// Rejects a parameter that says one thing in the query and another in the body (LOGIN-14).
pub(crate) fn agree(query: &Fields<'_>, body: &Fields<'_>) -> Result<(), LtiError> {
    const PARAMETERS: [&str; 7] = [
        "iss",
        "login_hint",
        "target_link_uri",
        "lti_message_hint",
        "client_id",
        "lti_deployment_id",
        STORAGE_TARGET,
    ];
    let differs = |name: &&&str| match (query.get(name), body.get(name)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    match PARAMETERS.iter().find(differs) {
        None => Ok(()),
        Some(name) => Err(LtiError::from(LtiErrorKind::FieldRepeated)
            .with_fixed_field(name)
            .with_hint("query and body say two things")),
    }
}
