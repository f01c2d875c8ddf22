//! The HTML pages: an error, and a form that the browser posts by itself.

mod document;
mod error_page;
mod headers;
mod post_form;

#[cfg(feature = "testing")]
pub(crate) use self::document::{document, styled_document};
#[cfg(feature = "services")]
pub(crate) use self::headers::form_policy_with_redirects;
pub(crate) use self::{
    error_page::{ErrorPage, NextStep},
    headers::{form_policy, harden, tell_origin},
    post_form::PostForm,
};
