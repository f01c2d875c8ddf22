//! Steps 1 and 2: the platform sends the browser to us, and we send it back.
//!
//! [`LtiLogin`] answers the platform's login initiation, GET or POST, by sending the browser to the
//! platform's authorization endpoint. On the way:
//!
//! 1. The parameters are read, each of them once.
//! 2. The registration is found by issuer and client id, or by the login URL's last segment.
//! 3. `target_link_uri` is checked against the tool's own targets.
//! 4. A nonce, a browser secret and a `state` are made. The secret goes into a cookie of this login's
//!    own, its hash into the state, so that the launch can only come from the same browser.
//!
//! Where the platform opens the tool in a frame, a second cookie goes with it, which holds nothing: should
//! the launch come back without its own, the second tells a launch that was used before from a browser that
//! blocks cookies.
//!
//! A login writes to no store, so that no flood of logins can fill one: a state expires by itself.
//!
//! Implements Security Framework 1.0 §5.1.1.1 and §5.1.1.2, and LTI Core 1.3 §4.1.

mod authentication_request;
mod find_registration;
mod initiation;
mod near_miss;
mod service;

pub use self::service::LtiLogin;
pub use crate::login_parameters::LoginParameters;
