//! A registration that was shown and waits to be confirmed, sealed into its form.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
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
        let sealer = tool.registration_sealer();
        let text = sealer.seal_text(&format!("{PURPOSE}{service}"), &json);
        let text = text.ok_or(RegistrationFailure::StoreUnavailable)?;
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
            let sealer = tool.registration_sealer();
            let json = sealer.open_text(&format!("{PURPOSE}{service}"), text)?;
            serde_json::from_slice::<Sealed>(&json).ok()
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
fn check_age(tool: &LtiTool, sealed: &Sealed, key: &OneTimeKey) -> Result<(), RegistrationFailure> {
    let age = tool.age_of(sealed.issued_at_ms, &sealed.stamp);
    let age = age.ok_or(RegistrationFailure::HandleForged)?;
    let is_forgotten =
        !tool.remembers_for(&sealed.stamp) || tool.store().may_have_lost(key, sealed.issued_at_ms);
    if age >= LIFETIME || is_forgotten {
        return Err(RegistrationFailure::HandleExpired);
    }
    Ok(())
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(rename = "k")]
    id: String,
    #[serde(rename = "t")]
    issued_at_ms: u64,
    #[serde(rename = "s")]
    stamp: Stamp,
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

impl Sealed {
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
