//! From form to launch, one line a step.

use std::{error::Error, fmt, time::Duration};

use http::{HeaderMap, HeaderValue, Uri, request::Parts};

use crate::{
    browser_cookie::{BrowserCookies, CookieKind, SeveralCookies},
    claims::{
        ClaimErrorKind, ClaimRules, KnownClaims, LaunchClaims, LaunchPresentation, MessageType,
    },
    clock::unix_millis,
    deployment::{DeploymentKey, DeploymentOutcome},
    error::{ClockOffset, LtiError, LtiErrorKind},
    form::Fields,
    id_token::{RegisteredClaims, UnverifiedIdToken, VerifyFailure, acceptance_ends},
    key_set::{Mismatch, VerifyError},
    launch::{
        LaunchContext, MissingDeployment, ProvenLaunch, cookie_loss,
        layer::Rules,
        message::{LaunchMessage, Outcome},
        missing_deployment::check_open,
    },
    nonce::{Attempt, NonceKey, NonceUse},
    observe::{Visit, event},
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
    visit: &Visit,
    remains: &mut Remains,
) -> Result<Proven, LtiError> {
    let (tool, headers) = (&rules.tool, &parts.headers);
    let fields = Fields::parse(form)?;
    let message = LaunchMessage::read(&fields, tool.limits())?;
    // Security 1.0 §5.1.1.4 and §7.3.1: we began this login, and the browser is the one that asked.
    let login = open_state(tool, message.state, headers)?;
    let token = match message.outcome {
        Outcome::Token(token) => token,
        Outcome::Refused(kind) => {
            remains.clear = CookieKind::Login.clear(&login.cookie_id());
            return Err(kind.into());
        }
    };
    // §5.1.3: the registration is the one that our own state names, never one that the token names.
    let registration = tool
        .registrations()
        .find(&login.issuer, &login.client_id)
        .await?
        .ok_or(LtiErrorKind::ClientIdUnknown)?;
    visit.is_of(registration.id());
    tool.check_usable(&registration)?;
    if !login.names_redirect_uri(tool.redirect_uri(&registration)) {
        return Err(LtiErrorKind::RedirectUriMismatch.into());
    }
    check_arrival(rules, &registration, &parts.uri)?;
    let (registered, claims) = validate(tool, &rules.accepted, &registration, token, |nonce| {
        login.was_issued_with_nonce(nonce)
    })
    .await?;
    remains.claims = Some(claims.clone());
    check_against_login(tool, &login, &registration, &claims)?;
    // §5.1.3 step 9, second half: the nonce is used up, and the deployment found beside it.
    let nonce = NonceKey::new(registration.id(), &registered.nonce);
    let attempt = Attempt::new()?;
    let key = DeploymentKey::new(registration.id().clone(), claims.deployment_id().clone());
    visit.is_from(&key);
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
    remains.clear = CookieKind::Login.clear(&login.cookie_id());
    if nonce_use == NonceUse::Repeated {
        return Err(LtiErrorKind::NonceReplayed.into());
    }
    // A nonce that is new to a store which has forgotten something may have been used before that.
    if tool.store().may_have_forgotten(&nonce, login.issued_at_ms) {
        return Err(LtiErrorKind::StateBeforeMemory.into());
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
    Err(LtiError::new(LtiErrorKind::RedirectUriMismatch).with_source(ArrivedElsewhere::at(path)))
}

/// A launch that arrived at another path than its registration's launch URL has.
#[derive(Debug)]
struct ArrivedElsewhere(String);

impl ArrivedElsewhere {
    /// Of the path, escaped, as much as a log line can take.
    fn at(path: &str) -> Self {
        let start: String = path.chars().take(64).collect();
        Self(start.escape_debug().to_string())
    }
}

impl fmt::Display for ArrivedElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it arrived at {}, which is not the registration's launch URL; where a prefix is stripped on \
             the way, name it with LtiLaunchLayer::mounted_at",
            self.0
        )
    }
}

impl Error for ArrivedElsewhere {}

/// From the token's text to its claims: everything about a launch that stands in the token alone.
pub(crate) async fn validate(
    tool: &LtiTool,
    accepted: &[MessageType],
    registration: &Registration,
    token: &str,
    is_nonce_of_login: impl FnOnce(&str) -> bool,
) -> Result<(RegisteredClaims, LaunchClaims), LtiError> {
    // §5.1.3 steps 1 and 6: algorithm, key and signature, before the payload is parsed.
    let payload = UnverifiedIdToken::parse(token)?
        .verify(registration, tool.keys())
        .await
        .map_err(signature_error)?;
    let token = payload.read()?;
    // §5.1.3 steps 2 to 5, 7 and 8: issuer, audience, times. By now it may be later: keys were fetched.
    let now = tool.clock().now();
    let registered = RegisteredClaims::check(&token, registration, now, tool.limits())?;
    // §5.1.3 step 9, first half: the nonce is the one that this very login was issued with.
    if !is_nonce_of_login(&registered.nonce) {
        return Err(LtiErrorKind::NonceMismatch.into());
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
        LtiError::new(kind).with_source(error).with_way_back(back)
    })?;
    Ok((registered, LaunchClaims::new(known, payload.into_json())))
}

