//! What can be wrong with the texts of a language.

use std::{error::Error, fmt};

/// The texts of a language cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum LanguageError {
    /// It is no language tag of BCP 47, such as `de` or `pt-BR`.
    Tag {
        /// What was given.
        given: String,
    },
    /// No page has a text of this id.
    UnknownText {
        /// The id.
        id: String,
    },
    /// An id comes twice.
    Twice {
        /// The id.
        id: &'static str,
    },
    /// A text is empty, longer than 2,000 bytes, or holds control characters.
    Text {
        /// Its id.
        id: &'static str,
    },
    /// The placeholders of a text are not those of the English one.
    Placeholders {
        /// Its id.
        id: &'static str,
        /// The names of the placeholders that it has to have.
        wanted: Vec<&'static str>,
    },
    /// It is no JSON object of strings.
    Json(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { given } => {
                write!(f, "{given:?} is no language tag such as `de` or `pt-BR`")
            }
            Self::UnknownText { id } => write!(
                f,
                "no page has a text {id:?}: `tower_lti::languages::texts` lists those that there are"
            ),
            Self::Twice { id } => write!(f, "the text `{id}` comes twice"),
            Self::Text { id } => write!(
                f,
                "the text `{id}` is empty, longer than 2,000 bytes, or holds control characters"
            ),
            Self::Placeholders { id, wanted } if wanted.is_empty() => {
                write!(
                    f,
                    "the text `{id}` has placeholders, and its English has none"
                )
            }
            Self::Placeholders { id, wanted } => {
                write!(
                    f,
                    "the text `{id}` must have the placeholders of its English, and no other:"
                )?;
                wanted.iter().try_for_each(|name| write!(f, " {{{name}}}"))
            }
            Self::Json(_) => f.write_str("the texts are no JSON object of strings"),
        }
    }
}

impl Error for LanguageError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json(source) => Some(&**source),
            _ => None,
        }
    }
}
