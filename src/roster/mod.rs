//! Rosters: who is in a course, from the Names and Role Provisioning Services 2.0.
//!
//! [`Services::roster`](crate::services::Services::roster) begins from a launch,
//! [`Services::roster_at`](crate::services::Services::roster_at) from endpoints that were kept. The [`Roster`] is
//! then narrowed to a role or a resource link, and read either way:
//!
//! - [`pages`](Roster::pages): a `Stream` of [`Page`]s, one in memory at a time;
//! - [`collect`](Roster::collect): all [`Members`], each once.
//!
//! 1. A list is read to its end or fails: there is no part of a list that looks like the whole.
//! 2. No attribute but the user id and the roles can be relied on (§2.2): what a platform shares is a matter of
//!    its privacy settings. Nothing is keyed by e-mail.
//! 3. Whoever is *not listed* is known from [`Members`] alone, never from a page.
//! 4. Members are personal data: `Debug` shows none of it, and nothing of it is logged.
//!
//! # Examples
//!
//! ```
//! # use tower_lti::{LaunchContext, LtiTool, claims::ContextRole, services::ServiceError};
//! # async fn sync(tool: &LtiTool, launch: &LaunchContext) -> Result<(), ServiceError> {
//! let roster = tool.services().roster(launch)?;
//! let learners = roster.role(ContextRole::Learner).collect().await?;
//! for member in &learners {
//!     println!("{}: {}", member.user_id(), member.name().unwrap_or("(no name)"));
//! }
//! # Ok(()) }
//! ```

mod container;
mod context;
mod differences;
mod lenient_text;
mod member;
mod member_status;
mod members;
mod other_fields;
mod page;
mod read_member;
mod read_page;
mod role_filter;
#[expect(clippy::module_inception, reason = "named for its type")]
mod roster;
mod skip;
mod texts;
mod what_came;

#[cfg(feature = "__bench")]
pub(crate) use self::container::read_members;
pub use self::{
    context::RosterContext,
    differences::Differences,
    member::Member,
    member_status::MemberStatus,
    members::{Listing, Members},
    page::Page,
    role_filter::RoleFilter,
    roster::Roster,
};
