//! Members of a call that may be left out.

/// The text, where there is one: `null` and `""` say as little as nothing.
pub(crate) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}
