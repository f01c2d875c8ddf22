//! Steps 3 to 5: the form post comes in, and a verified [`LaunchContext`] goes to the handler.
//!
//! A request that [`LtiLaunchLayer`] takes for a launch goes through these steps, in this order:
//!
//! 1. Method, media type, size and time of the body; the form, each field once.
//! 2. `state` and its cookie: this tool began this login, not long ago, in this browser. Where the cookie is missing and
//!    the platform stores values for tools, the browser is asked for the secret once all steps before the seventh are
//!    done, and the launch begins anew with it.
//! 3. The platform's own `error`, if it sent one.
//! 4. The token's header, the key of *that* registration, the signature.
//! 5. Issuer, audience, times, and the nonce that the login was issued with.
//! 6. The LTI claims, all of them.
//! 7. The nonce is consumed, and the deployment found, in one round trip.
//! 8. A deep linking request that the layer does not accept ends here.
//! 9. The deployment's fate, by [`OnMissingDeployment`](crate::OnMissingDeployment).
//! 10. The handler, once it is ready: only a proven launch takes a slot of it.
//!
//! Nothing is written before step 7. Of the token, its message type alone can fail after it. What goes wrong
//! becomes an answer of ours (see [`error`](crate::error)); the inner service is then not called, and
//! its error type is left alone.
//!
//! # Caveats
//!
//! - A layer looks at the path as it sees it. Under axum's `nest` the prefix is gone, and a launch URL's
//!   path is recognised by its end; [`mounted_at`](LtiLaunchLayer::mounted_at) says it exactly.
//! - A launch has to arrive at the path of its own registration's launch URL. That keeps handlers apart; who
//!   may do what is decided by the launch, and not by the path.
//! - A POST that no layer takes reaches the handler without a launch. The extractors reject it, and the log
//!   says which paths the layer has.
//! - What the handler answers to a launch gets `Cache-Control: no-store`, unless it says otherwise.
//! - The handler reads the form that the platform posted. Where cookies are blocked, the page between has posted
//!   `id_token` and `state` again, and nothing else: do not rely on other fields there.
//! - CSRF middleware has to let the launch POST through: it comes from another site.
//! - The handler's pages are shown in the platform's frame: send no `X-Frame-Options`.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower_layer::Layer;
//! use tower_lti::{LaunchContext, LtiLaunchLayer, LtiTool};
//!
//! # fn service(tool: LtiTool) {
//! let handler = tower::service_fn(|request: Request<Full<Bytes>>| async move {
//!     let launch = request.extensions().get::<LaunchContext>();
//!     let who = launch.and_then(|launch| launch.claims().sub()).unwrap_or("nobody");
//!     let answer = Full::<Bytes>::from(format!("hello {who}"));
//!     Ok::<_, std::convert::Infallible>(Response::new(answer))
//! });
//! let service = LtiLaunchLayer::new(tool).add_path("/lti/launch").layer(handler);
//! # let _ = service;
//! # }
//! ```
//!
//! Implements Security Framework 1.0 §5.1.1.3 to §5.1.3 and LTI Core 1.3 §4.2, §5.

mod admission;
mod config;
mod consumption;
mod created_hook;
mod deadline;
mod entry;
#[cfg(feature = "axum")]
mod extract;
mod handler_body;
mod handover;
mod layer;
mod login_agreement;
mod message;
#[cfg(feature = "axum")]
mod missed;
mod not_offered;
mod places;
mod platform_error;
mod query;
mod request_form;
mod resume;
mod service;
mod storage_question;
mod token_check;
mod unknown_deployment;
mod verdict;
mod verification;

#[cfg(feature = "axum")]
pub use self::extract::LaunchRejection;
#[cfg(feature = "__bench")]
pub(crate) use self::token_check::{validate, verify};
pub use self::{layer::LtiLaunchLayer, service::LtiLaunch};
pub use crate::{
    launch_context::{LaunchContext, StoredLaunch, StoredLaunchError, SubmissionReview},
    layer_response::{ResponseBody, ResponseFuture},
};
