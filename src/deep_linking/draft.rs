//! A deep linking response that is being put together.

use std::{fmt, sync::Arc};

use crate::{
    content_item::{ContentItem, ItemWarning, check_items, warnings_of},
    deep_linking::{
        DeepLinkingResponse,
        pending_request::{PendingRequest, forgotten},
        refusal,
        response_claims::{ResponseClaims, Texts},
    },
    deployment::DeploymentKey,
    error::{LtiError, LtiErrorKind},
    launch_context::check_open,
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{deep_linking_response, event},
    registration::Registration,
    tool::LtiTool,
};

/// A deep linking response that is being put together. Nothing is signed before [`sign`](Self::sign).
///
/// Without items it says that nothing was chosen. An empty text is left out. `Debug` shows no content.
#[must_use]
pub struct ResponseDraft {
    tool: LtiTool,
    request: PendingRequest,
    items: Vec<ContentItem>,
    texts: Texts,
}

impl ResponseDraft {
    pub(super) fn new(tool: LtiTool, request: PendingRequest) -> Self {
        Self {
            tool,
            request,
            items: Vec::new(),
            texts: Texts::default(),
        }
    }

    /// Adds an item.
    pub fn item(mut self, item: impl Into<ContentItem>) -> Self {
        self.items.push(item.into());
        self
    }

    /// Adds items.
    pub fn items(mut self, items: impl IntoIterator<Item = ContentItem>) -> Self {
        self.items.extend(items);
        self
    }

    /// Sets what the platform shows to the user (`msg`). Plain text.
    pub fn message(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.message);
        self
    }

    /// Sets what the platform writes into its log (`log`). Plain text.
    pub fn log(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.log);
        self
    }

    /// Sets what the platform shows to the user as an error (`errormsg`). Plain text.
    pub fn error_message(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.error_message);
        self
    }

    /// Sets what the platform writes into its log as an error (`errorlog`). Plain text.
    pub fn error_log(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.error_log);
        self
    }

    /// Checks the items against what the request takes, signs the response, and uses the handle up.
    ///
    /// The handle is used up last: whatever fails before leaves it as it is, so that the user can choose something
    /// else. Of any number of calls with one handle, one gets a response. A call that is given up while the store is
    /// asked may have used the handle up.
    ///
    /// # Errors
    ///
    /// Fails when an item is not lawful or does not fit the request's settings
    /// ([`ContentItemRefused`](LtiErrorKind::ContentItemRefused), see [`LtiError::item_error`]); when the handle has
    /// expired meanwhile or was used before; when the registration is gone or disabled; when the deployment is unknown,
    /// pending or disabled; when the tool has no key to sign with; and when the store does not answer within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout).
    pub async fn sign(self) -> Result<DeepLinkingResponse, LtiError> {
        let deployment = &self.request.deployment;
        let signed = self.tool.in_time(self.sign_once()).await;
        let signed = signed.map_err(|error| self.request.explain(error));
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
        let (tool, request) = (&self.tool, &self.request);
        request.check_age(tool)?;
        check_items(&self.items, &request.settings, request.loopback_http)?;
        let registration = self.registration().await?;
        let claims = ResponseClaims {
            registration: &registration,
            deployment: request.deployment.id(),
            data: request.settings.data(),
            items: &self.items,
            texts: &self.texts,
        };
        let jwt = claims.sign(tool)?;
        let return_url = request.settings.deep_link_return_url();
        let response = DeepLinkingResponse::new(jwt, return_url, warnings_of(&self.items))?;
        self.use_up().await?;
        Ok(response)
    }

    /// The registration that the request came through, if it is still there.
    async fn registration(&self) -> Result<Arc<Registration>, LtiError> {
        let id = self.request.deployment.registration();
        let found = self.tool.registrations().find(id.issuer(), id.client_id());
        let registration = found.await?.ok_or(LtiErrorKind::ClientIdUnknown)?;
        self.tool.check_usable(&registration)?;
        Ok(registration)
    }

    /// Consumes the handle, as a nonce is consumed, and reads the deployment in the same round trip: it may have been
    /// shut since the launch.
    async fn use_up(&self) -> Result<(), LtiError> {
        let (tool, request) = (&self.tool, &self.request);
        let attempt = Attempt::new()?;
        let id = request.id.as_deref().unwrap_or(attempt.as_str());
        let once = OneTimeKey::of_deep_linking(id);
        let ttl = tool.limits().deep_linking_memory();
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
    let is_without_url =
        |warning: &&ItemWarning| matches!(warning, ItemWarning::LinkWithoutUrl { .. });
    let without_url = warnings.iter().filter(is_without_url).count();
    if without_url > 0 {
        event::links_without_url_signed(deployment, without_url);
    }
}

impl fmt::Debug for ResponseDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseDraft")
            .field("deployment", &self.request.deployment)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}
