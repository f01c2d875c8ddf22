//! Why an item is not offered.

use std::{error::Error, fmt};

/// Why an item is not offered: which item, which member, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    position: Option<usize>,
    member: Option<String>,
    setting: Option<&'static str>,
    problem: &'static str,
}

impl ItemError {
    /// Which of the items it is, from 0 on; `None` for an item that is not in a list yet.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// The member, with dots between nested ones, such as `lineItem.scoreMaximum`.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// The setting of the request that it does not fit, such as `accept_multiple`.
    #[must_use]
    pub fn setting(&self) -> Option<&'static str> {
        self.setting
    }

    /// What is wrong, one lower-case clause.
    #[must_use]
    pub fn problem(&self) -> &'static str {
        self.problem
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem)
    }
}

impl Error for ItemError {}
