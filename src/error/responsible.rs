//! Who has to act on a rejection.

use std::fmt;

use crate::error::LtiErrorKind;

/// Who has to change something, or do something, so that a rejection does not come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Responsible {
    /// Whoever opened the tool: opening it again is enough, or it takes another browser setting.
    Person,
    /// Whoever runs the learning platform, or set the tool up there.
    Platform,
    /// Whoever runs this tool.
    Operator,
    /// One of the two who set up the connection: they have entered different values.
    Connection,
}

impl Responsible {
    /// The word for it in logs: `person`, `platform`, `operator` or `connection`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Platform => "platform",
            Self::Operator => "operator",
            Self::Connection => "connection",
        }
    }
}

impl fmt::Display for Responsible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl LtiErrorKind {
    /// Who most likely has to act.
    #[must_use]
    pub fn responsible(self) -> Responsible {
        match self {
            Self::BodyBroken
            | Self::BodyTimeout
            | Self::CookieMissing
            | Self::CookiesNeeded
            | Self::CookieMismatch
            | Self::CrossSiteRequest
            | Self::LaunchRequired
            | Self::MethodNotAllowed
            | Self::DeepLinkingHandleExpired
            | Self::DeepLinkingHandleForeign
            | Self::DeepLinkingHandleUsed
            | Self::NonceReplayed
            | Self::DeploymentAwaitsTeacher
            | Self::PlatformLoginRequired
            | Self::PrefetchRejected
            | Self::SessionAmbiguous
            | Self::SessionCookieMissing
            | Self::SessionOver
            | Self::SessionReferencesDiffer
            | Self::SessionRevoked
            | Self::StateExpired
            | Self::StorageHandleExpired
            | Self::StorageHandleForeign
            | Self::StorageOriginMismatch
            | Self::StorageSecretWrong
            | Self::StorageSilent
            | Self::TicketExpired
            | Self::TicketFromAnotherBrowser
            | Self::TicketUsed => Responsible::Person,
            Self::BodyTooLarge
            | Self::ClaimInvalid
            | Self::ClientIdNeeded
            | Self::CriticalHeader
            | Self::DeploymentHintMismatch
            | Self::ErrorBesideToken
            | Self::FieldMissing
            | Self::FieldRepeated
            | Self::FieldTooLong
            | Self::FormMalformed
            | Self::KeyIdMissing
            | Self::KeySetInvalid
            | Self::KeySetUnavailable
            | Self::KeyUnfit
            | Self::KeyUnknown
            | Self::Lti11Launch
            | Self::MediaType
            | Self::NonceMismatch
            | Self::PayloadMalformed
            | Self::PlatformError
            | Self::SessionTooLarge
            | Self::SignatureWrong
            | Self::StateMissing
            | Self::TargetMismatch
            | Self::TimeMalformed
            | Self::TokenExpired
            | Self::TokenFromTheFuture
            | Self::TokenMalformed
            | Self::TokenNotYetValid
            | Self::TokenStale
            | Self::TokenTooLarge
            | Self::TokenType => Responsible::Platform,
            Self::BodiesInFlight
            | Self::ContentItemRefused
            | Self::DeadlinePassed
            | Self::DeepLinkingHandleForged
            | Self::DeepLinkingNotOffered
            | Self::DeploymentConditionUnmet
            | Self::DeploymentDisabled
            | Self::DeploymentPending
            | Self::DeploymentQuotaReached
            | Self::DeploymentUnknown
            | Self::LaunchNotParked
            | Self::MessageTypeNotAccepted
            | Self::OnboardingUnfinished
            | Self::RandomnessUnavailable
            | Self::RedirectUriMismatch
            | Self::RegistrationDisabled
            | Self::RegistrationPending
            | Self::RegistrationUnusable
            | Self::SessionDataTooLarge
            | Self::SessionForged
            | Self::SigningKeyMissing
            | Self::SigningKeyUnavailable
            | Self::StateBeforeMemory
            | Self::StateForged
            | Self::StateFromTheFuture
            | Self::StorageHandleForged
            | Self::SessionQuotaReached
            | Self::StoreFull
            | Self::StoreUnavailable
            | Self::SubjectMissing
            | Self::TicketForged => Responsible::Operator,
            Self::AccessTokenRequest
            | Self::AlgorithmNotAllowed
            | Self::AnswerAtLoginUrl
            | Self::AudienceMismatch
            | Self::AuthorizedPartyMismatch
            | Self::ClientIdUnknown
            | Self::DeepLinkingResponse
            | Self::IssuerMismatch
            | Self::IssuerUnknown
            | Self::LoginAtLaunchUrl
            | Self::OwnAuthenticationRequest
            | Self::RegistrationRequest
            | Self::TargetNotAllowed => Responsible::Connection,
        }
    }
}
