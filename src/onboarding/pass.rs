//! What takes a browser to the onboarding page.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::{
    error::{LtiError, LtiErrorKind},
    pages::harden,
    policy::OnboardingUrl,
};

/// A ticket, and the cookie that ties it to a browser.
#[must_use]
pub struct OnboardingPass {
    pub(super) ticket: String,
    pub(super) cookie: HeaderValue,
    pub(super) surplus: Vec<HeaderValue>,
}

impl OnboardingPass {
    /// The ticket, fit for an address as it is.
    #[must_use]
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// The `Set-Cookie` header that has to go with it.
    #[must_use]
    pub fn cookie(&self) -> &HeaderValue {
        &self.cookie
    }

    /// A redirect to this address with both.
    ///
    /// # Errors
    ///
    /// Fails when the two together cannot stand in a header.
    pub fn into_redirect<B: From<Bytes>>(
        self,
        onboarding: &OnboardingUrl,
    ) -> Result<Response<B>, LtiError> {
        let location = onboarding
            .with_ticket(&self.ticket)
            .map_err(|error| LtiError::new(LtiErrorKind::DeploymentUnknown).with_source(error))?;
        let mut response = Response::new(B::from(Bytes::new()));
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, location);
        for cookie in self.surplus.into_iter().chain([self.cookie]) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        harden(response.headers_mut());
        Ok(response)
    }
}

impl fmt::Debug for OnboardingPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnboardingPass(..)")
    }
}
