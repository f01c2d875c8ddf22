//! Listing the deployments of a registration.

use super::{Deployment, DeploymentId};

/// A page of a registration's deployments, in the order of their ids.
#[derive(Clone, Debug)]
pub struct DeploymentPage {
    deployments: Vec<Deployment>,
    next: Option<DeploymentId>,
}

impl DeploymentPage {
    /// The largest page, whatever limit is asked for: 1,000 deployments.
    ///
    /// A larger one would delay the launches that use the same store.
    pub const MAX_LEN: usize = 1_000;

    /// Caps a requested limit at [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// For stores of your own.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::deployment::DeploymentPage;
    ///
    /// assert_eq!(DeploymentPage::bounded(50), 50);
    /// assert_eq!(DeploymentPage::bounded(usize::MAX), DeploymentPage::MAX_LEN);
    /// ```
    #[must_use]
    pub fn bounded(limit: usize) -> usize {
        limit.min(Self::MAX_LEN)
    }

    /// Creates a page. The next one, if there is one, begins after `next`.
    #[must_use]
    pub fn new(deployments: Vec<Deployment>, next: Option<DeploymentId>) -> Self {
        Self { deployments, next }
    }

    /// The deployments on this page.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// The id to ask for the next page with; `None` on the last one.
    #[must_use]
    pub fn next(&self) -> Option<&DeploymentId> {
        self.next.as_ref()
    }
}
