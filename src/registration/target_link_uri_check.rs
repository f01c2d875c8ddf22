//! How the signed `target_link_uri` is compared with the login's.

/// What happens when the signed `target_link_uri` is not the one that the login named.
///
/// LTI Core 1.3 §5.3.4 wants them to be equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetLinkUriCheck {
    /// The launch is refused. The default.
    #[default]
    Exact,
    /// The launch goes on with the signed one, and the difference is logged. Some versions of Open
    /// edX need this for deep linking.
    Warn,
}
