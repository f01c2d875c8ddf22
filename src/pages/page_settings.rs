//! How a tool's pages look and what languages they speak.

use std::sync::Arc;

use http::HeaderMap;

use crate::{
    page_text::Language,
    pages::{Appearance, PageWriter, accept_language::choose},
};

/// How a tool's pages look and what languages they speak. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct PageSettings(Option<Arc<Given>>);

struct Given {
    appearance: Option<Appearance>,
    languages: Vec<Language>,
}

impl PageSettings {
    pub(crate) fn new(appearance: Option<Appearance>, languages: Vec<Language>) -> Self {
        if appearance.is_none() && languages.is_empty() {
            return Self::default();
        }
        Self(Some(Arc::new(Given {
            appearance,
            languages,
        })))
    }

    /// Whether nothing was set.
    pub(crate) fn is_default(&self) -> bool {
        self.0.is_none()
    }

    /// Writes a page for the browser that sent these headers.
    pub(crate) fn writer(&self, headers: &HeaderMap) -> PageWriter {
        let Some(given) = &self.0 else {
            return PageWriter::default();
        };
        let language = choose(&given.languages, headers);
        PageWriter::new(given.appearance.clone(), language.cloned())
    }
}
