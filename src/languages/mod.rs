//! What pages say, in languages of your own.
//!
//! Every text of every page has a stable id. [`texts`] lists them with their English. A [`Language`] gives texts by id,
//! and [`LtiToolBuilder::add_language`](crate::tool::LtiToolBuilder::add_language) adds it:
//!
//! ```
//! use tower_lti::{languages::{Language, LanguageError}, tool::LtiToolBuilder};
//!
//! fn in_german(builder: LtiToolBuilder) -> Result<LtiToolBuilder, LanguageError> {
//!     let german = Language::from_json(
//!         "de",
//!         r#"{
//!             "page.back": "Zurück zum Kurs",
//!             "page.reference": "Code {code}, Kennung {reference}"
//!         }"#,
//!     )?;
//!     Ok(builder.add_language(german))
//! }
//! # in_german(tower_lti::LtiTool::builder()).unwrap();
//! ```
//!
//! 1. A page is in the first language of those that the browser asks for (`Accept-Language`) that is there; `de` serves
//!    `de-AT`, and where nothing else does, `de-AT` serves `de`. Otherwise it is in English.
//! 2. A text that a language does not have is shown in English, and marked as English. [`Language::missing`] lists those.
//! 3. Texts are plain text: the page escapes them, and what it puts in for `{placeholders}`.
//! 4. A language with the tag `en` replaces the English of its ids.
//! 5. JSON answers stay in English: their `error` is for programs.
//!
//! Not translated is what names one case: the findings and refusals on the doctor's page, what a platform says of a
//! registration, and what the registration is about. It is marked as English there.

mod checked;
mod error;
mod list;

pub use self::{error::LanguageError, list::texts};
pub use crate::page_text::{Language, PageText};
