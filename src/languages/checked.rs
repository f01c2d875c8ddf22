//! Languages, checked against the texts that there are.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::{
    languages::{LanguageError, list::texts},
    page_text::{Language, PageText},
};

/// The longest tag.
const MAX_TAG: usize = 35;

/// The longest text, in bytes.
const MAX_TEXT: usize = 2_000;

impl Language {
    /// Takes the texts of a language by their ids. The tag is one of BCP 47, such as `de` or `pt-BR`.
    ///
    /// # Errors
    ///
    /// Fails when the tag is none; when no page has a text of an id; when an id comes twice; when a text is empty, longer than 2,000 bytes, or
    /// holds control characters; and when its placeholders are not those of the English text.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::languages::Language;
    ///
    /// let german = Language::new("de", [("page.back", "Zur\u{fc}ck zum Kurs")])?;
    /// assert_eq!(german.tag(), "de");
    ///
    /// let wrong = Language::new("de", [("page.reference", "Code {code}")]).unwrap_err();
    /// assert!(wrong.to_string().contains("{reference}"));
    /// # Ok::<(), tower_lti::languages::LanguageError>(())
    /// ```
    pub fn new<I, K, V>(tag: &str, texts: I) -> Result<Self, LanguageError>
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<str>,
        V: Into<String>,
    {
        if !is_tag(tag) {
            return Err(LanguageError::Tag {
                given: tag.to_owned(),
            });
        }
        let known: HashMap<&str, PageText> = all_by_id();
        let mut checked = HashMap::new();
        for (id, given) in texts {
            let (id, given) = (id.as_ref(), given.into());
            let Some(text) = known.get(id) else {
                if is_of_feature_that_is_off(id) {
                    continue;
                }
                return Err(LanguageError::UnknownText { id: id.to_owned() });
            };
            check(*text, &given)?;
            if checked.insert(text.id(), given).is_some() {
                return Err(LanguageError::Twice { id: text.id() });
            }
        }
        Ok(Self::of_checked(tag, checked))
    }

    /// The same for a JSON object whose members are texts by id.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when the text is no JSON object of strings.
    pub fn from_json(tag: &str, json: &str) -> Result<Self, LanguageError> {
        let members: Members =
            serde_json::from_str(json).map_err(|error| LanguageError::Json(error.into()))?;
        Self::new(tag, members.0)
    }

    /// The texts that this language does not have, and that are shown in English: for a test of your own.
    #[must_use]
    pub fn missing(&self) -> Vec<PageText> {
        let all = texts().into_iter();
        all.filter(|text| self.get(*text).is_none()).collect()
    }
}

/// The members of a JSON object, all of them: a map would keep the last of two with one name.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

fn all_by_id() -> HashMap<&'static str, PageText> {
    texts().into_iter().map(|text| (text.id(), text)).collect()
}

/// One translation serves tools with and without the feature.
fn is_of_feature_that_is_off(id: &str) -> bool {
    !cfg!(feature = "registration") && id.starts_with("not_registered.")
}

fn check(text: PageText, given: &str) -> Result<(), LanguageError> {
    let id = text.id();
    if given.trim().is_empty() || given.len() > MAX_TEXT || given.chars().any(char::is_control) {
        return Err(LanguageError::Text { id });
    }
    let wanted: BTreeSet<&str> = text.placeholders().collect();
    let named: BTreeSet<&str> = PageText::placeholders_of(given).collect();
    if wanted == named {
        return Ok(());
    }
    Err(LanguageError::Placeholders {
        id,
        wanted: wanted.into_iter().collect(),
    })
}

/// Whether it is written as a language tag is (BCP 47): subtags of one to eight letters and digits, the first of letters.
fn is_tag(tag: &str) -> bool {
    let is_subtag = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    let is_language = first.len() >= 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    tag.len() <= MAX_TAG && is_language && tag.split('-').all(is_subtag)
}
