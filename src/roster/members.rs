//! All members of a roster.

use std::{fmt, mem, slice, vec};

use crate::{
    claims::Roles,
    roster::{Differences, Member, MemberStatus, Page, RosterContext},
};

/// All members that were asked for, each once: the list was read to its end. `Debug` shows numbers alone.
#[derive(Clone)]
pub struct Members {
    members: Vec<Member>,
    /// Positions in `members`, in the order of their user ids.
    by_user: Vec<usize>,
    repeated: usize,
    left_out: usize,
    context: RosterContext,
    differences: Option<Differences>,
}

/// Whether a user is on a roster.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Listing<'a> {
    /// There is this member, whose [status](Member::status) may be another than `Active`.
    Listed(&'a Member),
    /// The whole list was read, and the user is not among those asked for. Several platforms list active members
    /// alone.
    NotListed,
    /// Nobody knows: some members could not be read.
    Unknown,
}

impl Members {
    /// All members, in the platform's order.
    #[must_use]
    pub fn as_slice(&self) -> &[Member] {
        &self.members
    }

    /// All members, in the platform's order.
    pub fn iter(&self) -> slice::Iter<'_, Member> {
        self.members.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The member with this user id.
    #[must_use]
    pub fn get(&self, user_id: &str) -> Option<&Member> {
        let id_at = |at: &usize| self.members[*at].user_id();
        let found = self.by_user.binary_search_by(|at| id_at(at).cmp(user_id));
        Some(&self.members[self.by_user[found.ok()?]])
    }

    /// Whether this user is on the roster, as far as that can be said.
    #[must_use]
    pub fn listing(&self, user_id: &str) -> Listing<'_> {
        match self.get(user_id) {
            Some(member) => Listing::Listed(member),
            None if self.left_out > 0 => Listing::Unknown,
            None => Listing::NotListed,
        }
    }

    /// How often a user came again, as on platforms whose order changes between two pages. The roles of all are
    /// united; of the rest the first counts, and any that is active.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.repeated
    }

    /// How many members were left out because they cannot be read.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The course, as the platform names it there.
    #[must_use]
    pub fn context(&self) -> &RosterContext {
        &self.context
    }

    /// Where the platform tells what has changed since the first page was read, if it does.
    #[must_use]
    pub fn differences(&self) -> Option<&Differences> {
        self.differences.as_ref()
    }
}

/// Members while their pages come.
#[derive(Default)]
pub(super) struct Collecting {
    members: Vec<Member>,
    left_out: usize,
    context: Option<RosterContext>,
    differences: Option<Differences>,
}

impl Collecting {
    pub(super) fn add(&mut self, page: Page) {
        self.left_out += page.left_out;
        self.context.get_or_insert(page.context);
        if self.differences.is_none() {
            self.differences = page.differences;
        }
        self.members.extend(page.members);
    }

    /// Unites what came more than once.
    pub(super) fn finish(self) -> Members {
        let mut members = self.members;
        let mut by_user = by_user(&members);
        let mut repeated = vec![false; members.len()];
        let mut rest = &by_user[..];
        while let [kept, others @ ..] = rest {
            let is_again = |at: &usize| members[*at].user_id() == members[*kept].user_id();
            let count = others.iter().take_while(|at| is_again(at)).count();
            let again;
            (again, rest) = others.split_at(count);
            unite(&mut members, *kept, again);
            again.iter().for_each(|at| repeated[*at] = true);
        }
        let count = repeated.iter().filter(|repeated| **repeated).count();
        if count > 0 {
            let mut repeats = repeated.iter();
            members.retain(|_| !repeats.next().copied().unwrap_or_default());
            by_user = self::by_user(&members);
        }
        Members {
            members,
            by_user,
            repeated: count,
            left_out: self.left_out,
            context: self.context.unwrap_or_default(),
            differences: self.differences,
        }
    }
}

/// Positions, in the order of user ids; of the same user, as they came.
fn by_user(members: &[Member]) -> Vec<usize> {
    let mut by_user: Vec<usize> = (0..members.len()).collect();
    by_user.sort_by(|one, other| members[*one].user_id().cmp(members[*other].user_id()));
    by_user
}

/// Gives a member the roles of the same user's other entries, and their status where one is active.
fn unite(members: &mut [Member], kept: usize, again: &[usize]) {
    if again.is_empty() {
        return;
    }
    let is_active = again.iter().any(|at| members[*at].is_active());
    let positions = [kept].into_iter().chain(again.iter().copied());
    let roles = Roles::united(positions.map(|at| mem::take(&mut members[at].roles)));
    members[kept].roles = roles;
    if is_active {
        members[kept].status = MemberStatus::Active;
    }
}

impl IntoIterator for Members {
    type Item = Member;
    type IntoIter = vec::IntoIter<Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<'a> IntoIterator for &'a Members {
    type Item = &'a Member;
    type IntoIter = slice::Iter<'a, Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Members")
            .field("members", &self.members.len())
            .field("repeated", &self.repeated)
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}
