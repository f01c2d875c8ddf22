//! The pages that people see, and how they look.
//!
//! Every page of this crate has one stylesheet, which [pages of your own](STYLESHEET) may have, too. The tool's name and
//! colours are set by [`Appearance`]. What pages say can be replaced by language: see [`crate::languages`]. The guide
//! shows it all: [own pages](crate::guide::own_pages).

mod accept_language;
mod appearance;
mod choices;
mod colour;
mod error_page;
mod escaped;
mod headers;
mod page_settings;
mod page_writer;
mod post_form;
mod scripted_page;
mod stylesheet;
pub(crate) mod texts;

pub use self::{
    appearance::{Appearance, AppearanceError},
    stylesheet::STYLESHEET,
};

#[cfg(feature = "sessions")]
pub(crate) use self::choices::is_blank;
#[cfg(feature = "registration")]
pub(crate) use self::escaped::text;
pub(crate) use self::{
    choices::Choice,
    error_page::{ErrorPage, NextStep},
    escaped::Escaped,
    headers::{form_policy, form_policy_with_redirects, harden, tell_origin},
    page_settings::PageSettings,
    page_writer::PageWriter,
    post_form::PostForm,
    scripted_page::scripted_page,
};
