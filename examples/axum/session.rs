//! What a browser sees after its launch, and again when it reloads the page.
//!
//! The answer to the platform's form cannot be reloaded: the browser would send the form again, and a
//! launch opens the tool once. So the browser is sent on with 303, to a page under an address of its own
//! that a cookie opens. There is one for each launch, because a page may hold several frames of a tool.
//!
//! They are kept in memory: a tool of several instances keeps them in a store that all of them share.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, rand};
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite, time::Duration};
use tower_lti::LaunchContext;

/// How many are kept; the oldest then go.
const MOST: usize = 1_000;

/// The name of the cookie, which is sent to the page's own address alone.
const COOKIE: &str = "__Secure-tool";

#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<VecDeque<Session>>>);

struct Session {
    id: String,
    secret: String,
    launch: LaunchContext,
}

impl Sessions {
    /// Keeps the launch, and sends the browser to its page. `None` where there is nothing random.
    pub(crate) fn begin(&self, launch: LaunchContext) -> Option<Response> {
        let (id, secret) = (random()?, random()?);
        let address = format!("/tool/{id}");
        let cookie = Cookie::build((COOKIE, secret.clone()))
            .path(address.clone())
            .secure(true)
            .http_only(true)
            // The page is shown in the platform's frame.
            .same_site(SameSite::None)
            .partitioned(true)
            .max_age(Duration::hours(1));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Session { id, secret, launch });
        if kept.len() > MOST {
            kept.pop_front();
        }
        let cookie = [(header::SET_COOKIE, cookie.to_string())];
        Some((cookie, Redirect::to(&address)).into_response())
    }

    /// The launch that this page is of, for the browser that launched.
    pub(crate) fn find(&self, id: &str, headers: &HeaderMap) -> Option<LaunchContext> {
        let cookies = headers.get_all(header::COOKIE).iter();
        let secret = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == COOKIE)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = kept.iter().find(|session| session.id == id)?;
        let (given, kept) = (secret.value().as_bytes(), session.secret.as_bytes());
        verify_slices_are_equal(given, kept).ok()?;
        Some(session.launch.clone())
    }
}

fn random() -> Option<String> {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
