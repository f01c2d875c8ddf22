//! How far a list was read.

/// How far a list was read before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListProgress {
    /// The pages that were read whole.
    pub pages: usize,
    /// The entries on them: members, line items or results.
    pub entries: usize,
}
