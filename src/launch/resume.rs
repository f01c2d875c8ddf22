//! Launches that have waited for their deployment, and go on.

use http::HeaderMap;

use crate::{
    claims::MessageType,
    deployment::DeploymentOutcome,
    error::{LtiError, LtiErrorKind},
    launch::not_offered::not_offered,
    launch_context::{LaunchContext, check_open},
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{FlowSpan, event},
    onboarding::{OnboardingTicket, open_parked},
    tool::LtiTool,
};

/// Whether a browser fetches a page before anybody asks for it: a prefetch, a prerender or a preview.
pub(super) fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([';', ',']))
        .any(|purpose| {
            ["prefetch", "prerender", "preview"]
                .iter()
                .any(|ahead| purpose.trim().eq_ignore_ascii_case(ahead))
        })
}

/// Opens the ticket in a query.
pub(super) fn open_ticket(
    tool: &LtiTool,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<OnboardingTicket, LtiError> {
    let query = query.unwrap_or_default();
    let mut named = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "ticket");
    let (_, text) = named.next().ok_or(LtiErrorKind::TicketForged)?;
    if named.next().is_some() {
        return Err(LtiError::from(LtiErrorKind::FieldRepeated).with_fixed_field("ticket"));
    }
    tool.open_onboarding_ticket(&text, headers)
}

/// Takes the launch that waits under a ticket.
///
/// The cookie stays until it expires, so that a second visit can be answered that the ticket was used.
pub(super) async fn resume(
    tool: &LtiTool,
    accepted: &[MessageType],
    ticket: &OnboardingTicket,
    visit: &FlowSpan,
) -> Result<LaunchContext, LtiError> {
    let id = ticket.deployment().registration();
    visit.record_registration(id.issuer(), id.client_id());
    visit.record_deployment(ticket.deployment());
    // We have sealed it once the platform's signature was proven.
    visit.mark_proven();
    // A registration that was taken back takes with it what was parked under it.
    let registration = tool.registration_of(ticket).await?;
    tool.check_usable(&registration)?;
    // A deployment that is not active yet leaves the launch where it is.
    let found = tool.store().find(ticket.deployment()).await?;
    let waits = found.ok_or(LtiErrorKind::OnboardingUnfinished)?;
    check_open(&waits).map_err(|kind| match kind {
        LtiErrorKind::DeploymentPending => LtiErrorKind::OnboardingUnfinished,
        other => other,
    })?;
    let key = OneTimeKey::of_ticket(&ticket.id);
    let parked = tool.store().parked_launches().find(&key).await?;
    let parked = parked.and_then(|sealed| open_parked(tool, &ticket.id, &sealed));
    let message_type = parked.as_ref().map(|(claims, _)| claims.message_type());
    if let Some(sent) = message_type.filter(|sent| !accepted.contains(sent)) {
        return Err(not_offered(sent, accepted));
    }
    let attempt = Attempt::new()?;
    // The ticket is consumed as a nonce is: once. The deployment is read again in
    // the same step, because it may have been shut since.
    let ttl = tool.limits().ticket_memory();
    let (nonce_use, found) = tool
        .store()
        .consume_and_find(&key, &attempt, ttl, ticket.deployment())
        .await?;
    if nonce_use == NonceUse::Repeated {
        return Err(LtiErrorKind::TicketUsed.into());
    }
    // As for a nonce: what the store has forgotten may have been used before.
    if tool.store().may_have_lost(&key, ticket.issued_at_ms) {
        return Err(LtiErrorKind::LaunchNotParked.into());
    }
    let (Some((claims, login_parameters)), Some(deployment)) = (parked, found) else {
        return Err(LtiErrorKind::LaunchNotParked.into());
    };
    check_open(&deployment)?;
    if let Err(error) = tool.store().parked_launches().remove(&key).await {
        event::not_unparked(&error);
    }
    let outcome = DeploymentOutcome::Existing;
    Ok(LaunchContext::new(
        deployment,
        outcome,
        claims,
        login_parameters,
    ))
}
