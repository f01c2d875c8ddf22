//! Where a login's secret is kept at its platform.

use url::Url;

use crate::{registration::Registration, state::LoginState};

/// Where a login's secret is kept: at which origin, by which frame, under which key.
pub(crate) struct StoragePlace<'a> {
    pub(super) origin: String,
    pub(super) frame: &'a str,
    pub(super) key: String,
}

impl<'a> StoragePlace<'a> {
    /// `None` where the login named no storage, or the platform has no origin.
    pub(crate) fn of(login: &'a LoginState, registration: &Registration) -> Option<Self> {
        let frame = login.storage_target()?;
        let endpoint = Url::parse(registration.authorization_endpoint()).ok()?;
        let origin = endpoint.origin();
        Some(Self {
            origin: origin.is_tuple().then(|| origin.ascii_serialization())?,
            frame,
            key: format!("lti_login_{}", login.cookie_id()),
        })
    }
}
