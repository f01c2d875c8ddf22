//! A language that pages can be in.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::page_text::PageText;

/// The texts of pages in one language. Cheap to clone. `Debug` shows the language alone.
///
/// A text that is missing is shown in English. See [`crate::languages`].
#[derive(Clone)]
pub struct Language {
    tag: Arc<str>,
    is_right_to_left: bool,
    texts: Arc<HashMap<&'static str, String>>,
}

impl Language {
    /// The texts are checked against those that there are, and so is the tag.
    pub(crate) fn of_checked(tag: &str, texts: HashMap<&'static str, String>) -> Self {
        Self {
            tag: tag.into(),
            is_right_to_left: false,
            texts: Arc::new(texts),
        }
    }

    /// Sets that the language is written from right to left. Default: from left to right.
    #[must_use]
    pub fn right_to_left(mut self) -> Self {
        self.is_right_to_left = true;
        self
    }

    /// The language tag (BCP 47), as it was given.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn get(&self, text: PageText) -> Option<&str> {
        self.texts.get(text.id()).map(String::as_str)
    }

    pub(crate) fn is_right_to_left(&self) -> bool {
        self.is_right_to_left
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.tag).finish()
    }
}