fn open_state(tool: &LtiTool, state: &str, headers: &HeaderMap) -> Result<LoginState, LtiError> {
    let login: LoginState = tool.states().open(state).ok_or(LtiErrorKind::StateForged)?;
    let cookies = BrowserCookies::of(CookieKind::Login, headers);
    let secret = cookies
        .only(&login.cookie_id())
        .map_err(|SeveralCookies| LtiErrorKind::CookieMismatch)?;
    let now = unix_millis(tool.clock().now());
    let limits = tool.limits();
    let Some(secret) = secret else {
        let loss = cookie_loss::explain(&login, headers, now, limits);
        return Err(LtiError::new(LtiErrorKind::CookieMissing).with_cookie_loss(loss));
    };
    if !login.is_from_browser_with(secret.value()) {
        return Err(LtiErrorKind::CookieMismatch.into());
    }
    let skew = u64::try_from(limits.clock_skew.as_millis()).unwrap_or(u64::MAX);
    if login.issued_at_ms > now.saturating_add(skew) {
        let kind = LtiErrorKind::StateFromTheFuture;
        return Err(ClockOffset::explain(
            kind,
            "the state",
            login.issued_at_ms,
            now,
        ));
    }
    let expired = || {
        let kind = LtiErrorKind::StateExpired;
        ClockOffset::explain(kind, "the state", login.issued_at_ms, now)
    };
    if u128::from(now.saturating_sub(login.issued_at_ms)) >= limits.login_lifetime.as_millis() {
        return Err(expired());
    }
    // The time of day may be set back; what was sealed here is also known by a clock that cannot.
    match tool.age_here(&login.stamp) {
        Some(age) if age >= limits.login_lifetime => return Err(expired()),
        Some(_) => {}
        None if !tool.remembers_for(&login.stamp) => {
            return Err(LtiErrorKind::StateBeforeMemory.into());
        }
        None => {}
    }
    Ok(login)
}

/// How long a nonce is remembered: longer than its token could be accepted, by the time of day and
/// also, should that be set back, by the age of its login.
fn nonce_lifetime(tool: &LtiTool, login: &LoginState, acceptable_for_ms: u64) -> Duration {
    let login_lasts = tool.age_here(&login.stamp).map_or(Duration::ZERO, |age| {
        tool.limits().login_lifetime.saturating_sub(age)
    });
    Duration::from_millis(acceptable_for_ms).max(login_lasts) + NONCE_MARGIN
}

fn signature_error(failure: VerifyFailure) -> LtiError {
    match failure {
        VerifyFailure::Token(kind) => kind.into(),
        VerifyFailure::Key(VerifyError::Rejected(mismatch, cause)) => {
            let kind = match mismatch {
                Mismatch::UnknownKey => LtiErrorKind::KeyUnknown,
                Mismatch::UnfitKey => LtiErrorKind::KeyUnfit,
                Mismatch::BadSignature => LtiErrorKind::SignatureWrong,
            };
            LtiError::new(kind).with_source(cause)
        }
        VerifyFailure::Key(VerifyError::Invalid(cause)) => {
            LtiError::new(LtiErrorKind::KeySetInvalid).with_shared_source(cause)
        }
        VerifyFailure::Key(VerifyError::Unavailable { retry_after, cause }) => {
            LtiError::new(LtiErrorKind::KeySetUnavailable)
                .with_shared_source(cause)
                .with_retry_after(retry_after)
        }
    }
}

/// Compares what is signed with what the login, unsigned, had named.
fn check_against_login(
    tool: &LtiTool,
    login: &LoginState,
    registration: &Registration,
    claims: &LaunchClaims,
) -> Result<(), LtiError> {
    if let Some(target) = claims.target_link_uri() {
        // A target that the login named was looked at there; the seal says that it was.
        if !login.names_target(target) {
            match registration.target_link_uri_check() {
                TargetLinkUriCheck::Exact => return Err(LtiErrorKind::TargetMismatch.into()),
                TargetLinkUriCheck::Warn => event::target_differs(),
            }
            tool.check_target(target)?;
        }
    }
    if !login.allows_deployment(claims.deployment_id().as_str()) {
        return Err(LtiErrorKind::DeploymentHintMismatch.into());
    }
    Ok(())
}
