//! What kind of content an item is.

use std::fmt;

/// What kind of content an item is (Deep Linking 2.0 §3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemType {
    /// `ltiResourceLink`: a link that launches the tool.
    ResourceLink,
    /// `link`: a page anywhere.
    Link,
    /// `file`: a file that the platform downloads.
    File,
    /// `html`: a fragment of HTML.
    Html,
    /// `image`: an image.
    Image,
    /// Any other, as it is spelt: a fully qualified URL, or a name that the platform takes.
    Other(Box<str>),
}

impl ItemType {
    /// The type of this name, in the specification's spelling.
    pub(super) fn of(name: &str) -> Self {
        let known = [
            Self::ResourceLink,
            Self::Link,
            Self::File,
            Self::Html,
            Self::Image,
        ];
        let known = known.into_iter().find(|known| known.as_str() == name);
        known.unwrap_or_else(|| Self::Other(name.into()))
    }

    /// The type as it is written in an item.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ResourceLink => "ltiResourceLink",
            Self::Link => "link",
            Self::File => "file",
            Self::Html => "html",
            Self::Image => "image",
            Self::Other(other) => other,
        }
    }
}

impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
