//! A file for the platform to download.

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::content_item::{
    ItemError, ItemType,
    builder::{self, extensible, item_builder, with_images},
    rule::Rule,
};

/// A file, `file`, which the platform downloads within minutes and keeps (Deep Linking 2.0 §3.3).
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_lti::deep_linking::FileItem;
///
/// let sheet = FileItem::new("https://tool.example.com/files/1?once=5Jk2")?
///     .title("Work sheet.pdf")
///     .media_type("application/pdf")?
///     .expires_at(SystemTime::now() + Duration::from_secs(600))?;
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct FileItem {
    members: Map<String, Value>,
}

item_builder!(FileItem);
extensible!(FileItem);
with_images!(FileItem);

impl FileItem {
    /// Starts a file that is downloaded from here. The URL may be good for a few minutes, or for one download.
    ///
    /// # Errors
    ///
    /// Fails when the URL is no fully qualified http or https one, or carries a user name or password.
    pub fn new(url: &str) -> Result<Self, ItemError> {
        let url = builder::checked("url", Rule::Url, url).map_err(of_type)?;
        let members = builder::start(&ItemType::File);
        Ok(Self { members }.with("url", url))
    }

    /// Sets its media type, such as `application/pdf`. Where the request says which it takes, it is checked.
    ///
    /// # Errors
    ///
    /// Fails when it is none.
    pub fn media_type(self, media_type: &str) -> Result<Self, ItemError> {
        let media_type = builder::checked("mediaType", Rule::MediaType, media_type);
        Ok(self.with("mediaType", media_type.map_err(of_type)?))
    }

    /// Sets until when it can be downloaded.
    ///
    /// # Errors
    ///
    /// Fails outside of the years 1 to 9999.
    pub fn expires_at(self, time: SystemTime) -> Result<Self, ItemError> {
        let time = builder::time("expiresAt", time).map_err(of_type)?;
        Ok(self.with("expiresAt", time))
    }
}

fn of_type(error: ItemError) -> ItemError {
    error.of_type(ItemType::File)
}
