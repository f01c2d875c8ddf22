//! The platform's instance.

use serde::Serialize;
use smol_str::SmolStr;

use crate::{
    claims::{lenient, url_claim::UrlClaim},
    json::Object,
};

/// The platform's instance; `guid` distinguishes those that share an issuer (LTI Core 1.3 §5.4.2).
#[derive(Clone, PartialEq, Serialize)]
pub struct ToolPlatform {
    guid: Option<SmolStr>,
    name: Option<SmolStr>,
    description: Option<SmolStr>,
    url: UrlClaim,
    contact_email: Option<SmolStr>,
    product_family_code: Option<SmolStr>,
    version: Option<SmolStr>,
}

impl ToolPlatform {
    pub(super) fn read(object: &Object<'_>) -> Self {
        Self {
            guid: lenient::text(object, "guid"),
            name: lenient::text(object, "name"),
            description: lenient::text(object, "description"),
            url: UrlClaim::read_shown(object, "url"),
            contact_email: lenient::text(object, "contact_email"),
            product_family_code: lenient::text(object, "product_family_code"),
            version: lenient::text(object, "version"),
        }
    }

    /// The id of the instance, unique within the issuer.
    #[must_use]
    pub fn guid(&self) -> Option<&str> {
        self.guid.as_deref()
    }

    /// The platform's name, as whoever runs it calls it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What the platform is, in a sentence.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Its home page: http or https.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.usable()
    }

    /// An e-mail address of whoever runs the platform.
    #[must_use]
    pub fn contact_email(&self) -> Option<&str> {
        self.contact_email.as_deref()
    }

    /// Which product it is, such as `moodle`.
    #[must_use]
    pub fn product_family_code(&self) -> Option<&str> {
        self.product_family_code.as_deref()
    }

    /// The version of the product.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl std::fmt::Debug for ToolPlatform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToolPlatform").finish_non_exhaustive()
    }
}
