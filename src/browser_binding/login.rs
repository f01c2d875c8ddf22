//! Binds a login to the browser that began it, and proves at its launch that it is the same one.

use http::{HeaderMap, HeaderValue, header};

use crate::{
    browser_binding::{
        cookie::{
            BrowserCookies, CookieKind, SeveralCookies, is_in_frame, probe, sends_any_of_ours,
        },
        cookie_loss,
    },
    clock::unix_millis,
    error::{ClockOffset, CookieLoss, LtiError, LtiErrorKind},
    observe::FlowSpan,
    state::LoginState,
    tool::LtiTool,
};

/// Whether a login is in a frame of a browser that has sent no cookie of this tool: it may keep none.
pub(crate) fn may_block_cookies(headers: &HeaderMap) -> bool {
    is_in_frame(headers) && !sends_any_of_ours(headers)
}

/// The headers that give the browser its secret for this login, and clear its oldest logins. The page of a login
/// (`is_page`) asks for a probe, and so does a frame.
pub(crate) fn bind_login(
    tool: &LtiTool,
    login: &LoginState,
    secret: &str,
    headers: &HeaderMap,
    is_page: bool,
) -> impl Iterator<Item = HeaderValue> {
    let lifetime = i64::try_from(tool.limits().login_lifetime.as_secs()).unwrap_or(600);
    let known = BrowserCookies::of(CookieKind::Login, headers);
    let ours = CookieKind::Login.set(&login.cookie_id(), secret, lifetime.min(600));
    let probe = (is_page || is_in_frame(headers)).then(probe).flatten();
    let cleared = known.clear_oldest(0).into_iter();
    cleared.chain(ours).chain(probe)
}

/// The header that takes the secret of a login away, once the login is over.
pub(crate) fn release_login(login: &LoginState) -> Option<HeaderValue> {
    CookieKind::Login.clear(&login.cookie_id())
}

/// Reads the login behind this state, which this tool has signed.
pub(crate) fn open_login(
    tool: &LtiTool,
    state: &str,
    visit: &FlowSpan,
) -> Result<LoginState, LtiError> {
    let login: LoginState = tool.states().verify(state).ok_or_else(|| {
        LtiError::from(LtiErrorKind::StateForged)
            .with_hint("without a login_secret each restart and each instance makes one of its own")
    })?;
    // From here on the log says whose login it was, even if it is rejected.
    visit.record_registration(&login.issuer, &login.client_id);
    Ok(login)
}

/// Proof that a request comes from the browser of its login.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BrowserProof {
    by_storage: bool,
}

impl BrowserProof {
    /// Proves it by the login's cookie. `None` where that is missing and the platform may have stored the secret.
    pub(crate) fn by_cookie(
        tool: &LtiTool,
        login: &LoginState,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, LtiError> {
        let cookies = BrowserCookies::of(CookieKind::Login, headers);
        let secret = cookies.only(&login.cookie_id()).map_err(|SeveralCookies| {
            LtiError::from(LtiErrorKind::CookieMismatch)
                .with_hint("the browser sent several cookies of that name")
        })?;
        match secret {
            Some(secret) if login.is_from_browser_with(secret.value()) => {
                Ok(Some(Self { by_storage: false }))
            }
            Some(_) => Err(LtiErrorKind::CookieMismatch.into()),
            None if login.storage_target().is_some() => Ok(None),
            None => {
                Err(cookie_missing(headers).with_cookie_loss(explain_loss(tool, login, headers)))
            }
        }
    }

    /// Proves it by the secret that the platform has stored.
    pub(crate) fn by_storage(login: &LoginState, secret: &str) -> Option<Self> {
        let is_genuine = login.is_from_browser_with(secret);
        is_genuine.then_some(Self { by_storage: true })
    }

    pub(crate) fn is_by_storage(self) -> bool {
        self.by_storage
    }
}

/// Why the cookie of a login may be missing, as far as the request shows it.
pub(crate) fn explain_loss(
    tool: &LtiTool,
    login: &LoginState,
    headers: &HeaderMap,
) -> Option<CookieLoss> {
    let now = unix_millis(tool.clock().now());
    cookie_loss::explain(login, headers, now, tool.limits())
}

/// Rejects a login that began too long ago, or from an instance whose clock is ahead.
pub(crate) fn check_age(tool: &LtiTool, login: &LoginState) -> Result<(), LtiError> {
    let now = unix_millis(tool.clock().now());
    let limits = tool.limits();
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
    Ok(())
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
