//! The HTML pages: an error, and a form that the browser posts by itself.

mod document;
mod error_page;
mod headers;
mod post_form;

#[cfg(feature = "testing")]
pub(crate) use self::document::{document, styled_document};
pub(crate) use self::{
    error_page::{ErrorPage, NextStep},
    headers::{form_policy, harden},
    post_form::PostForm,
};
