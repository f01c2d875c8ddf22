//! Why a text is no key set with a key that serves, for the operator.

use std::{error::Error, fmt};

use crate::key_set::{
    KeySetError,
    left_out::{LeftOut, first_few},
};

/// An answer or a text that is no key set with a key that serves. Its source is the [`KeySetError`].
pub(crate) struct UnusableKeySet {
    pub(super) kind: KeySetError,
    pub(super) about: About,
}

/// What is known of it.
pub(super) enum About {
    Empty,
    Page,
    Json(serde_json::Error),
    NoObject,
    Keys {
        left_out: Vec<LeftOut>,
        count: usize,
    },
    Size,
}

impl UnusableKeySet {
    /// What it is, and why.
    pub(crate) fn in_full(&self) -> String {
        format!("{}: {self}", self.kind)
    }
}

impl fmt::Display for UnusableKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            About::Empty => f.write_str("it is empty"),
            About::Page => f.write_str("it begins like HTML"),
            // What the parser says would quote it.
            About::Json(error) if error.is_eof() => f.write_str("it ends early"),
            About::Json(error) => {
                let (line, column) = (error.line(), error.column());
                write!(
                    f,
                    "it is broken or has no array `keys`, line {line} column {column}"
                )
            }
            About::NoObject => f.write_str("it is no JSON object"),
            About::Keys { count: 0, .. } => f.write_str("it holds no keys"),
            About::Keys { left_out, count } => {
                write!(f, "of {count} keys none serves: ")?;
                first_few(f, left_out.iter())
            }
            About::Size => f.write_str("it is too large"),
        }
    }
}

impl fmt::Debug for UnusableKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnusableKeySet({:?}: {self})", self.kind)
    }
}

impl Error for UnusableKeySet {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.kind)
    }
}
