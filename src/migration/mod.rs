//! Migration from LTI 1.1: who a user was there, and what course and link were known as.
//!
//! A platform that a school moves from LTI 1.1 to LTI 1.3 may give users, courses and links new ids. The claim `lti1p1`
//! tells the former ones. Whoever believes it joins accounts, so it is read in two steps:
//!
//! 1. [`LaunchContext::migration_claim`](crate::LaunchContext::migration_claim) says under which consumer key the
//!    platform was known, and nothing else: look up the [`ToolConsumer`]s that the tool has under this key.
//! 2. [`MigrationClaim::verify`] proves with their secrets that the platform of this launch is that consumer, and
//!    returns the [`FormerIds`]. They cannot be had in another way.
//!
//! A claim that fails is no failed launch: the handler goes on without former ids.
//!
//! The signature `oauth_consumer_key_sign` covers the consumer key, the deployment, the issuer, the client id, the
//! expiry and the nonce of the token that it came in, so it is good for no other token. It covers no discriminator: so a
//! consumer is believed in the registrations and deployments that were added to it, and nowhere else. Both sides signed LTI 1.1
//! launches with the same secret: whoever had it could always name any user of that consumer, and of no other. Hence
//! former users are known by the consumer key and the user id together ([`FormerIds::user_key`]).
//!
//! The guide tells how accounts, links and grades are [joined](crate::guide::migration).
//!
//! Implements the [LTI 1.3 migration guide], "LTI 1.1 migration claim".
//!
//! [LTI 1.3 migration guide]: https://www.imsglobal.org/spec/lti/v1p3/migr/
//!
//! # Examples
//!
//! ```
//! use tower_lti::{
//!     LaunchContext, migration::{FormerIds, ToolConsumer}, registration::RegistrationId,
//! };
//!
//! /// `consumers` is what the tool has kept of LTI 1.1, each with where it moved to.
//! fn former_ids(launch: &LaunchContext, consumers: &[ToolConsumer]) -> Option<FormerIds> {
//!     let verified = launch
//!         .migration_claim()
//!         .and_then(|claim| claim.verify(consumers));
//!     match verified {
//!         Ok(ids) => Some(ids),
//!         Err(why) => {
//!             eprintln!("no former ids: {why}");
//!             None
//!         }
//!     }
//! }
//! let school = ToolConsumer::new("school-key", "school-secret")?
//!     .add_registration(RegistrationId::new("https://lms.test", "tool-1"));
//! # #[cfg(feature = "testing")] {
//! # use serde_json::json;
//! # use tower_lti::testing::LaunchContextBuilder;
//! let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
//!     .former_ids(&school, json!({"user_id": "old-7"}))
//!     .build();
//! let ids = former_ids(&launch, &[school]).expect("the secret is the school's");
//! assert_eq!(ids.user_key(), Some(("school-key", "old-7")));
//! # }
//! # Ok::<(), tower_lti::migration::ToolConsumerError>(())
//! ```

mod claim;
mod error;
mod former_ids;
mod signature;
mod tool_consumer;

#[cfg(feature = "testing")]
pub(crate) use self::signature::signed_claim;
pub use self::{
    claim::MigrationClaim,
    error::MigrationError,
    former_ids::FormerIds,
    tool_consumer::{ToolConsumer, ToolConsumerError},
};
