//! How strictly a launch is compared with its login and its registration.

use serde::{Deserialize, Serialize};

/// What happens when the signed `target_link_uri` is not the one that the login named.
///
/// LTI Core 1.3 §5.3.4 wants them to be equal. It is read from JSON as `"exact"` or `"insecure_warn"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TargetLinkUriCheck {
    /// The launch is rejected. The default.
    #[default]
    Exact,
    /// The launch goes on with the signed one, and the difference is logged. Some versions of Open
    /// edX need this for deep linking.
    ///
    /// # Security
    ///
    /// Whoever can start a login then chooses which of two targets the user sees first; the signed one must
    /// still be an allowed target of the tool.
    InsecureWarn,
}

/// When `azp`, the authorized party of a token, must be there and be the client id.
///
/// Security Framework 1.0 §5.1.3 steps 4 and 5. An `azp` that is `null` or empty counts as absent. It is read
/// from JSON as `"several_audiences"` or `"always"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthorizedPartyCheck {
    /// In a token with several audiences. The default, because in tokens with one Blackboard names another
    /// party and Moodle none.
    #[default]
    SeveralAudiences,
    /// In every token.
    Always,
}
