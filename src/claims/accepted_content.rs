//! What a platform takes, asked before a picker is shown.

use crate::claims::DeepLinkingSettings;

impl DeepLinkingSettings {
    /// Whether items of this type are taken, such as `ltiResourceLink`. A platform that names no type takes any, as
    /// far as is known.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::claims::DeepLinkingSettings;
    /// fn what_to_show(settings: &DeepLinkingSettings) -> &'static str {
    ///     match settings.accepts("ltiResourceLink") {
    ///         true if settings.accepts_several() => "choose exercises",
    ///         true => "choose an exercise",
    ///         false => "nothing of this tool can be added here",
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn accepts(&self, item_type: &str) -> bool {
        is_named(self.accept_types(), item_type)
    }

    /// Whether several items may be returned at once: only where the platform says so.
    #[must_use]
    pub fn accepts_several(&self) -> bool {
        self.accept_multiple() == Some(true)
    }

    /// Whether line items are made of those that come with links; `None` where the platform does not say.
    #[must_use]
    pub fn accepts_line_items(&self) -> Option<bool> {
        self.accept_lineitem()
    }

    /// Whether content is shown in this way: `embed`, `iframe` or `window`. A platform that names none shows it in
    /// any, as far as is known.
    #[must_use]
    pub fn accepts_presentation(&self, target: &str) -> bool {
        is_named(self.accept_presentation_document_targets(), target)
    }

    /// Whether files of this media type are taken, such as `application/pdf`. Ranges such as `image/*` are
    /// understood, case and parameters do not count. A platform that names none takes any, as far as is known.
    #[must_use]
    pub fn accepts_media_type(&self, file: &str) -> bool {
        let accepted = self.accept_media_types().unwrap_or_default();
        let mut ranges = ranges(accepted).filter_map(media_type).peekable();
        let Some(file) = media_type(file) else {
            return false;
        };
        ranges.peek().is_none() || ranges.any(|range| has_in_it(range, file))
    }
}

fn is_named(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|known| known == name)
}

/// What commas separate, but for those in quotes.
fn ranges(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    list.split(move |character| {
        let is_plain = !is_escaped;
        is_escaped = is_quoted && is_plain && character == '\\';
        is_quoted ^= is_plain && character == '"';
        character == ',' && !is_quoted
    })
}

/// A media type without its parameters: `type/subtype` (RFC 9110 §8.3.1).
pub(crate) fn media_type(text: &str) -> Option<&str> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/')?;
    let is_token = |text: &str| {
        let is_token_byte =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(is_token_byte)
    };
    (is_token(kind) && is_token(subtype)).then_some(essence)
}

fn has_in_it(range: &str, file: &str) -> bool {
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => file
            .split('/')
            .next()
            .is_some_and(|of_file| of_file.eq_ignore_ascii_case(kind)),
        None => range.eq_ignore_ascii_case(file),
    }
}
