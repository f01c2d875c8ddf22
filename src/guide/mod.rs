//! How to build a tool with this crate, page by page, in the order of need.
//!
//! # Begin
//!
//! - [`concepts`]: one launch in a picture, and the words
//! - [`first_tool`]: from an empty folder to a launch
//!
//! # Register with platforms
//!
//! - [`platforms`]: what to type where: Canvas, Moodle, Brightspace, Blackboard, Sakai, Open edX and Schoology
//! - [`live_registrations`]: added, changed, approved, disabled and removed without a restart (feature `registration`)
//! - [`registrations_database`]: registrations from a database of your own (feature `registration`)
//! - [`tenants`]: issuers that many schools share
//! - [`doctor`]: registrations and the tool's own side, checked before the first launch (feature `doctor`)
//!
//! # After the launch
//!
//! - [`after_the_launch`]: sessions, roles, courses: what a handler knows and what it does next
//! - [`sessions`]: what a launch has proven, at the next click (feature `sessions`)
//! - [`own_sessions`]: tower-sessions and axum-extra in a frame (feature `sessions`)
//! - [`in_a_frame`]: with cookies, by the platform's storage, or in a window of its own; what browsers do
//!
//! # New deployments
//!
//! - [`first_launch`]: what happens when a deployment is seen for the first time
//! - [`choosing_a_policy`]: what should happen then
//! - [`onboarding`]: a form between the first launch and the tool
//! - [`approval`]: deployments that wait for an administrator
//!
//! # Services
//!
//! - [`grades`]: one score, many, line items, and what outlives a crash (feature `services`)
//! - [`rosters`]: who is in a course: a class, a whole school, changes alone (feature `services`)
//! - [`content_selection`]: a teacher picks in the tool what the course gets (feature `services`)
//! - [`other_services`]: services that this crate does not know (feature `services`)
//! - [`keys`]: the tool's own keys: making, publishing, rotating, revoking (feature `services`)
//!
//! # Make it yours
//!
//! - [`own_pages`]: error pages and others: name, colours, words and languages
//! - [`custom_stores`]: your own database
//! - [`frameworks`]: axum, hyper, tonic, Lambda, salvo, poem: order of layers and bodies
//! - [`migration`]: from LTI 1.1: accounts, links and grades that are there
//!
//! # Develop and test
//!
//! - [`local_development`]: against a real platform, through a tunnel
//! - [`testing_your_tool`]: a handler, whole flows, the grade book (feature `testing`)
//! - [`cookbook`]: twenty short recipes
//! - [`usage_rules`]: for coding assistants: what to use, what never to do
//!
//! # Run it
//!
//! - [`proxies`]: behind a proxy, below a base path, on several hosts
//! - [`production`]: the checklist before the first school
//! - [`running`]: several instances, Redis in production, and what breaks
//! - [`observability`]: every span, event and metric, and what is deliberately not there
//! - [`what_a_launch_costs`]: round trips, time, memory, and how much of each to buy
//! - [`security`]: what is promised, and what is yours
//! - [`troubleshooting`]: by symptom: what the person saw, the code, who does what
//!
//! # Know more
//!
//! - [`glossary`]: the words of LTI and of this crate
//! - [`decisions`]: why it is built so, with what was measured
//! - [`comparison`]: with other libraries for LTI 1.3 tools
//! - [`architecture`]: the rooms of the crate, and the way of a launch through them

#[doc = include_str!("concepts.md")]
pub mod concepts {}

#[doc = include_str!("first_tool.md")]
pub mod first_tool {}

#[doc(alias("canvas", "moodle", "brightspace", "blackboard"))]
#[doc = include_str!("platforms.md")]
pub mod platforms {}

#[cfg(feature = "registration")]
#[doc = include_str!("live_registrations.md")]
pub mod live_registrations {}

#[cfg(feature = "registration")]
#[doc = include_str!("registrations_database.md")]
pub mod registrations_database {}

#[doc = include_str!("tenants.md")]
pub mod tenants {}

#[cfg(feature = "doctor")]
#[doc = include_str!("doctor.md")]
pub mod doctor {}

#[doc(alias("reload"))]
#[doc = include_str!("after_the_launch.md")]
pub mod after_the_launch {}

#[cfg(feature = "sessions")]
#[doc = include_str!("sessions.md")]
pub mod sessions {}

#[cfg(feature = "sessions")]
#[doc = include_str!("own_sessions.md")]
pub mod own_sessions {}

#[doc(alias("SameSite", "CHIPS"))]
#[doc = include_str!("in_a_frame.md")]
pub mod in_a_frame {}

#[doc = include_str!("first_launch.md")]
pub mod first_launch {}

#[doc = include_str!("choosing_a_policy.md")]
pub mod choosing_a_policy {}

#[doc = include_str!("onboarding.md")]
pub mod onboarding {}

#[doc = include_str!("approval.md")]
pub mod approval {}

#[cfg(feature = "services")]
#[doc(alias("AGS", "grade book"))]
#[doc = include_str!("grades.md")]
pub mod grades {}

#[cfg(feature = "services")]
#[doc(alias("NRPS"))]
#[doc = include_str!("rosters.md")]
pub mod rosters {}

#[cfg(feature = "services")]
#[doc = include_str!("content_selection.md")]
pub mod content_selection {}

#[cfg(feature = "services")]
#[doc = include_str!("other_services.md")]
pub mod other_services {}

#[cfg(feature = "services")]
#[doc = include_str!("keys.md")]
pub mod keys {}

#[doc = include_str!("own_pages.md")]
pub mod own_pages {}

#[doc = include_str!("custom_stores.md")]
#[doc = "\n# The code of the store\n"]
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

#[doc = include_str!("frameworks.md")]
pub mod frameworks {}

#[doc = include_str!("migration.md")]
pub mod migration {}

#[doc = include_str!("local_development.md")]
pub mod local_development {}

#[cfg(feature = "testing")]
#[doc = include_str!("testing_your_tool.md")]
pub mod testing_your_tool {}

#[doc = include_str!("cookbook.md")]
pub mod cookbook {}

#[doc = include_str!("usage_rules.md")]
pub mod usage_rules {}

#[doc = include_str!("proxies.md")]
pub mod proxies {}

#[doc = include_str!("production.md")]
pub mod production {}

#[doc = include_str!("running.md")]
pub mod running {}

#[doc = include_str!("observability.md")]
pub mod observability {}

#[doc = include_str!("what_a_launch_costs.md")]
pub mod what_a_launch_costs {}

#[doc = include_str!("security.md")]
pub mod security {}

#[doc = include_str!("troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("glossary.md")]
pub mod glossary {}

#[doc = include_str!("decisions.md")]
pub mod decisions {}

#[doc = include_str!("comparison.md")]
pub mod comparison {}

#[doc = include_str!("architecture.md")]
pub mod architecture {}
