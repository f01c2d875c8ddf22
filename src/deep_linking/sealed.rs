//! The text of a handle: a deep linking request, sealed for whoever holds a secret.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::{
    claims::DeepLinkingSettings,
    deep_linking::pending_request::PendingRequest,
    deployment::{DeploymentId, DeploymentKey},
    error::{LtiError, LtiErrorKind},
    identity::RegistrationId,
    instance::Stamp,
    state::ValueHash,
    tool::LtiTool,
};

/// Who holds the secret that a handle is bound to.
#[derive(Clone, Copy)]
pub(super) enum Holder {
    /// The browser, in a cookie of ours.
    Browser,
    /// The application's session.
    Session,
}

impl Holder {
    /// The name that handles are sealed under (AEAD associated data), and secrets hashed under.
    fn purpose(self) -> &'static str {
        match self {
            Self::Browser => "deep linking, browser",
            Self::Session => "deep linking, session",
        }
    }
}

/// The text of a handle, and the id of the cookie that holds the browser's half.
pub(super) fn seal(
    request: &PendingRequest,
    id: &str,
    holder: Holder,
    secret: &str,
    tool: &LtiTool,
) -> Option<(String, String)> {
    let Value::Object(settings) = serde_json::to_value(&request.settings).ok()? else {
        return None;
    };
    let sealed = Sealed {
        id,
        registration: request.deployment.registration().clone(),
        deployment: request.deployment.id().clone(),
        user: request.user.clone(),
        settings,
        issued_at_ms: request.issued_at_ms,
        stamp: &request.stamp,
        product_family: request.product_family.clone(),
        way_back: request.way_back.clone(),
        secret: ValueHash::of(holder.purpose(), secret),
        loopback_http: request.loopback_http,
    };
    let bytes = serde_json::to_vec(&sealed).ok()?;
    let sealer = tool.deep_linking_sealer();
    let text = sealer.seal_text(holder.purpose(), &bytes)?;
    let cookie_id = sealed.secret.cookie_id(sealed.issued_at_ms);
    Some((text, cookie_id))
}

/// A genuine handle that has not expired, and is not proven to be its holder's yet.
pub(super) struct UnboundHandle {
    request: PendingRequest,
    holder: Holder,
    secret: ValueHash,
}

impl UnboundHandle {
    pub(super) fn open(text: &str, holder: Holder, tool: &LtiTool) -> Result<Self, LtiError> {
        let handle =
            Self::unseal(text, holder, tool).ok_or(LtiErrorKind::DeepLinkingHandleForged)?;
        let checked = handle.request.check_age(tool);
        checked.map_err(|error| handle.request.explain(error))?;
        Ok(handle)
    }

    fn unseal(text: &str, holder: Holder, tool: &LtiTool) -> Option<Self> {
        let sealer = tool.deep_linking_sealer();
        let bytes = sealer.open_text(holder.purpose(), text)?;
        let sealed: Sealed<String, Stamp> = serde_json::from_slice(&bytes).ok()?;
        let loopback_http = sealed.loopback_http && tool.allows_loopback_http();
        Some(Self {
            request: PendingRequest {
                settings: DeepLinkingSettings::of_sealed(&sealed.settings, loopback_http)?,
                id: Some(sealed.id),
                deployment: DeploymentKey::new(sealed.registration, sealed.deployment),
                user: sealed.user,
                issued_at_ms: sealed.issued_at_ms,
                stamp: sealed.stamp,
                product_family: sealed.product_family,
                way_back: sealed.way_back,
                loopback_http,
            },
            holder,
            secret: sealed.secret,
        })
    }

    /// The id of the cookie that holds the browser's half.
    pub(super) fn cookie_id(&self) -> String {
        self.secret.cookie_id(self.request.issued_at_ms)
    }

    /// The request, for whoever holds this secret; there may be none.
    pub(super) fn bind(self, secret: Option<&str>) -> Result<PendingRequest, LtiError> {
        // A session without a secret is nobody's.
        let secret = secret.filter(|secret| !secret.is_empty());
        let hint = match secret {
            Some(secret) if self.secret.matches(self.holder.purpose(), secret) => {
                return Ok(self.request);
            }
            Some(_) => "it was made for another browser or session",
            None => {
                "what binds it to the browser or session is missing, or was sent more than once"
            }
        };
        let foreign = LtiError::from(LtiErrorKind::DeepLinkingHandleForeign).with_hint(hint);
        Err(self.request.explain(foreign))
    }
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed<Id, At> {
    #[serde(rename = "k")]
    id: Id,
    #[serde(rename = "r")]
    registration: RegistrationId,
    #[serde(rename = "d")]
    deployment: DeploymentId,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    user: Option<SmolStr>,
    #[serde(rename = "s")]
    settings: Map<String, Value>,
    #[serde(rename = "t")]
    issued_at_ms: u64,
    #[serde(rename = "i")]
    stamp: At,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    product_family: Option<SmolStr>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    way_back: Option<SmolStr>,
    #[serde(rename = "b")]
    secret: ValueHash,
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    loopback_http: bool,
}
