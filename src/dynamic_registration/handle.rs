//! A registration that was shown and waits to be confirmed, sealed into its form.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    base64url,
    clock::unix_millis,
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationFailure, RegistrationTerms,
        invite::Invite, request::RegistrationToken,
    },
    instance::Stamp,
    nonce::OneTimeKey,
    random,
    registration::ProductFamily,
    tool::LtiTool,
};

/// The name that handles are sealed under (AEAD associated data), before that of the service.
const PURPOSE: &str = "handle ";

/// How long a handle is good for.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// How long its use is remembered: somewhat longer.
pub(super) const MEMORY: Duration = Duration::from_secs(20 * 60);

/// The longest handle, in bytes.
pub(super) const MAX_HANDLE_BYTES: usize = 96 * 1024;

/// A registration that was shown and waits to be confirmed. What is confirmed is what was shown: the metadata goes along.
pub(super) struct PendingRegistration {
    pub(super) configuration_url: Url,
    pub(super) configuration: PlatformConfiguration,
    pub(super) metadata: String,
    pub(super) token: Option<RegistrationToken>,
    pub(super) invite: Option<Invite>,
    pub(super) terms: RegistrationTerms,
    /// Whether an approval was wanted where it was shown.
    pub(super) needs_approval: bool,
}

impl PendingRegistration {
    /// For the service of this name alone.
    pub(super) fn seal(
        self,
        tool: &LtiTool,
        service: &str,
    ) -> Result<String, DynamicRegistrationError> {
        let configuration = self.configuration;
        let sealed = Sealed {
            id: random::text::<16>()?,
            issued_at_ms: unix_millis(tool.clock().now()),
            stamp: tool.stamp(),
            url: self.configuration_url.into(),
            issuer: configuration.issuer,
            authorization_endpoint: configuration.authorization_endpoint,
            token_endpoint: configuration.token_endpoint,
            jwks_uri: configuration.jwks_uri,
            registration_endpoint: configuration.registration_endpoint,
            authorization_server: configuration.authorization_server,
            product_family: configuration.product_family,
            version: configuration.version,
            metadata: self.metadata,
            token: self.token.map(|token| token.as_str().to_owned()),
            invite: self.invite,
            terms: self.terms,
            needs_approval: self.needs_approval,
        };
        let json = serde_json::to_vec(&sealed).unwrap_or_default();
        let text = tool
            .registration_sealer()
            .seal(&format!("{PURPOSE}{service}"), &json);
        let text = URL_SAFE_NO_PAD.encode(text.ok_or(RegistrationFailure::StoreUnavailable)?);
        if text.len() > MAX_HANDLE_BYTES {
            return Err(RegistrationFailure::ProfileTooLarge.into());
        }
        Ok(text)
    }
}

/// A handle that is genuine and has not expired; it is used up before anything is done.
pub(super) struct OpenedHandle {
    pub(super) pending: PendingRegistration,
    key: OneTimeKey,
}

impl OpenedHandle {
    pub(super) fn open(
        tool: &LtiTool,
        service: &str,
        text: &str,
    ) -> Result<Self, DynamicRegistrationError> {
        let unseal = || {
            let sealed = base64url::decode(text)?;
            let json = tool
                .registration_sealer()
                .open(&format!("{PURPOSE}{service}"), &sealed)?;
            serde_json::from_slice::<Sealed<Stamp>>(&json).ok()
        };
        let sealed = unseal().ok_or(RegistrationFailure::HandleForged)?;
        let key = OneTimeKey::of_registration(&sealed.id);
        check_age(tool, &sealed, &key)?;
        Ok(Self {
            key,
            pending: sealed
                .into_pending()
                .ok_or(RegistrationFailure::HandleForged)?,
        })
    }

    /// The key of its one use.
    pub(super) fn key(&self) -> &OneTimeKey {
        &self.key
    }
}

/// Rejects a handle that is too old, or older than what the store remembers, or of an instance whose clock is ahead.
fn check_age(
    tool: &LtiTool,
    sealed: &Sealed<Stamp>,
    key: &OneTimeKey,
) -> Result<(), RegistrationFailure> {
    let now_ms = unix_millis(tool.clock().now());
    let skew_ms = u64::try_from(tool.limits().clock_skew.as_millis()).unwrap_or(u64::MAX);
    if sealed.issued_at_ms > now_ms.saturating_add(skew_ms) {
        return Err(RegistrationFailure::HandleForged);
    }
    let age = Duration::from_millis(now_ms.saturating_sub(sealed.issued_at_ms));
    // The time of day may be set back; for handles of this instance there is a monotonic clock, too.
    let age_here = tool.age_here(&sealed.stamp).unwrap_or_default();
    let is_forgotten =
        !tool.remembers_for(&sealed.stamp) || tool.store().may_have_lost(key, sealed.issued_at_ms);
    if age.max(age_here) >= LIFETIME || is_forgotten {
        return Err(RegistrationFailure::HandleExpired);
    }
    Ok(())
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed<At> {
    #[serde(rename = "k")]
    id: String,
    #[serde(rename = "t")]
    issued_at_ms: u64,
    #[serde(rename = "s")]
    stamp: At,
    #[serde(rename = "u")]
    url: String,
    #[serde(rename = "i")]
    issuer: String,
    #[serde(rename = "a")]
    authorization_endpoint: String,
    #[serde(rename = "o")]
    token_endpoint: String,
    #[serde(rename = "j")]
    jwks_uri: String,
    #[serde(rename = "e")]
    registration_endpoint: String,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    authorization_server: Option<String>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    product_family: Option<ProductFamily>,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(rename = "m")]
    metadata: String,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    invite: Option<Invite>,
    #[serde(rename = "r")]
    terms: RegistrationTerms,
    #[serde(rename = "q")]
    needs_approval: bool,
}

impl Sealed<Stamp> {
    fn into_pending(self) -> Option<PendingRegistration> {
        let token = self.token.as_deref().map(RegistrationToken::new);
        Some(PendingRegistration {
            configuration_url: self.url.parse().ok()?,
            token: token.transpose().ok()?,
            metadata: self.metadata,
            invite: self.invite,
            terms: self.terms,
            needs_approval: self.needs_approval,
            configuration: PlatformConfiguration {
                issuer: self.issuer,
                authorization_endpoint: self.authorization_endpoint,
                token_endpoint: self.token_endpoint,
                jwks_uri: self.jwks_uri,
                registration_endpoint: self.registration_endpoint,
                authorization_server: self.authorization_server,
                scopes: Vec::new(),
                claims: Vec::new(),
                messages: Vec::new(),
                placements: Vec::new(),
                variables: Vec::new(),
                product_family: self.product_family,
                version: self.version,
            },
        })
    }
}
