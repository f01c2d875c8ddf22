//! The scopes of the services that this crate calls, as they are asked for with an access token.
//!
//! Scopes of other services are given to [`Services::client`](crate::services::Services::client) as text.

/// Line items may be read, made, changed and deleted (AGS 2.0 §3.1).
#[doc(alias = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem")]
pub const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
/// Line items may be read (AGS 2.0 §3.1).
#[doc(alias = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly")]
pub const LINE_ITEM_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
/// Results may be read (AGS 2.0 §3.1).
#[doc(alias = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly")]
pub const RESULT_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
/// Scores may be sent (AGS 2.0 §3.1).
#[doc(alias = "https://purl.imsglobal.org/spec/lti-ags/scope/score")]
pub const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
/// Rosters may be read (Names and Role Provisioning Services 2.0 §2.1).
#[doc(alias = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly")]
pub const MEMBERSHIP: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
