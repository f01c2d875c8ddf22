//! The browsers that launched, and what they may come back to.
//!
//! The answer to the platform's form cannot be reloaded: the browser would send the form again, and a
//! launch opens the tool once. So the browser is sent on with 303, to a page under an address of its own.
//! The address holds the launch's id, which nobody can guess, and a cookie says that it is the same browser.
//! One cookie is enough for all launches of a browser. Frames of one page that launch at once each bring none, and
//! each get one of a name of its own, so that none takes another's place.
//!
//! They are kept in memory: a tool of several instances keeps them in a store that all of them share.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, rand};
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite};
use tower_lti::{LtiError, error::LtiErrorKind};

/// How many launches are kept; the oldest then go.
const MOST: usize = 1_000;

/// How many of them one browser may have.
const MOST_OF_ONE: usize = 100;

const LIFETIME: Duration = Duration::from_secs(8 * 60 * 60);

/// How the cookie's name begins.
const COOKIE: &str = "__Host-tool-session-";

/// What was kept of each launch.
#[derive(Clone)]
pub(crate) struct Sessions<T>(Arc<Mutex<VecDeque<Kept<T>>>>);

struct Kept<T> {
    id: String,
    session: Session,
    what: T,
    until: Instant,
}

/// The cookie of a browser.
#[derive(Clone, PartialEq)]
struct Session {
    name: String,
    secret: String,
}

/// A launch that its browser can come back to.
pub(crate) struct Begun {
    pub(crate) launch_id: String,
    session: Session,
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Sessions<T> {
    /// Keeps for this browser what is made of the session's secret. Fails, too, where there is nothing random.
    pub(crate) fn begin(
        &self,
        headers: &HeaderMap,
        make: impl FnOnce(&str) -> Result<T, LtiError>,
    ) -> Result<Begun, LtiError> {
        let launch_id = random()?;
        let fresh = Session {
            name: format!("{COOKIE}{}", random()?),
            secret: random()?,
        };
        let now = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.until > now);
        let known = kept.iter().find(|one| one.belongs_to(headers));
        let session = known.map_or(fresh, |one| one.session.clone());
        let what = make(&session.secret)?;
        let own = |one: &Kept<T>| one.session == session;
        if kept.iter().filter(|one| own(one)).count() >= MOST_OF_ONE
            && let Some(oldest) = kept.iter().position(own)
        {
            kept.remove(oldest);
        }
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back(Kept {
            id: launch_id.clone(),
            session: session.clone(),
            what,
            until: now + LIFETIME,
        });
        Ok(Begun { launch_id, session })
    }

    /// What was kept of the launch with this id, for the browser that launched.
    pub(crate) fn find(&self, launch_id: &str, headers: &HeaderMap) -> Option<T> {
        let now = Instant::now();
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = kept.iter().find(|one| one.id == launch_id)?;
        (one.until > now && one.belongs_to(headers)).then(|| one.what.clone())
    }
}

impl<T> Kept<T> {
    fn belongs_to(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == self.session.name)
            .any(|cookie| {
                let (given, kept) = (cookie.value().as_bytes(), self.session.secret.as_bytes());
                verify_slices_are_equal(given, kept).is_ok()
            })
    }
}

impl Begun {
    /// The answer, with the cookie that the launch's page and calls are opened by.
    pub(crate) fn with_cookie(self, answer: impl IntoResponse) -> Response {
        let cookie = Cookie::build((self.session.name, self.session.secret))
            .path("/")
            .secure(true)
            .http_only(true)
            // The page is shown in the platform's frame.
            .same_site(SameSite::None)
            .partitioned(true)
            .max_age(cookie::time::Duration::seconds(LIFETIME.as_secs() as i64));
        ([(header::SET_COOKIE, cookie.to_string())], answer).into_response()
    }
}

/// 144 random bits.
fn random() -> Result<String, LtiError> {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes).map_err(|_| LtiErrorKind::RandomnessUnavailable)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
