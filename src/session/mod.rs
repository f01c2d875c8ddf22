//! What a launch has proven, at the next click: in a frame, in two tabs at once, on several instances, with and without
//! cookies.

mod layer;
mod lti_session;

pub use self::{
    layer::{LtiSessionLayer, LtiSessions},
    lti_session::LtiSession,
};
