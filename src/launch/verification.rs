//! From form to verified claims, one line a step. Nothing is written here.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Uri};

use crate::{
    browser_binding::{BrowserProof, check_age, open_login, release_login},
    claims::{LaunchClaims, LaunchPresentation},
    error::{LtiError, LtiErrorKind},
    form::Fields,
    id_token::RegisteredClaims,
    launch::{
        config::LayerConfig,
        message::{LaunchMessage, Outcome},
        token_check::{validate, verify},
    },
    observe::FlowSpan,
    platform_storage::Completion,
    registration::Registration,
    state::LoginState,
};

/// The parts of a request that a launch is verified from.
pub(super) struct LaunchRequest<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) uri: &'a Uri,
    pub(super) form: &'a [u8],
}

/// A launch that this tool began and its platform signed. Its nonce is not consumed yet.
pub(super) struct VerifiedLaunch {
    pub(super) login: LoginState,
    pub(super) registration: Arc<Registration>,
    pub(super) registered: RegisteredClaims,
    pub(super) claims: LaunchClaims,
}

impl VerifiedLaunch {
    /// Where the user may be sent back to.
    pub(super) fn way_back(&self) -> Option<&str> {
        let presentation = self.claims.launch_presentation();
        presentation.and_then(LaunchPresentation::return_url)
    }

    /// The header that takes away the cookie of the login, once it is over.
    pub(super) fn clear_cookie(&self) -> Option<HeaderValue> {
        release_login(&self.login)
    }
}

/// Why a launch is not verified.
pub(super) struct Rejection {
    pub(super) error: LtiError,
    /// The header that takes away the cookie of a login that is over.
    pub(super) clear_cookie: Option<HeaderValue>,
}

impl<E: Into<LtiError>> From<E> for Rejection {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            clear_cookie: None,
        }
    }
}

/// Verifies a launch: state, registration, signature, claims. There is no proof where the cookie is missing and the
/// platform may have stored the secret.
pub(super) async fn verify_launch(
    config: &LayerConfig,
    request: &LaunchRequest<'_>,
    visit: &FlowSpan,
) -> Result<(VerifiedLaunch, Option<BrowserProof>), Rejection> {
    let tool = &config.tool;
    let fields = Fields::parse(request.form)?;
    let message = LaunchMessage::read(&fields, tool.limits())?;
    let completion = Completion::read(&fields)?;
    // Security 1.0 §5.1.1.4 and §7.3.1: we began this login, and the browser is the one that asked.
    let login = open_login(tool, message.state, visit)?;
    let proof = match (&completion, &message.outcome) {
        (Some(completion), Outcome::Token(token)) => {
            let launch = (*token, message.state);
            Some(completion.prove(tool, &login, launch, request.headers)?)
        }
        (Some(_), Outcome::Refused(_)) => return Err(fields.missing("id_token").into()),
        (None, _) => BrowserProof::by_cookie(tool, &login, request.headers)?,
    };
    check_age(tool, &login)?;
    let token = match message.outcome {
        Outcome::Token(token) => token,
        Outcome::Refused(error) => {
            let is_proven = proof.is_some();
            return Err(Rejection {
                error,
                clear_cookie: is_proven.then(|| release_login(&login)).flatten(),
            });
        }
    };
    // §5.1.3: the registration is the one that our own state names, never one that the token names.
    let registration = tool
        .registrations()
        .find(&login.issuer, &login.client_id, login.discriminator())
        .await?
        .ok_or_else(|| {
            LtiError::from(LtiErrorKind::ClientIdUnknown)
                .with_hint("the registration was taken back after the login")
        })?;
    tool.check_usable(&registration)?;
    if !login.names_redirect_uri(tool.redirect_uri(&registration)) {
        return Err(LtiError::from(LtiErrorKind::RedirectUriMismatch)
            .with_fixed_field("launch_url")
            .with_expected(tool.redirect_uri(&registration))
            .into());
    }
    check_arrival(config, &registration, request.uri)?;
    if completion.is_some() {
        Completion::check_origin(request.headers, tool.redirect_uri(&registration))?;
    }
    let payload = verify(tool, &registration, token).await?;
    visit.mark_proven();
    let accepted = &config.accepted;
    let (registered, claims) = validate(tool, accepted, &registration, payload, |nonce| {
        login.was_issued_with_nonce(nonce)
    })?;
    let launch = VerifiedLaunch {
        login,
        registration,
        registered,
        claims,
    };
    Ok((launch, proof))
}

/// A form for one registration's launch URL must not reach what handles another's.
fn check_arrival(
    config: &LayerConfig,
    registration: &Registration,
    uri: &Uri,
) -> Result<(), LtiError> {
    let redirect_uri = config.tool.redirect_uri(registration);
    let (path, query) = (uri.path(), uri.query());
    if config.places().is_arrival_of(redirect_uri, path, query) {
        return Ok(());
    }
    Err(LtiError::new(LtiErrorKind::RedirectUriMismatch)
        .with_fixed_field("launch_url")
        .with_came(path)
        .with_expected(redirect_uri)
        .with_hint("it arrived at another path; where a prefix is stripped on the way, name it with LtiLaunchLayer::mounted_at"))
}
