//! The keys that the tool signs with.

use std::time::SystemTime;

use crate::{
    tool::{ConfigError, LtiTool, LtiToolBuilder},
    tool_keys::ToolKeys,
};

impl LtiToolBuilder {
    /// Sets the keys that the tool signs with. Default: none, so that nothing can be signed.
    ///
    /// All instances of the tool need the same ones. Registrations ask for RS256, or for
    /// [another algorithm](crate::registration::RegistrationBuilder::tool_key_algorithm): there has to be a key for
    /// each that is asked for.
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn tool_keys(mut self, keys: impl Into<ToolKeys>) -> Self {
        self.tool_keys = Some(keys.into());
        self
    }
}

/// Fails where a registration of a fixed list gets tokens and no key can sign for it. A tool without keys is for
/// launches alone.
pub(super) fn check(builder: &LtiToolBuilder, now: SystemTime) -> Result<(), ConfigError> {
    let (Some(list), Some(keys)) = (&builder.fixed_registrations, &builder.tool_keys) else {
        return Ok(());
    };
    let calling = list.iter().filter(|registration| {
        registration.token_endpoint().is_some() && !registration.is_disabled()
    });
    let without = calling.filter(|registration| !keys.can_sign_for(registration, now));
    match without.min_by(|one, other| one.id().cmp(other.id())) {
        Some(registration) => Err(ConfigError::MissingToolKey {
            issuer: registration.id().issuer().to_string(),
            client_id: registration.id().client_id().to_string(),
            algorithm: registration.tool_key_algorithm(),
        }),
        None => Ok(()),
    }
}

impl LtiTool {
    pub(crate) fn tool_keys(&self) -> Option<&ToolKeys> {
        self.0.tool_keys.as_ref()
    }
}
