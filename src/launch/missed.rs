//! A request that a layer let by although it looks like a launch.

use std::sync::Arc;

use http::{Method, Request};

use crate::{launch::config::LayerConfig, observe::event};

/// Stands in the extensions of a request that looks like a launch and was let by.
#[derive(Clone)]
pub(super) struct Missed(Arc<LayerConfig>);

impl Missed {
    /// Leaves word for the extractors where a launch was probably meant to be taken. All other requests are
    /// left as they are.
    pub(super) fn note<B>(config: &Arc<LayerConfig>, request: &mut Request<B>) {
        if request.method() == Method::POST
            && config.places().is_like_a_known_one(request.uri().path())
        {
            request.extensions_mut().insert(Self(Arc::clone(config)));
        }
    }

    /// Logs which paths the layer covers.
    pub(super) fn tell(&self, path: &str) {
        if self.0.tool.permits_error_event("launch_path_missed") {
            event::launch_not_covered(path, &covered(&self.0));
        }
    }
}

fn covered(config: &LayerConfig) -> String {
    if config.paths.is_empty() {
        return format!("POSTs to {:?}", config.places().of_the_tool());
    }
    format!("{:?}", config.paths)
}
