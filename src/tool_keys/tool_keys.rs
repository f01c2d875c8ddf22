//! `ToolKeys`: all keys of a tool.

use std::{collections::HashSet, fmt, sync::Arc, time::SystemTime};

use crate::{
    key_set::SignatureAlgorithm,
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
    tool_key::{ToolKey, ToolKeyError},
};

/// The keys of a tool: one signs, all are published. Cheap to clone; `Debug` shows ids alone.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), tower_lti::keys::ToolKeyError> {
/// use tower_lti::{keys::{ToolKey, ToolKeys}, tool::LtiToolBuilder};
///
/// fn with_keys(builder: LtiToolBuilder, pem: &str) -> Result<LtiToolBuilder, tower_lti::keys::ToolKeyError> {
///     Ok(builder.tool_keys(ToolKeys::from_pem(pem)?))
/// }
/// # let pem = ToolKey::generate_p256()?.to_pem()?;
/// # with_keys(tower_lti::LtiTool::builder(), pem.as_str())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ToolKeys(Arc<Inner>);

struct Inner {
    keys: Vec<Arc<ToolKey>>,
}

impl ToolKeys {
    /// Takes keys in code: the first of its algorithm signs, all are published. A key that is there twice counts
    /// once.
    ///
    /// To rotate, add a new key at the end, wait until platforms know it (a day is safe), move it to the front,
    /// and remove the old one a day later.
    #[must_use]
    pub fn fixed(keys: impl IntoIterator<Item = ToolKey>) -> Self {
        let mut ids = HashSet::new();
        let keys = keys
            .into_iter()
            .filter(|key| ids.insert(key.id().to_owned()));
        let keys = keys.map(Arc::new).collect();
        Self(Arc::new(Inner { keys }))
    }

    /// Takes the private keys of a PEM file: the first of its algorithm signs, all are published.
    ///
    /// # Errors
    ///
    /// As [`ToolKey::list_from_pem`].
    pub fn from_pem(pem: &str) -> Result<Self, ToolKeyError> {
        ToolKey::list_from_pem(pem).map(Self::fixed)
    }

    /// The key that signs for a registration at that time.
    pub(crate) fn signer(
        &self,
        _registration: &Registration,
        algorithm: SignatureAlgorithm,
        _now: SystemTime,
    ) -> Result<Arc<ToolKey>, ServiceError> {
        let mut keys = self.0.keys.iter();
        let key = keys.find(|key| key.algorithm() == algorithm);
        key.cloned().ok_or_else(|| {
            ServiceError::from(ServiceErrorKind::KeyUnavailable)
                .with_detail(format!("no key for {algorithm}"))
        })
    }

    /// The keys whose public halves are published.
    pub(crate) fn published(&self) -> &[Arc<ToolKey>] {
        &self.0.keys
    }
}

impl From<ToolKey> for ToolKeys {
    fn from(key: ToolKey) -> Self {
        Self::fixed([key])
    }
}

impl fmt::Debug for ToolKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolKeys")
            .field("keys", &self.0.keys)
            .finish()
    }
}
