//! What can be wrong with a registration.

use std::{error::Error, fmt, path::PathBuf};

use serde::de::Error as _;

use crate::{
    identity::RegistrationId,
    key_set::ParseAlgorithmError,
    outbound::CertificateError,
    redact,
    registration::identifiers::{MAX_NAME_LEN, max_length},
};

/// A registration, or a list of them, cannot be used.
///
/// Each variant quotes what was given, so that the mistake can be found where it was made. Of a URL it
/// quotes scheme, host and path: the rest may hold a key or a password.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegistrationError {
    /// A required setting is missing.
    Missing {
        /// The setting's name, as it is in the JSON file.
        setting: &'static str,
        /// The registration it belongs to.
        registration: RegistrationId,
    },
    /// A name or an id is empty, has spaces around it, holds control characters, or is too long.
    Identifier {
        /// The setting's name, as it is in the JSON file.
        setting: &'static str,
        /// What was given.
        given: String,
    },
    /// A registration's name is empty, holds control characters, or is too long.
    Name,
    /// A registration has a discriminator but no login name, so that no login could reach it.
    NotReachable {
        /// The registration.
        registration: RegistrationId,
    },
    /// A record was to become that of another registration.
    IdentityChanged {
        /// The registration that it is of.
        registration: RegistrationId,
    },
    /// A login name is not one path segment.
    LoginName {
        /// What was given.
        given: String,
    },
    /// An endpoint is not a URL that can be used.
    Endpoint {
        /// The setting's name, as it is in the JSON file.
        setting: &'static str,
        /// What was given.
        given: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The URL already carries a parameter that a login or a launch sets itself.
    ReservedParameter {
        /// The setting's name, as it is in the JSON file.
        setting: &'static str,
        /// What was given.
        given: String,
        /// The parameter in question.
        parameter: String,
    },
    /// An algorithm in JSON is none of a [`SignatureAlgorithm`](crate::key_set::SignatureAlgorithm).
    Algorithm {
        /// Which, and what there is.
        source: ParseAlgorithmError,
    },
    /// No signature algorithm is allowed, so that no token could be accepted.
    NoAlgorithm {
        /// The registration it belongs to.
        registration: RegistrationId,
    },
    /// The certificate authorities cannot be used.
    CertificateAuthorities {
        /// The registration they belong to.
        registration: RegistrationId,
        /// What is wrong with them.
        source: CertificateError,
    },
    /// A fixed key set holds no key that can be used.
    KeySet {
        /// The registration it belongs to.
        registration: RegistrationId,
        /// What is wrong with it.
        problem: String,
    },
    /// A registration in JSON has a member that is none of those that are known.
    UnknownMember {
        /// The member's name, without the query and the user name of a URL.
        member: String,
        /// The known one that it differs little from, if there is one.
        meant: Option<&'static str>,
    },
    /// A registration in JSON has a member twice: under its name and under an older one.
    RenamedMember {
        /// The older name.
        old: &'static str,
        /// What it is called now.
        new: &'static str,
    },
    /// Two registrations have the same issuer and client id, and no discriminators that tell them apart.
    Duplicate {
        /// The identity that occurs twice.
        registration: RegistrationId,
    },
    /// Two registrations have the same login name.
    DuplicateLoginName {
        /// The name that occurs twice.
        login_name: String,
    },
    /// A registration file could not be read.
    File {
        /// Its path.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A registration file or text is not the JSON that is expected.
    Json {
        /// What the parser said, with line and column.
        source: serde_json::Error,
    },
}

impl RegistrationError {
    /// What the parser said, which quotes values, without the queries of the URLs among them.
    pub(super) fn json(source: &serde_json::Error) -> Self {
        // The place in the file is read back from the text.
        let source = serde_json::Error::custom(redact::without_queries(&source.to_string()));
        Self::Json { source }
    }
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing {
                setting,
                registration,
            } => write!(
                f,
                "registration {:?} at {:?} has no `{setting}`",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::Identifier { setting, given } => write!(
                f,
                "`{setting}` {given:?} must be 1 to {} characters of printable ASCII without spaces around \
                 them",
                max_length(setting),
            ),
            Self::Name => write!(
                f,
                "`name` must be 1 to {MAX_NAME_LEN} characters, without control characters",
            ),
            Self::NotReachable { registration } => write!(
                f,
                "registration {:?} at {:?} has a `discriminator` and so needs a `login_name`: no login says \
                 which one it is of, unless its URL does",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::IdentityChanged { registration } => write!(
                f,
                "issuer, client id and discriminator of registration {:?} at {:?} cannot be changed; another \
                 registration is added instead",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::LoginName { given } => write!(
                f,
                "`login_name` {given:?} must be one path segment, without spaces, slashes, `?` or `#`",
            ),
            Self::Endpoint {
                setting,
                given,
                problem,
            } => write!(f, "`{setting}` {given:?} {problem}"),
            Self::ReservedParameter {
                setting,
                given,
                parameter,
            } => write!(
                f,
                "`{setting}` {given:?} already has `{parameter}`, which every login or launch sets itself",
            ),
            Self::Algorithm { source } => source.fmt(f),
            Self::NoAlgorithm { registration } => write!(
                f,
                "registration {:?} at {:?} allows no algorithm",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::CertificateAuthorities {
                registration,
                source,
            } => write!(
                f,
                "`certificate_authorities` of registration {:?} at {:?}: {source}; they are PEM, from \
                 `-----BEGIN CERTIFICATE-----` on",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::KeySet {
                registration,
                problem,
            } => write!(
                f,
                "the key set of registration {:?} at {:?} {problem}",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::UnknownMember { member, meant } => {
                write!(
                    f,
                    "a registration has a member {member:?} that is not known"
                )?;
                if let Some(meant) = meant {
                    write!(f, "; is `{meant}` meant?")?;
                }
                f.write_str("; what is yours to note goes into `notes`")
            }
            Self::RenamedMember { old, new } => write!(
                f,
                "a registration has both `{new}` and `{old}`, its older name",
            ),
            Self::Duplicate { registration } => write!(
                f,
                "registration {:?} at {:?} is listed twice; two platforms that share both, as self-hosted \
                 ones do, are told apart by a `discriminator` and a `login_name` of each one's own, and are \
                 given login URLs that end in it",
                registration.client_id(),
                registration.issuer(),
            ),
            Self::DuplicateLoginName { login_name } => {
                write!(f, "two registrations have the login name {login_name:?}")
            }
            Self::File { path, .. } => {
                write!(
                    f,
                    "the registrations file {} cannot be read",
                    path.display()
                )
            }
            Self::Json { .. } => f.write_str(
                "the registrations are not a JSON array of objects with issuer, client_id, \
                 authorization_endpoint and jwks_url",
            ),
        }
    }
}

impl Error for RegistrationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Json { source } => Some(source),
            Self::CertificateAuthorities { source, .. } => Some(source),
            _ => None,
        }
    }
}
