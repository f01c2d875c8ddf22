//! Who may register a platform.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use http::request::Parts;

use crate::dynamic_registration::RegistrationTerms;

type Checking = Pin<Box<dyn Future<Output = Option<RegistrationTerms>> + Send>>;

/// Who may register a platform. Nothing is fetched for anybody else.
#[derive(Clone)]
#[non_exhaustive]
pub enum RegistrationAccess {
    /// Whoever has an invite: see [`LtiRegistration::invite`](crate::dynamic_registration::LtiRegistration::invite).
    Invited,
    /// Whoever the application lets: see [`checked`](Self::checked).
    Checked(RegistrationCheck),
    /// Anybody who knows the URL: for trying the tool out.
    ///
    /// # Security
    ///
    /// Anybody can then register a platform of their own, and launch from it. Require approval, or use it where nobody
    /// else reaches the tool.
    InsecureAnybody,
}

/// The application's own check of who may register a platform.
#[derive(Clone)]
pub struct RegistrationCheck(Arc<dyn Fn(Parts) -> Checking + Send + Sync>);

impl RegistrationAccess {
    /// Asks the application, as by its own sign-in, on each step: `check` gets the request without its body, and says
    /// no with `None`. The terms have to be the same on both steps.
    ///
    /// The page is shown in a tab, and in frames of the tool's own origin, of a shared cloud's hosts and of those of
    /// [`add_frame_ancestor`](crate::dynamic_registration::LtiRegistration::add_frame_ancestor): anybody's page that frames
    /// it could have a signed-in administrator confirm it unseen. In a frame the application's cookies come only if they
    /// are `SameSite=None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::dynamic_registration::{RegistrationAccess, RegistrationTerms};
    ///
    /// let access = RegistrationAccess::checked(|request| async move {
    ///     let key = request.headers.get("x-school")?.to_str().ok()?;
    ///     Some(RegistrationTerms::new().name(key))
    /// });
    /// ```
    #[must_use]
    pub fn checked<F>(check: impl Fn(Parts) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<RegistrationTerms>> + Send + 'static,
    {
        Self::Checked(RegistrationCheck(Arc::new(move |parts| {
            Box::pin(check(parts))
        })))
    }
}

impl RegistrationCheck {
    pub(super) async fn ask(&self, parts: &Parts) -> Option<RegistrationTerms> {
        (self.0)(parts.clone()).await
    }
}

impl fmt::Debug for RegistrationCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationCheck(..)")
    }
}

impl fmt::Debug for RegistrationAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invited => "Invited",
            Self::Checked(_) => "Checked(..)",
            Self::InsecureAnybody => "InsecureAnybody",
        })
    }
}
