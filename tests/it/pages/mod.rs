//! The pages that the library makes: their look, the tool's name and colours, and the languages.

mod stylesheet;
