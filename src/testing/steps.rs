//! Single steps of a launch, so that each can be measured by itself. Not part of the API.
//!
//! Each skips the others: no state, no cookie, no nonce consumed.

use crate::{
    claims::{LaunchClaims, MessageType},
    error::{LtiError, LtiErrorKind},
    form::Fields,
    launch::{validate, verify},
    registration::Registration,
    state::LoginState,
    tool::LtiTool,
};

/// From a token's text to its claims, as in a launch of that registration.
///
/// # Errors
///
/// Fails when a launch with this token would be rejected for what stands in the token.
pub async fn validate_id_token(
    tool: &LtiTool,
    registration: &Registration,
    id_token: &str,
) -> Result<LaunchClaims, LtiError> {
    let accepted = [MessageType::ResourceLink, MessageType::DeepLinking];
    let payload = verify(tool, registration, id_token).await?;
    let (_, claims) = validate(tool, &accepted, registration, payload, |_| true)?;
    Ok(claims)
}

/// Reads a form, every field and escape of it, and returns the length of its token and its state.
///
/// # Errors
///
/// Fails when the form is malformed or lacks one of the two.
pub fn read_form(form: &[u8]) -> Result<(usize, usize), LtiErrorKind> {
    let kind = |error: LtiError| error.kind();
    let fields = Fields::parse(form).map_err(kind)?;
    let token = fields.require("id_token").map_err(kind)?;
    Ok((token.len(), fields.require("state").map_err(kind)?.len()))
}

/// Verifies the state of a login and reads it, but looks neither at its browser nor at its age.
#[must_use]
pub fn verify_state(tool: &LtiTool, state: &str) -> bool {
    tool.states().verify::<LoginState>(state).is_some()
}

/// Signs claims as a client assertion is signed.
///
/// # Errors
///
/// Fails as signing does.
#[cfg(feature = "services")]
pub fn sign_jwt(
    key: &crate::keys::ToolKey,
    claims: &impl serde::Serialize,
) -> Result<String, crate::keys::ToolKeyError> {
    key.sign_jwt(claims)
}

/// Reads a page of a roster: its members, none where it is none.
#[cfg(feature = "services")]
#[must_use]
pub fn read_roster_page(body: &[u8]) -> Option<impl Sized + use<>> {
    crate::roster::read_members(body)
}

/// Reads `Link` headers, and returns where the list goes on.
#[cfg(feature = "services")]
#[must_use]
pub fn read_links(headers: &http::HeaderMap) -> Option<String> {
    crate::paging::Links::read(headers).ok()?.next
}

/// An access token, asked for over and over as a call to a service asks for it.
#[cfg(feature = "services")]
#[derive(Clone)]
pub struct TokenCall {
    tool: LtiTool,
    request: crate::access_token::TokenRequest,
}

#[cfg(feature = "services")]
impl TokenCall {
    /// For this deployment and these scopes. `None` where the registration has no token endpoint.
    #[must_use]
    pub fn new(
        tool: &LtiTool,
        registration: &Registration,
        deployment: &crate::deployment::DeploymentKey,
        scopes: &[&str],
    ) -> Option<Self> {
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let registration = std::sync::Arc::new(registration.clone());
        let deployment = deployment.clone();
        let request =
            crate::access_token::TokenRequest::new(registration, deployment, scopes.into());
        Some(Self {
            tool: tool.clone(),
            request: request.ok()?,
        })
    }

    /// Gets the token: whether there is one.
    pub async fn get(&self) -> bool {
        let token = self.tool.access_tokens().get(&self.request).await;
        std::hint::black_box(&token).is_ok()
    }
}

#[cfg(feature = "services")]
impl std::fmt::Debug for TokenCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCall").finish_non_exhaustive()
    }
}
