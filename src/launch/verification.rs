//! From form to launch, one line a step.

use std::time::Duration;

use http::{HeaderValue, Uri, request::Parts};

use crate::{
    browser_binding::{prove_login, release_login},
    claims::{
        ClaimError, ClaimErrorKind, ClaimRules, KnownClaims, LaunchClaims, LaunchPresentation,
        MessageType, names,
    },
    deployment::{DeploymentKey, DeploymentOutcome},
    error::{LtiError, LtiErrorKind},
    form::Fields,
    id_token::{
        GenuinePayload, RegisteredClaims, UnverifiedIdToken, VerifiedIdToken, acceptance_ends,
    },
    launch::{
        layer::Rules,
        message::{LaunchMessage, Outcome},
    },
    launch_context::{LaunchContext, ProvenLaunch, check_open},
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{FlowSpan, event},
    onboarding::MissingDeployment,
    registration::{Registration, TargetLinkUriCheck},
    state::LoginState,
    tool::LtiTool,
};

/// How much longer a nonce is remembered than its token could be accepted.
const NONCE_MARGIN: Duration = Duration::from_secs(60);

/// A launch whose nonce has been used up.
pub(super) enum Proven {
    /// The deployment is known and open.
    Known(LaunchContext),
    /// The deployment is not known, and the policy has yet to decide.
    Unknown(MissingDeployment),
}

/// The header that takes away the cookie of a login that is over.
pub(super) type ClearCookie = Option<HeaderValue>;

/// What stays of a launch, however it ends.
#[derive(Default)]
pub(super) struct Remains {
    /// The cookie is to be cleared once its login is over, well or badly.
    pub(super) clear: ClearCookie,
    /// What is proven of the launch.
    pub(super) claims: Option<LaunchClaims>,
}

impl Remains {
    /// Where the person may be sent back to, once that is proven.
    pub(super) fn way_back(&self) -> Option<&str> {
        let presentation = self.claims.as_ref()?.launch_presentation();
        presentation.and_then(LaunchPresentation::return_url)
    }
}

/// Proves a launch.
pub(super) async fn prove(
    rules: &Rules,
    parts: &Parts,
    form: &[u8],
    visit: &FlowSpan,
    remains: &mut Remains,
) -> Result<Proven, LtiError> {
    let (tool, headers) = (&rules.tool, &parts.headers);
    let fields = Fields::parse(form)?;
    let message = LaunchMessage::read(&fields, tool.limits())?;
    // Security 1.0 §5.1.1.4 and §7.3.1: we began this login, and the browser is the one that asked.
    let login = prove_login(tool, message.state, headers, visit)?;
    let token = match message.outcome {
        Outcome::Token(token) => token,
        Outcome::Refused(error) => {
            remains.clear = release_login(&login);
            return Err(error);
        }
    };
    // §5.1.3: the registration is the one that our own state names, never one that the token names.
    let registration = tool
        .registrations()
        .find(&login.issuer, &login.client_id)
        .await?
        .ok_or_else(|| {
            LtiError::from(LtiErrorKind::ClientIdUnknown)
                .with_hint("the registration was taken back after the login")
        })?;
    tool.check_usable(&registration)?;
    if !login.names_redirect_uri(tool.redirect_uri(&registration)) {
        return Err(LtiError::from(LtiErrorKind::RedirectUriMismatch)
            .with_fixed_field("launch_url")
            .with_expected(tool.redirect_uri(&registration)));
    }
    check_arrival(rules, &registration, &parts.uri)?;
    let payload = verify(tool, &registration, token).await?;
    visit.mark_proven();
    let (registered, claims) = validate(tool, &rules.accepted, &registration, payload, |nonce| {
        login.was_issued_with_nonce(nonce)
    })?;
    remains.claims = Some(claims.clone());
    check_against_login(tool, &login, &registration, &claims)?;
    // §5.1.3 step 9, second half: the nonce is used up, and the deployment found beside it.
    let nonce = OneTimeKey::new(registration.id(), &registered.nonce);
    let attempt = Attempt::new()?;
    let key = DeploymentKey::new(registration.id().clone(), claims.deployment_id().clone());
    visit.record_deployment(&key);
    let ends = acceptance_ends(
        registered.expires_at_ms,
        registered.issued_at_ms,
        login.issued_at_ms,
        tool.limits(),
    );
    let ttl = nonce_lifetime(tool, &login, ends.saturating_sub(registered.checked_at_ms));
    let (nonce_use, found) = tool
        .store()
        .consume_and_find(&nonce, &attempt, ttl, &key)
        .await?;
    remains.clear = release_login(&login);
    if nonce_use == NonceUse::Repeated {
        return Err(LtiErrorKind::NonceReplayed.into());
    }
    // A nonce that is new to a store which has forgotten something may have been used before that.
    if tool.store().may_have_lost(&nonce, login.issued_at_ms) {
        return Err(LtiError::from(LtiErrorKind::StateBeforeMemory)
            .with_hint("the store may have forgotten nonces since, by a restart or a failover"));
    }
    // Core 1.3 §3.1.3: a replay never gets here.
    match found {
        Some(deployment) => {
            check_open(&deployment)?;
            Ok(Proven::Known(LaunchContext::new(
                deployment,
                DeploymentOutcome::Existing,
                claims,
                login.parameters,
            )))
        }
        None => {
            let parks = rules.resume_path.is_some();
            let proven = ProvenLaunch {
                key,
                registration,
                claims,
                login_parameters: login.parameters,
            };
            let missing = MissingDeployment::new(tool.clone(), proven, parks, headers);
            Ok(Proven::Unknown(missing))
        }
    }
}

