//! Pages of the tool, as the simulated browser shows them: their text, links and forms.

mod field;
mod form;
mod form_reader;
mod markup;
#[expect(clippy::module_inception, reason = "named for its type")]
mod page;
mod refusal;

pub use self::{form::Form, page::Page};
