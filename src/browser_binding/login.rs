//! Binds a login to the browser that began it, and proves at its launch that it is the same one.

use http::{HeaderMap, HeaderValue, header};

use crate::{
    browser_binding::{
        cookie::{BrowserCookies, CookieKind, SeveralCookies, probe},
        cookie_loss,
    },
    clock::unix_millis,
    error::{ClockOffset, LtiError, LtiErrorKind},
    observe::FlowSpan,
    state::LoginState,
    tool::LtiTool,
};

/// The headers that give the browser its secret for this login, and clear its oldest logins.
pub(crate) fn bind_login(
    tool: &LtiTool,
    login: &LoginState,
    secret: &str,
    headers: &HeaderMap,
) -> impl Iterator<Item = HeaderValue> {
    let lifetime = i64::try_from(tool.limits().login_lifetime.as_secs()).unwrap_or(600);
    let known = BrowserCookies::of(CookieKind::Login, headers);
    let ours = CookieKind::Login.set(&login.cookie_id(), secret, lifetime.min(600));
    known.clear_oldest().chain(ours).chain(probe(headers))
}

/// The header that takes the secret of a login away, once the login is over.
pub(crate) fn release_login(login: &LoginState) -> Option<HeaderValue> {
    CookieKind::Login.clear(&login.cookie_id())
}

/// Proves that the login behind this state was begun by this tool, in this browser, and not too long ago.
pub(crate) fn prove_login(
    tool: &LtiTool,
    state: &str,
    headers: &HeaderMap,
    visit: &FlowSpan,
) -> Result<LoginState, LtiError> {
    let login: LoginState = tool.states().verify(state).ok_or_else(|| {
        LtiError::from(LtiErrorKind::StateForged)
            .with_hint("without a login_secret each restart and each instance makes one of its own")
    })?;
    // From here on the log says whose login it was, even if it is rejected.
    visit.record_registration(&login.issuer, &login.client_id);
    let cookies = BrowserCookies::of(CookieKind::Login, headers);
    let secret = cookies.only(&login.cookie_id()).map_err(|SeveralCookies| {
        LtiError::from(LtiErrorKind::CookieMismatch)
            .with_hint("the browser sent several cookies of that name")
    })?;
    let now = unix_millis(tool.clock().now());
    let limits = tool.limits();
    let Some(secret) = secret else {
        let loss = cookie_loss::explain(&login, headers, now, limits);
        return Err(cookie_missing(headers).with_cookie_loss(loss));
    };
    if !login.is_from_browser_with(secret.value()) {
        return Err(LtiErrorKind::CookieMismatch.into());
    }
    let skew = u64::try_from(limits.clock_skew.as_millis()).unwrap_or(u64::MAX);
    if login.issued_at_ms > now.saturating_add(skew) {
        let kind = LtiErrorKind::StateFromTheFuture;
        return Err(ClockOffset::explain(
            kind,
            "the state",
            login.issued_at_ms,
            now,
        ));
    }
    let expired = || {
        let kind = LtiErrorKind::StateExpired;
        ClockOffset::explain(kind, "the state", login.issued_at_ms, now)
    };
    if u128::from(now.saturating_sub(login.issued_at_ms)) >= limits.login_lifetime.as_millis() {
        return Err(expired());
    }
    // The time of day may be set back; for states of this instance there is a monotonic clock, too.
    match tool.age_here(&login.stamp) {
        Some(age) if age >= limits.login_lifetime => return Err(expired()),
        Some(_) => {}
        None if !tool.remembers_for(&login.stamp) => {
            return Err(LtiError::from(LtiErrorKind::StateBeforeMemory).with_hint(
                "the tool was restarted since, over a store that forgets its nonces then",
            ));
        }
        None => {}
    }
    Ok(login)
}

/// The rejection where the cookie is missing: of a browser that sends no cookies, or of one that sends others.
fn cookie_missing(headers: &HeaderMap) -> LtiError {
    let mut cookies = headers.get_all(header::COOKIE).iter();
    let sends_others = cookies.any(|cookies| !cookies.is_empty());
    LtiError::from(LtiErrorKind::CookieMissing).with_hint(if sends_others {
        "the browser sent other cookies: the launch was used, or the login was at another host"
    } else {
        "the browser sent no cookie at all: it blocks them, or login and launch are at different hosts"
    })
}
