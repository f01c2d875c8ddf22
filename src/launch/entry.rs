//! What a request is: a launch, a parked launch to be resumed, or neither.

use http::{Method, Uri};

use crate::{
    launch::{config::LayerConfig, query},
    tool::AllowedMethods,
};

/// What a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Neither: it goes on untouched.
    PassThrough,
    /// A launch or nothing.
    Launch,
    /// A parked launch to be resumed, or nothing.
    Resume,
}

impl Entry {
    /// Decides by path and method alone, and by whether there is a ticket in the query.
    #[inline]
    pub(super) fn of(config: &LayerConfig, method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        if config.resume_path.as_deref() == Some(path) {
            return Self::at_resume_path(config, method, uri);
        }
        let is_launch = if config.paths.is_empty() {
            method == Method::POST && config.places().is_known(path)
        } else {
            config.paths.iter().any(|one| one == path)
        };
        if is_launch {
            Self::Launch
        } else {
            Self::PassThrough
        }
    }

    /// Where launches arrive at the same path, the ticket and the method tell.
    fn at_resume_path(config: &LayerConfig, method: &Method, uri: &Uri) -> Self {
        let resumes = if config.paths.is_empty() {
            method != Method::POST
        } else if config.paths.iter().any(|one| one == uri.path()) {
            method == Method::GET && query::has(uri.query(), "ticket")
        } else {
            true
        };
        if resumes { Self::Resume } else { Self::Launch }
    }

    /// The method that is allowed.
    pub(super) fn allowed_methods(self) -> AllowedMethods {
        match self {
            Self::Resume => AllowedMethods::Get,
            Self::Launch | Self::PassThrough => AllowedMethods::Post,
        }
    }
}
