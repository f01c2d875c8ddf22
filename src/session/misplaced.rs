//! A session layer that stands outside of the launch layer, and so sees no launch.

use std::sync::Arc;

use http::{Extensions, Method, Request};

use crate::{
    observe::event,
    session::{LtiSession, layer::Config},
};

/// Stands in the extensions of a post to the launch URL that came by without a launch.
#[derive(Clone)]
pub(super) struct Misplaced(Arc<Config>);

impl Misplaced {
    /// Leaves word where a launch was probably meant to be there. All other requests are left as they are.
    pub(super) fn note<B>(config: &Arc<Config>, request: &mut Request<B>) {
        if request.method() == Method::POST && is_launch_path(config, request.uri().path()) {
            request.extensions_mut().insert(Self(Arc::clone(config)));
        }
    }

    /// Tells the operator, once a launch is there after all: its layer stands inside.
    fn tell(extensions: &Extensions) {
        if let Some(Self(config)) = extensions.get::<Self>()
            && config.tool.permits_error_event("session_layer_misplaced")
        {
            event::session_layer_misplaced();
        }
    }
}

impl LtiSession {
    /// Tells the operator of a launch that the session layer has not seen. For the launch layer, which proves it.
    pub(crate) fn tell_if_misplaced(extensions: &Extensions) {
        Misplaced::tell(extensions);
    }
}

/// Whether a launch URL ends so: a prefix may be stripped on the way.
fn is_launch_path(config: &Config, path: &str) -> bool {
    let own = config.tool.own_launch_urls().unwrap_or_default();
    let mut all = own
        .iter()
        .map(String::as_str)
        .chain([config.tool.launch_url()]);
    path.len() > 1 && all.any(|url| without_query(url).ends_with(path))
}

fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(page, _)| page)
}
