//! All texts of all pages.

use crate::{error::sentences, page_text::PageText, pages::texts};

/// All texts of all pages that this crate makes, each with its id and its English. Ids stay as they are.
///
/// Those of a registration that fails (`not_registered.<code>.…`) are there with the feature `registration`.
///
/// # Examples
///
/// The JSON that a translator begins with:
///
/// ```
/// let english: std::collections::BTreeMap<_, _> = tower_lti::languages::texts()
///     .into_iter()
///     .map(|text| (text.id(), text.english()))
///     .collect();
/// assert_eq!(english["page.back"], "Back to your course");
/// println!("{}", serde_json::to_string_pretty(&english).unwrap());
/// ```
#[must_use]
pub fn texts() -> Vec<PageText> {
    let mut all = texts::ALL.to_vec();
    all.extend(sentences());
    #[cfg(feature = "registration")]
    for kind in crate::dynamic_registration::RegistrationFailure::ALL {
        all.extend([kind.message_text(), kind.remedy_text()]);
    }
    all
}
