//! One page of a roster.

use std::{fmt, vec};

use crate::roster::{Differences, Member, RosterContext};

/// One page of a roster: the members that were asked for. `Debug` shows their number alone.
#[derive(Clone)]
pub struct Page {
    pub(super) number: usize,
    pub(super) members: Vec<Member>,
    pub(super) left_out: usize,
    pub(super) context: RosterContext,
    pub(super) differences: Option<Differences>,
}

impl Page {
    /// Its number in the list, beginning with 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// The members on it. It may be empty, and is not the last one for that.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many members were left out because they cannot be read: without a user id, or invalid.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The course, as the platform names it there.
    #[must_use]
    pub fn context(&self) -> &RosterContext {
        &self.context
    }

    /// Where the platform tells what changes from now on, if it does.
    #[must_use]
    pub fn differences(&self) -> Option<&Differences> {
        self.differences.as_ref()
    }
}

impl IntoIterator for Page {
    type Item = Member;
    type IntoIter = vec::IntoIter<Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("number", &self.number)
            .field("members", &self.members.len())
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}
