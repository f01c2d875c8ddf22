//! From a draft to a signed response, or to a refusal with the way back.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    content_item::{ItemWarning, check_items, warnings_of},
    deep_linking::{
        DeepLinkingResponse, ResponseDraft, no_content::Unserved, pending_request::forgotten,
        refusal, refusal::refused, response_claims::ResponseClaims,
    },
    deployment::DeploymentKey,
    error::{LtiError, LtiErrorKind, WayBackForm},
    launch_context::check_open,
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{deep_linking_response, event},
    page_text::PageText,
    pages::texts,
    registration::Registration,
};

/// How long the use of an id is remembered that nobody else has.
const MEMORY_WITHOUT_HANDLE: Duration = Duration::from_secs(60);

impl ResponseDraft {
    /// Checks the items against what the request takes, signs the response, and uses the handle up.
    ///
    /// The handle is used up last: whatever fails before leaves it as it is, so that the user can choose something
    /// else. Of any number of calls with one handle, one gets a response. A call that is given up while the store is
    /// asked may have used the handle up.
    ///
    /// A page of what is refused leads back to the course. Where items are refused, it does so by a form that posts
    /// another response, which offers nothing and says why, so that the platform closes its dialogue: the user goes back
    /// by it, or chooses something else. Where nothing may be signed, as for a registration or deployment that is shut,
    /// or was signed before, the page has the launch's `return_url`, if there is one.
    ///
    /// # Errors
    ///
    /// Fails when an item is not lawful or does not fit the request's settings, or a text is longer than 64 KiB
    /// ([`ContentItemRefused`](LtiErrorKind::ContentItemRefused), see [`LtiError::item_error`]); when the handle has
    /// expired meanwhile or was used before; when the registration is gone or disabled; when the deployment is unknown,
    /// pending or disabled; when the tool has no key to sign with; and when the store does not answer within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout).
    pub async fn sign(self) -> Result<DeepLinkingResponse, LtiError> {
        let deployment = &self.request.deployment;
        let signed = match self.tool.in_time(self.sign_once()).await {
            Ok(response) => Ok(response),
            Err(error) => Err(self.with_way_back(error).await),
        };
        match &signed {
            Ok(response) => {
                event::deep_linking_response_signed(deployment, self.items.len());
                warn_of(response.warnings(), deployment);
            }
            Err(error) => refusal::log_proven(&self.tool, error),
        }
        deep_linking_response(signed.as_ref().map(drop));
        signed
    }

    async fn sign_once(&self) -> Result<DeepLinkingResponse, LtiError> {
        let request = &self.request;
        request.check_age(&self.tool)?;
        if let Some(error) = &self.refused {
            return Err(refused(error.clone()));
        }
        check_items(&self.items, &request.settings, request.loopback_http).map_err(refused)?;
        self.texts.check_lengths()?;
        let registration = self.registration().await?;
        let has_subject = registration
            .deep_linking_response_has_subject()
            .unwrap_or_else(|| {
                let family = registration.family_of(request.product_family.as_deref());
                family.is_none_or(|family| family.deep_linking_response_has_subject())
            });
        let claims = ResponseClaims {
            registration: &registration,
            has_subject,
            deployment: request.deployment.id(),
            data: request.settings.data(),
            items: &self.items,
            texts: &self.texts,
        };
        let jwt = claims.sign(&self.tool)?;
        let return_url = request.settings.deep_link_return_url();
        let warnings = warnings_of(&self.items);
        let response =
            DeepLinkingResponse::new(jwt, return_url, warnings, self.explanation(), self.page())?;
        self.use_up().await?;
        Ok(response)
    }

    /// What the page says while the response is on its way.
    fn explanation(&self) -> PageText {
        match (self.items.is_empty(), self.texts.error_message.is_empty()) {
            (false, _) => texts::CHOICE_SENT,
            (true, true) => texts::NOTHING_CHOSEN,
            (true, false) => texts::NOTHING_ADDED,
        }
    }

    /// Says in an error whose request it is about, and where its page leads back to.
    async fn with_way_back(&self, error: LtiError) -> LtiError {
        let error = self.request.explain(error).of_choice();
        let error = error.with_way_back(self.request.way_back.as_deref());
        if error.kind() != LtiErrorKind::ContentItemRefused {
            return error;
        }
        // The handle stays good, so that something else can be chosen: this response offers nothing.
        let form = self.tool.in_time(self.way_back_form(&error)).await.ok();
        error.with_way_back_form(form)
    }

    /// A signed response that offers nothing, if the registration and the deployment are still open.
    async fn way_back_form(&self, error: &LtiError) -> Result<WayBackForm, LtiError> {
        let request = &self.request;
        let registration = self.registration().await?;
        let deployment = self.tool.store().find(&request.deployment).await?;
        check_open(&deployment.ok_or(LtiErrorKind::DeploymentUnknown)?)?;
        let unserved = Unserved {
            registration: &registration,
            deployment: request.deployment.id(),
            settings: &request.settings,
            product_family: request.product_family.as_deref(),
        };
        unserved.way_back(error.message(), &self.tool)
    }

    /// The registration that the request came through, if it is still there.
    async fn registration(&self) -> Result<Arc<Registration>, LtiError> {
        let id = self.request.deployment.registration();
        let found = self.tool.registrations().find_id(id);
        let registration = found.await?.ok_or(LtiErrorKind::ClientIdUnknown)?;
        self.tool.check_usable(&registration)?;
        Ok(registration)
    }

    /// Consumes the handle, as a nonce is consumed, and reads the deployment in the same round trip: it may have been
    /// shut since the launch.
    async fn use_up(&self) -> Result<(), LtiError> {
        let (tool, request) = (&self.tool, &self.request);
        let attempt = Attempt::new()?;
        let (id, ttl) = match &request.id {
            Some(id) => (id.as_str(), tool.limits().deep_linking_memory()),
            None => (attempt.as_str(), MEMORY_WITHOUT_HANDLE),
        };
        let once = OneTimeKey::of_deep_linking(id);
        let (nonce_use, found) = tool
            .store()
            .consume_and_find(&once, &attempt, ttl, &request.deployment)
            .await?;
        if nonce_use == NonceUse::Repeated {
            return Err(LtiErrorKind::DeepLinkingHandleUsed.into());
        }
        // As for a nonce: what the store has forgotten may have been used before.
        if tool.store().may_have_lost(&once, request.issued_at_ms) {
            return Err(forgotten());
        }
        let deployment = found.ok_or(LtiErrorKind::DeploymentUnknown)?;
        Ok(check_open(&deployment)?)
    }
}

/// Tells the operator of what some platforms make of valid items, once for each kind of warning.
fn warn_of(warnings: &[ItemWarning], deployment: &DeploymentKey) {
    let kinds: BTreeSet<&str> = warnings.iter().map(ItemWarning::kind).collect();
    for kind in kinds {
        let several = warnings.iter().filter(|warning| warning.kind() == kind);
        event::doubtful_items_signed(deployment, kind, several.count());
    }
}
