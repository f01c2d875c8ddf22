//! What is wrong with a deep linking response.

use std::{error::Error, fmt};

/// What kind of thing is wrong with a deep linking response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// `form`: it did not come as a form with the one field `JWT` (§2.3).
    Form,
    /// `jwt`: three parts of base64url, header and claims JSON objects, there are not (RFC 7515 §3.1).
    Jwt,
    /// `typ`: the header's `typ` is not `JWT`.
    Type,
    /// `alg`: the header's `alg` is neither `RS256` nor `ES256`.
    Algorithm,
    /// `key_in_header`: the header brings a key or its address along: `jku`, `jwk`, `x5u`, `x5c`.
    KeyInHeader,
    /// `kid_missing`: the header has no `kid`.
    KeyIdMissing,
    /// `kid_unknown`: the tool publishes no key with this `kid`.
    KeyIdUnknown,
    /// `key_set`: the tool's key set cannot be fetched, is none, or has a private key in it.
    KeySet,
    /// `signature`: it does not verify with the key.
    Signature,
    /// `iss`: it is not the client id.
    Issuer,
    /// `aud`: it is not the platform's issuer.
    Audience,
    /// `aud_array`: it is an array, which some platforms do not take.
    AudienceArray,
    /// `azp`: it is there, and not the platform's issuer (Security Framework 1.0 §5.2.2).
    AuthorizedParty,
    /// `sub`: it is there, and not the client id; or missing where the platform is Blackboard.
    Subject,
    /// `exp_missing`: it is missing, or no number.
    ExpiryMissing,
    /// `iat_missing`: it is missing, or no number.
    IssuedAtMissing,
    /// `expired`: `exp` is over.
    Expired,
    /// `iat_future`: `iat` is ahead of the platform's clock.
    IssuedInFuture,
    /// `iat_old`: `iat` is more than five minutes ago.
    IssuedLongAgo,
    /// `lifetime`: it is good for more than five minutes.
    Lifetime,
    /// `nonce_missing`: it is missing, empty or no text.
    NonceMissing,
    /// `nonce_used`: another response had it, or this one came before.
    NonceUsed,
    /// `message_type`: it is not `LtiDeepLinkingResponse`.
    MessageType,
    /// `version`: it is not `1.3.0`.
    Version,
    /// `deployment`: it is not the request's deployment id.
    Deployment,
    /// `request`: there is no request that it could answer.
    Request,
    /// `data`: it is not what the request had, byte for byte, or there though the request had none.
    Data,
    /// `text`: `msg`, `log`, `errormsg` or `errorlog` is no text.
    Text,
    /// `content_items`: they are no array.
    ContentItems,
    /// `item`: an item is no JSON object, or has no `type`.
    Item,
    /// `member_missing`: an item lacks a member that its type requires.
    MemberMissing,
    /// `member`: a member of an item is not what the specification says.
    Member,
    /// `member_unknown`: a member of an item is neither the specification's nor a fully qualified URL.
    MemberUnknown,
    /// `accept_multiple`: there are several items, and one is taken.
    AcceptMultiple,
    /// `accept_types`: an item's type is not taken.
    AcceptTypes,
    /// `accept_media_types`: a file's media type is not taken.
    AcceptMediaTypes,
    /// `accept_lineitem`: a link has a line item, and none is taken.
    AcceptLineItem,
    /// `accept_presentation_document_targets`: an item can be shown in no way that is taken.
    AcceptPresentation,
}

impl FindingKind {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Jwt => "jwt",
            Self::Type => "typ",
            Self::Algorithm => "alg",
            Self::KeyInHeader => "key_in_header",
            Self::KeyIdMissing => "kid_missing",
            Self::KeyIdUnknown => "kid_unknown",
            Self::KeySet => "key_set",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::AudienceArray => "aud_array",
            Self::AuthorizedParty => "azp",
            Self::Subject => "sub",
            Self::ExpiryMissing => "exp_missing",
            Self::IssuedAtMissing => "iat_missing",
            Self::Expired => "expired",
            Self::IssuedInFuture => "iat_future",
            Self::IssuedLongAgo => "iat_old",
            Self::Lifetime => "lifetime",
            Self::NonceMissing => "nonce_missing",
            Self::NonceUsed => "nonce_used",
            Self::MessageType => "message_type",
            Self::Version => "version",
            Self::Deployment => "deployment",
            Self::Request => "request",
            Self::Data => "data",
            Self::Text => "text",
            Self::ContentItems => "content_items",
            Self::Item => "item",
            Self::MemberMissing => "member_missing",
            Self::Member => "member",
            Self::MemberUnknown => "member_unknown",
            Self::AcceptMultiple => "accept_multiple",
            Self::AcceptTypes => "accept_types",
            Self::AcceptMediaTypes => "accept_media_types",
            Self::AcceptLineItem => "accept_lineitem",
            Self::AcceptPresentation => "accept_presentation_document_targets",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that is wrong with a deep linking response. It names members, and shows no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) kind: FindingKind,
    pub(super) item: Option<usize>,
    pub(super) member: Option<String>,
}

impl Finding {
    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Which item it is, from 0 on; `None` where it is about the response.
    #[must_use]
    pub fn item(&self) -> Option<usize> {
        self.item
    }

    /// The member, with dots between nested ones, such as `lineItem.scoreMaximum`.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(item) = self.item {
            write!(f, " (item {item})")?;
        }
        match &self.member {
            Some(member) => write!(f, " ({member})"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a deep linking response: at least one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn of(findings: Vec<Finding>) -> Result<(), Self> {
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Self(findings))
        }
    }

    /// A response of which nothing else can be said.
    pub(super) fn only(kind: FindingKind) -> Self {
        let (item, member) = (None, None);
        Self(vec![Finding { kind, item, member }])
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// The names, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|finding| finding.kind.as_str()).collect()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings: Vec<String> = self.0.iter().map(Finding::to_string).collect();
        f.write_str(&findings.join(", "))
    }
}

impl Error for Findings {}
