//! What a platform takes, asked before a picker is shown.

use crate::claims::{DeepLinkingSettings, media_ranges::MediaRanges};

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
        MediaRanges::read(self.accept_media_types().unwrap_or_default()).have(file)
    }
}

fn is_named(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|known| known == name)
}
