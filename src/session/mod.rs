//! What a launch has proven, at the next click: in a frame, in two tabs at once, on several instances, with and without
//! cookies.
//!
//! 1. An [`LtiSessionLayer`], inside of the [`LtiLaunchLayer`](crate::LtiLaunchLayer), starts a session at each launch.
//!    The handler answers the launch with a redirect (303), and so reloading, going back and bookmarks just work.
//! 2. The browser keeps a cookie for each session, `__Host-` and `Partitioned`, with the session's secret id. The
//!    redirect's address carries the public id as `lti_session`, which says which cookie counts and alone opens nothing.
//!    Where cookies are blocked it carries a handle, sealed, which does open the session.
//! 3. At each request after that the layer asks the store once, for the session, the deployment's status and whether the
//!    session was ended, and puts the [`LaunchContext`](crate::LaunchContext) and an [`LtiSession`] into the extensions.
//!    An instance that has not seen the session of a cookie asks once more before, to learn its deployment.
//! 4. Links and forms carry [`LtiSession::reference`]; [`LtiSession::url`] adds it. A browser with several sessions that
//!    says of none which one it means is asked by a page: nothing guesses.
//! 5. A session is over after [`Limits::session_idle_timeout`](crate::tool::Limits::session_idle_timeout) without a
//!    request, after [`Limits::session_lifetime`](crate::tool::Limits::session_lifetime), once it was
//!    [ended](LtiSession::end), with its deployment or registration, and when all of a
//!    [user's](crate::LtiTool::end_sessions_of_user), a
//!    [deployment's](crate::LtiTool::end_sessions_of_deployment) or a
//!    [registration's](crate::LtiTool::end_sessions_of_registration) are ended.
//!
//! A request that brings no session passes untouched. Where what it brings is no good, handlers that need no session go
//! on, and extractors refuse. Requests that change something (all but GET, HEAD, OPTIONS and TRACE, and handshakes
//! of WebSockets) have to come from the session's own origin, by `Sec-Fetch-Site` or `Origin`, unless the
//! handle came as `Authorization`; others are refused with 403 before the handler. A handle in an address opens nothing
//! where another site led to it. Answers get `Cache-Control: no-store` and `Referrer-Policy: strict-origin` where the
//! handler says nothing else; with `no-referrer` browsers would not tell forms' origin.
//!
//! The store holds a session sealed, under a hash; its secret id is in the browser alone. It is up to 256 KiB, and
//! [4 KiB](LtiSession::set_data) of the application's own data. A browser is left with its 48 latest sessions, and with
//! 7,600 bytes of all cookies of this crate. A launch that was answered with an error status leaves no session behind.

mod address;
mod answer;
mod arrival;
mod brought;
mod by_hand;
mod cross_site;
mod data;
mod end;
mod find;
mod kept;
mod known;
mod lasting;
mod layer;
mod lti_session;
mod misplaced;
mod pointer;
mod reference;
mod service;
mod start;
mod unopened;

pub use self::{layer::LtiSessionLayer, lti_session::LtiSession, service::LtiSessions};
pub use crate::layer_response::ResponseFuture;
