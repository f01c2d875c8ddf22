//! What a token says, once its platform's signature is proven.

use crate::{
    claims::{
        ClaimError, ClaimErrorKind, ClaimRules, KnownClaims, LaunchClaims, LaunchPresentation,
        MessageType, names,
    },
    error::{LtiError, LtiErrorKind},
    id_token::{GenuinePayload, RegisteredClaims, UnverifiedIdToken, VerifiedIdToken},
    registration::Registration,
    tool::LtiTool,
};

/// §5.1.3 steps 1 and 6: algorithm, key and signature, before the payload is parsed.
pub(crate) async fn verify(
    tool: &LtiTool,
    registration: &Registration,
    token: &str,
) -> Result<GenuinePayload, LtiError> {
    UnverifiedIdToken::parse(token)?
        .verify(registration, tool.keys(), tool.addresses(registration))
        .await
}

/// From a signed payload to its claims: everything about a launch that stands in the token alone.
pub(crate) fn validate(
    tool: &LtiTool,
    accepted: &[MessageType],
    registration: &Registration,
    payload: GenuinePayload,
    is_nonce_of_login: impl FnOnce(&str) -> bool,
) -> Result<(RegisteredClaims, LaunchClaims), LtiError> {
    let token = payload.read()?;
    // §5.1.3 steps 2 to 5, 7 and 8: issuer, audience, times. By now it may be later: keys were fetched.
    let now = tool.clock().now();
    let registered = RegisteredClaims::check(&token, registration, now, tool.limits())?;
    // §5.1.3 step 9, first half: the nonce is the one that this very login was issued with.
    if !is_nonce_of_login(&registered.nonce) {
        return Err(LtiError::from(LtiErrorKind::NonceMismatch)
            .with_fixed_field("nonce")
            .with_came("another nonce")
            .with_hint("the platform answered another login, or makes a nonce of its own"));
    }
    // Core 1.3 §5.3: the LTI claims, all of them.
    let rules = ClaimRules {
        accepted,
        allow_anonymous: tool.allows_anonymous(),
        allow_loopback_http: tool.allows_loopback_http(),
    };
    let known = KnownClaims::read(&token.payload, &rules).map_err(|error| {
        let kind = match error.kind() {
            ClaimErrorKind::AnonymousNotAllowed => LtiErrorKind::SubjectMissing,
            ClaimErrorKind::MessageTypeNotAccepted => LtiErrorKind::MessageTypeNotAccepted,
            _ => LtiErrorKind::ClaimInvalid,
        };
        let back = LaunchPresentation::of(&token.payload, rules.allow_loopback_http);
        let back = back.as_ref().and_then(LaunchPresentation::return_url);
        let explained = claim_error(kind, &error, &token, accepted);
        explained.with_source(error).with_way_back(back)
    })?;
    Ok((registered, LaunchClaims::new(known, payload.into_json())))
}

/// Adds to a claim's refusal which it was, and what came where the words for that are a fixed set.
fn claim_error(
    kind: LtiErrorKind,
    error: &ClaimError,
    token: &VerifiedIdToken<'_>,
    accepted: &[MessageType],
) -> LtiError {
    let rejected = LtiError::from(kind).with_fixed_field(error.claim());
    match (kind, token.payload.text(error.claim())) {
        (LtiErrorKind::MessageTypeNotAccepted, Some(sent)) => {
            not_accepted(&MessageType::new(sent), accepted)
        }
        (_, Some(version)) if error.claim() == names::VERSION => {
            let is_version = |byte: u8| byte.is_ascii_alphanumeric() || b".- ".contains(&byte);
            let is_one = version.len() <= 10 && version.bytes().all(is_version);
            let came = if is_one { version } else { "another version" };
            rejected.with_came(came).with_expected("1.3.0")
        }
        _ => rejected,
    }
}

/// Rejects a message type; it is quoted if it is one word.
pub(super) fn not_accepted(sent: &MessageType, accepted: &[MessageType]) -> LtiError {
    let sent = sent.as_str();
    let is_word = sent.bytes().all(|byte| byte.is_ascii_alphabetic());
    let came = if is_word {
        sent
    } else {
        "another message type"
    };
    let names: Vec<&str> = accepted.iter().map(MessageType::as_str).collect();
    LtiError::from(LtiErrorKind::MessageTypeNotAccepted)
        .with_fixed_field(names::MESSAGE_TYPE)
        .with_came(came)
        .with_expected(&names.join(", "))
        .with_hint("see LtiLaunchLayer::accept_message_type")
}
