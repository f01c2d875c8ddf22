//! The pages that people see: an error, a form that the browser posts by itself, and what stands around others.

mod choices;
mod document;
mod error_page;
mod headers;
mod post_form;
mod scripted_page;
mod stylesheet;
mod text;

pub use self::stylesheet::STYLESHEET;

#[cfg(feature = "sessions")]
pub(crate) use self::choices::is_blank;
#[cfg(any(feature = "registration", feature = "testing"))]
pub(crate) use self::document::document;
#[cfg(feature = "testing")]
pub(crate) use self::document::styled_document;
pub(crate) use self::{
    choices::Choice,
    error_page::{ErrorPage, NextStep},
    headers::{form_policy, form_policy_with_redirects, harden, tell_origin},
    post_form::PostForm,
    scripted_page::scripted_page,
    text::text,
};
