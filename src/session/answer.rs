//! What an answer needs so that its session goes on, and so that nobody else gets it.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::session::{LtiSession, address, arrival::Standing, layer::Config};

/// Adds the cookie, and the reference to a redirect; keeps page and handle from others.
pub(super) async fn finish<B>(config: &Config, standing: &Standing, response: &mut Response<B>) {
    let failed = response.status().as_u16() >= 400;
    let (session, has_handle) = match standing {
        // No browser learns of it.
        Standing::Started(session) if failed => {
            session.discard().await;
            (None, false)
        }
        Standing::Started(session) | Standing::Found(session) => {
            (Some(session), session.handle().is_some())
        }
        Standing::Unopened(unopened) => (unopened.opened(), unopened.may_hold_handle),
    };
    keep_private(response.headers_mut(), has_handle);
    let Some(session) = session else {
        return;
    };
    session.add_cookie(response.headers_mut());
    if !session.is_ended() && is_redirect(response.status()) {
        name_session(config, session, response.headers_mut());
    }
}

/// The statuses that a browser follows.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Adds the reference to a redirect's address, where that is the tool's own.
fn name_session(config: &Config, session: &LtiSession, headers: &mut HeaderMap) {
    let extended = || {
        let address = headers.get(header::LOCATION)?.to_str().ok()?;
        if is_in_path(config, address, session.reference()) {
            return None;
        }
        let origin = &session.0.terms.origin;
        let extended = address::with_reference(address, origin, session.reference())?;
        HeaderValue::try_from(extended).ok()
    };
    if let Some(extended) = extended() {
        headers.insert(header::LOCATION, extended);
    }
}

/// Whether an address has the reference in its path, where the layer looks for it.
fn is_in_path(config: &Config, address: &str, reference: &str) -> bool {
    let prefixes = config.path_prefixes.iter();
    prefixes
        .filter_map(|prefix| address.split_once(prefix))
        .any(|(_, rest)| {
            let segment = rest.split(['/', '?', '#']).next();
            segment == Some(reference)
        })
}

/// The page is for one user. Forms on it tell their origin, by which requests that change something are checked, and
/// no address with a handle goes to another site.
fn keep_private(headers: &mut HeaderMap, has_handle: bool) {
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    let policy = HeaderValue::from_static("strict-origin");
    let named = headers.get_all(header::REFERRER_POLICY);
    let tells_nothing = named.iter().all(|policy| policy == "no-referrer");
    let is_named = headers.contains_key(header::REFERRER_POLICY);
    if !is_named || (has_handle && !tells_nothing) {
        headers.insert(header::REFERRER_POLICY, policy);
    }
}