/// A form for one registration's launch URL must not reach what handles another's.
fn check_arrival(rules: &Rules, registration: &Registration, uri: &Uri) -> Result<(), LtiError> {
    let redirect_uri = rules.tool.redirect_uri(registration);
    let (path, query) = (uri.path(), uri.query());
    if rules.places().is_arrival_of(redirect_uri, path, query) {
        return Ok(());
    }
    Err(LtiError::new(LtiErrorKind::RedirectUriMismatch)
        .with_fixed_field("launch_url")
        .with_came(path)
        .with_expected(redirect_uri)
        .with_hint("it arrived at another path; where a prefix is stripped on the way, name it with LtiLaunchLayer::mounted_at"))
}

/// §5.1.3 steps 1 and 6: algorithm, key and signature, before the payload is parsed.
pub(crate) async fn verify(
    tool: &LtiTool,
    registration: &Registration,
    token: &str,
) -> Result<GenuinePayload, LtiError> {
    UnverifiedIdToken::parse(token)?
        .verify(registration, tool.keys())
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
    let refused = LtiError::from(kind).with_fixed_field(error.claim());
    match (kind, token.payload.text(error.claim())) {
        (LtiErrorKind::MessageTypeNotAccepted, Some(sent)) => {
            not_accepted(&MessageType::new(sent), accepted)
        }
        (_, Some(version)) if error.claim() == names::VERSION => {
            let is_version = |byte: u8| byte.is_ascii_alphanumeric() || b".- ".contains(&byte);
            let is_one = version.len() <= 10 && version.bytes().all(is_version);
            let came = if is_one { version } else { "another version" };
            refused.with_came(came).with_expected("1.3.0")
        }
        _ => refused,
    }
}

/// The refusal of a message type, which is told if it is one word.
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

/// How long a nonce is remembered: longer than its token could be accepted, by the time of day and
/// also, should that be set back, by the age of its login.
fn nonce_lifetime(tool: &LtiTool, login: &LoginState, acceptable_for_ms: u64) -> Duration {
    let login_lasts = tool.age_here(&login.stamp).map_or(Duration::ZERO, |age| {
        tool.limits().login_lifetime.saturating_sub(age)
    });
    Duration::from_millis(acceptable_for_ms).max(login_lasts) + NONCE_MARGIN
}

/// Compares what is signed with what the login, unsigned, had named.
fn check_against_login(
    tool: &LtiTool,
    login: &LoginState,
    registration: &Registration,
    claims: &LaunchClaims,
) -> Result<(), LtiError> {
    if let Some(target) = claims.target_link_uri() {
        // A target that the login named was looked at there; the signature says that it was.
        if !login.names_target(target) {
            match registration.target_link_uri_check() {
                TargetLinkUriCheck::Exact => {
                    return Err(differs(
                        LtiErrorKind::TargetMismatch,
                        names::TARGET_LINK_URI,
                        target,
                        login.target_shown(),
                    ));
                }
                TargetLinkUriCheck::InsecureWarn => {
                    event::target_differs(target, login.target_shown())
                }
            }
            tool.check_target(target)?;
        }
    }
    let deployment_id = claims.deployment_id().as_str();
    if !login.allows_deployment(deployment_id) {
        return Err(differs(
            LtiErrorKind::DeploymentHintMismatch,
            names::DEPLOYMENT_ID,
            deployment_id,
            login.deployment_shown().unwrap_or_default(),
        ));
    }
    Ok(())
}

/// A refusal with what is signed beside what the login named, which is escaped and cut already.
fn differs(kind: LtiErrorKind, claim: &'static str, came: &str, expected: &str) -> LtiError {
    let error = LtiError::from(kind)
        .with_fixed_field(claim)
        .with_came(came)
        .with_detail(|detail| detail.expected = Some(expected.to_owned()));
    let look_alike = error.detail().came() == Some(expected);
    if look_alike {
        error.with_hint("they differ in what is not shown: in the query, or behind 64 characters")
    } else {
        error
    }
}
