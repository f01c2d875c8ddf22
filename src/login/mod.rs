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
//! # In a frame
//!
//! The answer is a redirect, except where the browser may keep no cookies:
//!
//! - The platform stores values for tools (it sent `lti_storage_target`). A page sets the cookie, and has the platform
//!   store its secret as well; the launch may bring either.
//! - The tool is in a frame, and the browser has sent none of its cookies. A page looks whether the second cookie was
//!   kept.
//!
//! The page goes on by itself as soon as one of them works. Where neither does, it offers to begin the same login in a
//! window of its own. It is an HTML page whatever `Accept` says, runs its own script under a nonce, and has a way on
//! without scripts. How long it waits for the platform: [`Limits::storage_timeout`](crate::tool::Limits::storage_timeout).
//!
//! A login writes to no store, so that no flood of logins can fill one: a state expires by itself.
//!
//! Implements Security Framework 1.0 §5.1.1.1 and §5.1.1.2, LTI Core 1.3 §4.1, and the tool's side of LTI Client Side
//! postMessages and LTI postMessage Storage.

mod authentication_request;
mod find_registration;
mod initiation;
mod near_miss;
mod service;

pub use self::service::LtiLogin;
pub use crate::login_parameters::LoginParameters;
