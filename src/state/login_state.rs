//! The signed `state` that travels from login to launch.

use serde::{Deserialize, Serialize, Serializer};
use smol_str::SmolStr;

use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    instance::Stamp,
    login_parameters::LoginParameters,
    redact::log_value,
    state::value_hash::ValueHash,
};

/// The parameter of a login that names the frame of the platform's storage. No tool may keep one of that name.
pub(crate) const STORAGE_TARGET: &str = "lti_storage_target";

/// What the launch needs to know of its login (LOGIN-19).
///
/// Serialized as an array, in the order of its fields: shorter in the URL, and faster to parse.
#[derive(Deserialize)]
pub(crate) struct LoginState {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: ClientId,
    /// Milliseconds since 1970.
    pub(crate) issued_at_ms: u64,
    /// The same by the count of the instance that signed it.
    pub(crate) stamp: Stamp,
    nonce: ValueHash,
    browser: ValueHash,
    target_link_uri: ValueHash,
    redirect_uri: ValueHash,
    deployment_id: Option<ValueHash>,
    /// What the login named, escaped and cut: for the log where the launch names something else.
    #[serde(default)]
    target_shown: SmolStr,
    #[serde(default)]
    deployment_shown: Option<SmolStr>,
    /// Left out where there are none. With them, under its own name, the frame of the platform's storage: an instance
    /// of the version before reads no element after this one.
    #[serde(default)]
    parameters: LoginParameters,
    /// Left out where there is none. An instance of a version that knows no discriminators takes such a state for a forged one.
    #[serde(default)]
    discriminator: Option<Box<str>>,
}

/// The values that a state is bound to: it holds their hashes.
pub(crate) struct BoundValues<'a> {
    pub(crate) nonce: &'a str,
    pub(crate) browser: &'a str,
    pub(crate) target_link_uri: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) deployment_id: Option<&'a str>,
    pub(crate) parameters: &'a LoginParameters,
    pub(crate) storage_target: Option<&'a str>,
}

impl Serialize for LoginState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = (
            &self.issuer,
            &self.client_id,
            self.issued_at_ms,
            &self.stamp,
            &self.nonce,
            &self.browser,
            &self.target_link_uri,
            &self.redirect_uri,
            &self.deployment_id,
            &self.target_shown,
            &self.deployment_shown,
        );
        if self.parameters.is_empty() && self.discriminator.is_none() {
            return fields.serialize(serializer);
        }
        let (a, b, c, d, e, f, g, h, i, j, k) = fields;
        let l = &self.parameters;
        match &self.discriminator {
            None => (a, b, c, d, e, f, g, h, i, j, k, l).serialize(serializer),
            Some(m) => (a, b, c, d, e, f, g, h, i, j, k, l, m).serialize(serializer),
        }
    }
}

impl LoginState {
    pub(crate) fn new(
        registration: &RegistrationId,
        issued_at_ms: u64,
        stamp: Stamp,
        values: &BoundValues<'_>,
    ) -> Self {
        Self {
            issuer: registration.issuer().clone(),
            client_id: registration.client_id().clone(),
            discriminator: registration.discriminator().map(Box::from),
            issued_at_ms,
            stamp,
            nonce: ValueHash::of("nonce", values.nonce),
            browser: ValueHash::of("browser", values.browser),
            target_link_uri: ValueHash::of("target", values.target_link_uri),
            redirect_uri: ValueHash::of("redirect", values.redirect_uri),
            deployment_id: values
                .deployment_id
                .map(|id| ValueHash::of("deployment", id)),
            target_shown: log_value(values.target_link_uri).into(),
            deployment_shown: values.deployment_id.map(|id| log_value(id).into()),
            parameters: match values.storage_target {
                Some(target) => values.parameters.with(STORAGE_TARGET, target),
                None => values.parameters.clone(),
            },
        }
    }

    /// What tells the registration from another one with the same issuer and client id.
    pub(crate) fn discriminator(&self) -> Option<&str> {
        self.discriminator.as_deref()
    }

    /// The name of the cookie that holds the browser's half of this login.
    pub(crate) fn cookie_id(&self) -> String {
        self.browser.cookie_id(self.issued_at_ms)
    }

    /// The frame of the platform's storage, where the login named one.
    pub(crate) fn storage_target(&self) -> Option<&str> {
        self.parameters.get(STORAGE_TARGET)
    }

    /// What the platform added to the login, as handlers get it.
    pub(crate) fn into_parameters(self) -> LoginParameters {
        self.parameters.without(STORAGE_TARGET)
    }

    pub(crate) fn is_from_browser_with(&self, secret: &str) -> bool {
        self.browser.matches("browser", secret)
    }

    pub(crate) fn was_issued_with_nonce(&self, nonce: &str) -> bool {
        self.nonce.matches("nonce", nonce)
    }

    pub(crate) fn names_target(&self, target_link_uri: &str) -> bool {
        self.target_link_uri.matches("target", target_link_uri)
    }

    /// The target that the login named, for a log.
    pub(crate) fn target_shown(&self) -> &str {
        &self.target_shown
    }

    /// The deployment that the login named, for a log.
    pub(crate) fn deployment_shown(&self) -> Option<&str> {
        self.deployment_shown.as_deref()
    }

    pub(crate) fn names_redirect_uri(&self, redirect_uri: &str) -> bool {
        self.redirect_uri.matches("redirect", redirect_uri)
    }

    /// Whether the login named no deployment, or this one.
    pub(crate) fn allows_deployment(&self, deployment_id: &str) -> bool {
        self.deployment_id
            .as_ref()
            .is_none_or(|hint| hint.matches("deployment", deployment_id))
    }
}
