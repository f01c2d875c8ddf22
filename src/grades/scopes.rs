//! The scopes of the service: the least that a call needs, out of those that the platform lists.

use crate::{
    claims::scopes::{LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE},
    service_error::{ServiceError, ServiceErrorKind},
};

/// The scopes that the platform lists in its claim.
pub(super) struct Scopes(Vec<String>);

impl Scopes {
    pub(super) fn new(listed: &[String]) -> Self {
        Self(listed.to_vec())
    }

    /// For GET of line items: read-only where the platform lists that.
    pub(super) fn to_read_line_items(&self) -> Result<Vec<String>, ServiceError> {
        self.first_of(&[LINE_ITEM_READONLY, LINE_ITEM])
    }

    pub(super) fn to_change_line_items(&self) -> Result<Vec<String>, ServiceError> {
        self.first_of(&[LINE_ITEM])
    }

    pub(super) fn to_read_results(&self) -> Result<Vec<String>, ServiceError> {
        self.first_of(&[RESULT_READONLY])
    }

    pub(super) fn to_post_scores(&self) -> Result<Vec<String>, ServiceError> {
        self.first_of(&[SCORE])
    }

    fn first_of(&self, wanted: &[&str]) -> Result<Vec<String>, ServiceError> {
        let is_listed = |scope: &&&str| self.0.iter().any(|listed| listed == **scope);
        match wanted.iter().find(is_listed) {
            Some(scope) => Ok(vec![(*scope).to_owned()]),
            None => Err(ServiceError::new(ServiceErrorKind::ScopeNotGranted)
                .with_detail(wanted.first().copied().unwrap_or_default())),
        }
    }
}
