//! What a rejection was about, for the operator.

use std::{borrow::Cow, fmt};

use crate::{deployment::DeploymentKey, error::LtiError, redact::log_value};

/// What a rejection was about: the values that an operator needs to find the mistake.
///
/// For logs, never for a page: part of it comes from whoever sent the request. Each value is printable
/// ASCII of one line, escaped and cut to 64 characters. Of a URL neither query, fragment nor user information
/// is kept, of an e-mail address only its host. Tokens, states, nonces, cookies, names, addresses and user
/// ids are never in it.
///
/// The log line of a rejection has the same values as fields of the same names.
#[derive(Clone, Default)]
pub struct Detail {
    pub(crate) issuer: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) deployment_id: Option<String>,
    pub(crate) deployment: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) came: Option<String>,
    pub(crate) expected: Option<String>,
    pub(crate) platform_error: Option<String>,
    pub(crate) hint: Option<Cow<'static, str>>,
}

static NOTHING: Detail = Detail {
    issuer: None,
    client_id: None,
    deployment_id: None,
    deployment: None,
    field: None,
    came: None,
    expected: None,
    platform_error: None,
    hint: None,
};

impl Detail {
    /// The issuer that the request is of: as the state names it, or as an unproven login named it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The client id that the request is of: as the state names it, or as an unproven login named it.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The deployment id that the platform signed.
    #[must_use]
    pub fn deployment_id(&self) -> Option<&str> {
        self.deployment_id.as_deref()
    }

    /// The same as [`DeploymentKey::to_text`], a hash.
    #[must_use]
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// The form field, the claim, the header or the setting that is wrong.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What came in the request in place of what was expected.
    #[must_use]
    pub fn came(&self) -> Option<&str> {
        self.came.as_deref()
    }

    /// What would have been right.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The `error` that the platform answered with, if it is 1 to 40 lower-case letters and underscores;
    /// else `other`.
    #[must_use]
    pub fn platform_error(&self) -> Option<&str> {
        self.platform_error.as_deref()
    }

    /// What is known beyond that: a near miss, or what is wrong with the field.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// Says which values there are, and none of them: they are the platform's.
impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            ("issuer", self.issuer.is_some()),
            ("client_id", self.client_id.is_some()),
            ("deployment_id", self.deployment_id.is_some()),
            ("field", self.field.is_some()),
            ("came", self.came.is_some()),
            ("expected", self.expected.is_some()),
            ("platform_error", self.platform_error.is_some()),
            ("hint", self.hint.is_some()),
        ];
        let there = there.iter().filter(|(_, is_there)| *is_there);
        let names = there.map(|(name, _)| name);
        f.write_str("Detail")?;
        f.debug_set().entries(names).finish()
    }
}

impl LtiError {
    /// What the rejection was about, for a log. It must not stand on a page.
    #[must_use]
    pub fn detail(&self) -> &Detail {
        self.detail.as_deref().unwrap_or(&NOTHING)
    }

    pub(crate) fn with_detail(mut self, fill: impl FnOnce(&mut Detail)) -> Self {
        fill(self.detail.get_or_insert_default());
        self
    }

    /// Names a field that came.
    pub(crate) fn with_field(self, name: &str) -> Self {
        self.with_detail(|detail| detail.field = Some(log_value(name)))
    }

    /// Names one of a fixed set, which is never cut.
    pub(crate) fn with_fixed_field(self, name: &'static str) -> Self {
        self.with_detail(|detail| detail.field = Some(name.to_owned()))
    }

    pub(crate) fn with_came(self, came: &str) -> Self {
        self.with_detail(|detail| detail.came = Some(log_value(came)))
    }

    pub(crate) fn with_expected(self, expected: &str) -> Self {
        self.with_detail(|detail| detail.expected = Some(log_value(expected)))
    }

    pub(crate) fn with_hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.with_detail(|detail| detail.hint = Some(hint.into()))
    }

    /// Says whose it is, where that is not known yet.
    pub(crate) fn of_client(self, issuer: Option<&str>, client_id: Option<&str>) -> Self {
        self.with_detail(|detail| {
            let Detail { issuer: known, .. } = detail;
            if known.is_none() {
                *known = issuer.map(log_value);
                detail.client_id = client_id.map(log_value);
            }
        })
    }

    /// Says which deployment it is about, where that is not known yet.
    pub(crate) fn of_deployment(self, key: &DeploymentKey) -> Self {
        self.with_detail(|detail| {
            detail.deployment_id = Some(log_value(key.id().as_str()));
            detail.deployment = Some(key.to_text());
        })
    }
}
