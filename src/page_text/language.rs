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
            is_right_to_left: is_written_right_to_left(tag),
            texts: Arc::new(texts),
        }
    }

    /// Sets that the language is written from right to left. Default: by its tag, so that only languages that few write
    /// need it; Arabic, Hebrew, Persian, Urdu and others are known.
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

    /// Whether it replaces the English of its texts.
    pub(crate) fn is_english(&self) -> bool {
        let primary = self.tag.split('-').next();
        primary.is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
    }
}

/// Whether a language with this tag is written from right to left: by its script where the tag names one (BCP 47), and
/// otherwise by the script that it is usually written in.
fn is_written_right_to_left(tag: &str) -> bool {
    const LANGUAGES: [&str; 11] = [
        "ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi",
    ];
    const SCRIPTS: [&str; 6] = ["adlm", "arab", "hebr", "nkoo", "syrc", "thaa"];
    let tag = tag.to_ascii_lowercase();
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or_default();
    let is_script =
        |subtag: &&str| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic());
    match subtags.find(is_script) {
        Some(script) => SCRIPTS.contains(&script),
        None => LANGUAGES.contains(&language),
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.tag).finish()
    }
}
