//! The texts of pages, by id, and in a language of the application's own.

mod language;
#[expect(clippy::module_inception, reason = "named for its type")]
mod page_text;

pub(crate) use self::page_text::{Piece, Pieces};
pub use self::{language::Language, page_text::PageText};
