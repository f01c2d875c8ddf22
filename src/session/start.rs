//! Starts a session.

use std::{sync::Arc, time::Duration};

use http::HeaderMap;
use url::Url;

use crate::{
    browser_binding::{CookieKind, give_secret, make_room},
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    launch_context::LaunchContext,
    session::{
        kept::{Kept, Terms},
        known::KnownPointers,
        lasting::millis,
        lti_session::{Carrier, LtiSession},
        pointer::Pointer,
    },
    tool::LtiTool,
};

/// Starts the session of a launch, by a cookie or, where the browser keeps none, by a handle.
pub(super) async fn start(
    tool: &LtiTool,
    launch: &LaunchContext,
    headers: &HeaderMap,
) -> Result<LtiSession, LtiError> {
    let starting = tool.in_time(keep(tool, launch, headers));
    starting.await.map_err(|error| {
        let registration = launch.registration_id();
        let presentation = launch.claims().launch_presentation();
        error
            .of_client(
                Some(registration.issuer().as_str()),
                Some(registration.client_id().as_str()),
            )
            .of_deployment(launch.deployment().key())
            .with_way_back(presentation.and_then(|presentation| presentation.return_url()))
    })
}

async fn keep(
    tool: &LtiTool,
    launch: &LaunchContext,
    headers: &HeaderMap,
) -> Result<LtiSession, LtiError> {
    let now_ms = unix_millis(tool.clock().now());
    let lifetime = tool.limits().session_lifetime;
    let pointer = Pointer::new(launch, now_ms)?;
    let id = pointer.id();
    let terms = Terms::new(
        origin_of(tool, launch).await?,
        now_ms.saturating_add(millis(lifetime)),
        pointer.to_text().ok_or(LtiErrorKind::SessionTooLarge)?,
        launch.is_without_cookies(),
    );
    let mut kept = Kept::new(launch, terms, None);
    let sealed = kept.seal_new(&id, tool)?;
    let (key, scopes) = (pointer.key(), pointer.scopes());
    let ttl = tool.limits().session_idle_timeout.min(lifetime);
    let now = tool.clock().monotonic();
    let registration = launch.registration_id();
    if !tool
        .starting_sessions()
        .takes(registration, sealed.len(), now, ttl)
    {
        return Err(LtiError::from(LtiErrorKind::SessionQuotaReached)
            .with_hint("see Limits::session_bytes_per_registration"));
    }
    let marks = tool
        .store()
        .start_session(&key, &sealed, ttl, &scopes)
        .await?;
    // Nothing of it was ended yet, in most cases: the session is kept as it is.
    if marks.iter().any(Option::is_some) {
        kept.terms = kept.terms.under(&marks);
        let sealed = kept.seal(&id, tool)?;
        if !tool.store().update_session(&key, &sealed, ttl).await? {
            return Err(LtiErrorKind::SessionOver.into());
        }
    }
    let carrier = carrier(tool, &pointer, lifetime, launch, headers)?;
    Ok(LtiSession::new(
        tool.clone(),
        pointer,
        carrier,
        launch.clone(),
        kept.terms,
        None,
    ))
}

/// What the browser is to bring along.
fn carrier(
    tool: &LtiTool,
    pointer: &Pointer,
    lifetime: Duration,
    launch: &LaunchContext,
    headers: &HeaderMap,
) -> Result<Carrier, LtiErrorKind> {
    let unavailable = LtiErrorKind::RandomnessUnavailable;
    if launch.is_without_cookies() {
        return Ok(Carrier::Handle(pointer.to_handle(tool).ok_or(unavailable)?));
    }
    tool.shared::<KnownPointers>()
        .add(*pointer.key().digest(), Arc::new(pointer.clone()));
    let value = pointer.id.to_cookie(tool).ok_or(unavailable)?;
    let id = pointer.public_id();
    let lasts_secs = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    let mut cookies = make_room(CookieKind::Session, &id, &value, headers);
    let ours = give_secret(CookieKind::Session, &id, &value, lasts_secs);
    cookies.push(ours.ok_or(unavailable)?);
    Ok(Carrier::NewCookie(cookies))
}

/// The origin of the launch URL that the launch arrived at.
async fn origin_of(tool: &LtiTool, launch: &LaunchContext) -> Result<String, LtiError> {
    let found = tool
        .registrations()
        .find_id(launch.registration_id())
        .await?;
    let registration = found.ok_or_else(|| {
        LtiError::from(LtiErrorKind::SessionRevoked)
            .with_hint("the registration was taken back after the launch")
    })?;
    let url = Url::parse(tool.redirect_uri(&registration));
    // A launch URL is parsed when the tool is built.
    Ok(url.map_or_else(|_| String::new(), |url| url.origin().ascii_serialization()))
}
