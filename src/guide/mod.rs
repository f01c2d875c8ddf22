//! How to build a tool with this crate, page by page.
//!
//! - [`first_launch`]: what happens when a deployment is seen for the first time
//! - [`choosing_a_policy`]: what should happen then
//! - [`onboarding`]: a form between the first launch and the tool
//! - [`approval`]: deployments that wait for an administrator
//! - [`grades`]: one score, many, line items, and what outlives a crash (feature `services`)
//! - [`content_selection`]: a teacher picks in the tool what the course gets (feature `services`)
//! - [`in_a_frame`]: with cookies, by the platform's storage, or in a window of its own; what browsers do
//! - [`sessions`]: what a launch has proven, at the next click (feature `sessions`)
//! - [`own_sessions`]: tower-sessions and axum-extra in a frame (feature `sessions`)
//! - [`live_registrations`]: added, changed, approved, disabled and removed without a restart (feature `registration`)
//! - [`custom_stores`]: your own database
//! - [`running`]: several instances, Redis in production, and what breaks
//! - [`what_a_launch_costs`]: round trips, time, memory, and how much of each to buy
//! - [`platforms`]: registering with Canvas, Moodle, Brightspace, Blackboard, Sakai, Open edX and Schoology
//! - [`tenants`]: issuers that many schools share
//! - [`keys`]: the tool's own keys: making, publishing, rotating, revoking (feature `services`)
//! - [`doctor`]: registrations and the tool's own side, checked before the first launch (feature `doctor`)
//! - [`other_services`]: services that this crate does not know (feature `services`)
//! - [`rosters`]: who is in a course: a class, a whole school, changes alone (feature `services`)
//! - [`observability`]: every span, event and metric, and what is deliberately not there
//! - [`frameworks`]: axum, hyper, tonic, Lambda, salvo, poem: order of layers and bodies
//! - [`architecture`]: the rooms of the crate, and the way of a launch through them

#[doc = include_str!("first_launch.md")]
pub mod first_launch {}

#[doc = include_str!("choosing_a_policy.md")]
pub mod choosing_a_policy {}

#[doc = include_str!("onboarding.md")]
pub mod onboarding {}

#[doc = include_str!("approval.md")]
pub mod approval {}

#[cfg(feature = "services")]
#[doc = include_str!("grades.md")]
pub mod grades {}

#[cfg(feature = "services")]
#[doc = include_str!("content_selection.md")]
pub mod content_selection {}

#[doc = include_str!("in_a_frame.md")]
pub mod in_a_frame {}

#[cfg(feature = "sessions")]
#[doc = include_str!("sessions.md")]
pub mod sessions {}

#[cfg(feature = "sessions")]
#[doc = include_str!("own_sessions.md")]
pub mod own_sessions {}

#[cfg(feature = "registration")]
#[doc = include_str!("live_registrations.md")]
pub mod live_registrations {}

#[doc = include_str!("custom_stores.md")]
#[doc = "```ignore"]
#[doc = include_str!("../../examples/sqlite/store.rs")]
#[doc = "```"]
#[doc = "\nIts sessions are in a file of their own:\n"]
#[doc = "```ignore"]
#[doc = include_str!("../../examples/sqlite/sessions.rs")]
#[doc = "```"]
#[doc = "\nAnd its registrations:\n"]
#[doc = "```ignore"]
#[doc = include_str!("../../examples/sqlite/registrations.rs")]
#[doc = "```"]
pub mod custom_stores {}

#[doc = include_str!("running.md")]
pub mod running {}

#[doc = include_str!("what_a_launch_costs.md")]
pub mod what_a_launch_costs {}

#[doc = include_str!("platforms.md")]
pub mod platforms {}

#[doc = include_str!("tenants.md")]
pub mod tenants {}

#[doc = include_str!("keys.md")]
#[cfg(feature = "services")]
pub mod keys {}

#[doc = include_str!("doctor.md")]
#[cfg(feature = "doctor")]
pub mod doctor {}

#[doc = include_str!("other_services.md")]
#[cfg(feature = "services")]
pub mod other_services {}

#[doc = include_str!("rosters.md")]
#[cfg(feature = "services")]
pub mod rosters {}

#[doc = include_str!("observability.md")]
pub mod observability {}

#[doc = include_str!("frameworks.md")]
pub mod frameworks {}

#[doc = include_str!("architecture.md")]
pub mod architecture {}
