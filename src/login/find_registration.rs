//! Finds the registration that a login is of.

use std::sync::Arc;

use http::Uri;

use crate::{
    error::{LtiError, LtiErrorKind},
    identity::Issuer,
    login::{
        LtiLogin,
        initiation::LoginInitiation,
        near_miss::{near_client_id, near_issuer},
    },
    registration::Registration,
    store::IssuerMatch,
};

impl LtiLogin {
    /// The registration that the login is of: named by its client id, by its issuer alone, or by the URL.
    pub(super) async fn registration(
        &self,
        initiation: &LoginInitiation<'_>,
        uri: &Uri,
    ) -> Result<Arc<Registration>, LtiError> {
        let issuer = Issuer::from(initiation.issuer);
        let known = self.tool.registrations();
        let found = if self.named_in_path {
            let name = uri.path().rsplit('/').next().unwrap_or_default();
            let found = known.find_by_login_name(name).await?;
            let found = found.ok_or_else(|| {
                LtiError::from(LtiErrorKind::ClientIdUnknown)
                    .with_fixed_field("login_name")
                    .with_came(name)
                    .with_hint("no registration has this login name")
            })?;
            agrees(&found, initiation)?;
            found
        } else if let Some(client_id) = initiation.client_id {
            match known.find(&issuer, &client_id.into(), None).await? {
                Some(registration) => registration,
                None => return Err(self.unknown(&issuer, client_id).await?),
            }
        } else {
            match known.find_by_issuer(&issuer).await? {
                IssuerMatch::One(registration) => registration,
                IssuerMatch::Several => {
                    return Err(LtiError::from(LtiErrorKind::ClientIdNeeded)
                        .with_fixed_field("client_id")
                        .with_hint(
                            "the platform has to send it, or each registration needs a login_name",
                        ));
                }
                IssuerMatch::None => return Err(self.unknown_issuer(&issuer, None).await),
            }
        };
        self.tool.check_usable(&found)?;
        Ok(found)
    }

    /// The rejection of an unknown client or an unknown issuer, with near misses for the operator.
    async fn unknown(&self, issuer: &Issuer, client_id: &str) -> Result<LtiError, LtiError> {
        let known = self.tool.registrations();
        let of_issuer = known.find_by_issuer(issuer).await?;
        if matches!(of_issuer, IssuerMatch::None) {
            return Ok(self.unknown_issuer(issuer, Some(client_id)).await);
        }
        let error = LtiError::from(LtiErrorKind::ClientIdUnknown);
        if !self.tool.would_log(error.kind()) {
            return Ok(error);
        }
        let (expected, hint) = near_client_id(known, issuer, client_id, &of_issuer);
        let error = error.with_came(client_id);
        let error = match expected {
            Some(expected) => error.with_expected(&expected),
            None => error,
        };
        Ok(match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        })
    }

    /// Looks for near misses only if the rejection is logged: anybody can send any issuer.
    async fn unknown_issuer(&self, issuer: &Issuer, client_id: Option<&str>) -> LtiError {
        let error = LtiError::from(LtiErrorKind::IssuerUnknown);
        if !self.tool.would_log(error.kind()) {
            return error;
        }
        let error = error.with_came(issuer.as_str());
        match near_issuer(self.tool.registrations(), issuer, client_id).await {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// Rejects a login whose parameters are not those of the registration that its URL names.
fn agrees(found: &Registration, initiation: &LoginInitiation<'_>) -> Result<(), LtiError> {
    let differs = |field, came: &str, expected: &str| {
        Err(LtiError::from(LtiErrorKind::ClientIdUnknown)
            .with_fixed_field(field)
            .with_came(came)
            .with_expected(expected)
            .with_hint("the login URL is that of another registration"))
    };
    let issuer = found.id().issuer().as_str();
    if issuer != initiation.issuer {
        return differs("iss", initiation.issuer, issuer);
    }
    let client_id = found.id().client_id().as_str();
    match initiation.client_id {
        Some(named) if named != client_id => differs("client_id", named, client_id),
        _ => Ok(()),
    }
}
