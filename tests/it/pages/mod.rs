//! The pages that the library makes: their look, the tool's name and colours, and the languages.

mod appearance;
mod every_page;
mod languages;
mod marked;
mod stylesheet;

pub(crate) use self::marked::{assert_marked, marked};
