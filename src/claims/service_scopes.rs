//! The scopes of the services that this crate calls.

pub(crate) const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub(crate) const LINE_ITEM_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(crate) const RESULT_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
pub(crate) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
pub(crate) const MEMBERSHIP: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
