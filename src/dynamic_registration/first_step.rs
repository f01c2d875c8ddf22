//! The first step: the platform opens the page, and what it asks for is shown.

use bytes::Bytes;
use http::{Method, Response, request::Parts};
use http_body_util::Full;
use tokio::time::Instant;
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationAccess, RegistrationFailure,
        RegistrationTerms,
        confirmation_page::ConfirmationPage,
        endpoints::check_endpoints,
        framing::Framing,
        handle::PendingRegistration,
        invite::Invite,
        known::refuse_known,
        metadata::ClientMetadata,
        platform_call::{PlatformCall, place},
        record::NewRecord,
        request::RegistrationRequest,
        service::Settings,
        turn::{Party, Step},
    },
    random,
};

impl Settings {
    /// Shows who asks and for what. Nothing is kept.
    pub(super) async fn show(
        &self,
        parts: &Parts,
        began: Instant,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let request = RegistrationRequest::read(&parts.uri)?;
        let terms = self.terms_of(parts).await?;
        let invite = self.invite_of(&request).await?;
        let terms = invite.as_ref().map_or(terms, |invite| invite.terms.clone());
        let turns = self.turns();
        turns.begin(&self.tool, self.most_a_minute)?;
        let host = request.configuration_url.host_str();
        let party = Party::new(invite.as_ref().map(Invite::id), host);
        let turn = turns.take(began, party, Step::Show).await?;
        let configuration = self.configuration(&request, ends).await?;
        drop(turn);
        let addresses = self.addresses(&request.configuration_url);
        let registration_endpoint = check_endpoints(&configuration, &addresses)?;
        let known = self.registrations.snapshot().await?;
        refuse_known(&known, &configuration, &terms)?;
        let needs_approval =
            self.needs_approval || invite.as_ref().is_some_and(|invite| invite.needs_approval);
        self.check_room(needs_approval).await?;
        let profile = self.profile_for(&configuration);
        let metadata = ClientMetadata::new(&self.tool, &profile, &configuration, &terms);
        let framing = Framing::new(
            &self.access,
            &request.configuration_url,
            &configuration.issuer,
            &self.frame_ancestors,
        );
        let pending = PendingRegistration {
            configuration_url: request.configuration_url.clone(),
            configuration: configuration.clone(),
            metadata: metadata.to_text(),
            token: request.token.clone(),
            invite,
            terms,
            needs_approval,
        };
        // What could not be kept is not posted.
        let record = NewRecord {
            tool: &self.tool,
            pending: &pending,
            client_id: "to be given by the platform",
            management: None,
            needs_approval,
            allows_private_networks: self.allows_private_networks,
        };
        record.build()?;
        let handle = pending.seal(&self.tool, &self.name)?;
        let page = ConfirmationPage {
            configuration_url: &request.configuration_url,
            registration_endpoint: &registration_endpoint,
            configuration: &configuration,
            profile: &profile,
            metadata: &metadata,
            has_token: request.token.is_some(),
            needs_approval,
            framing: &framing,
            page: &self.tool.pages().writer(&parts.headers),
        };
        Ok(page.into_response(&handle, &random::text::<16>()?))
    }

    /// Asks the application, where it decides who may register.
    pub(super) async fn terms_of(
        &self,
        parts: &Parts,
    ) -> Result<RegistrationTerms, DynamicRegistrationError> {
        match &self.access {
            RegistrationAccess::Checked(check) => {
                let terms = check.ask(parts).await;
                let terms = terms.ok_or(RegistrationFailure::NotInvited)?;
                terms.check().map_err(|problem| {
                    DynamicRegistrationError::new(RegistrationFailure::TermsInvalid)
                        .about(format!("A registration {problem}."))
                })?;
                Ok(terms)
            }
            RegistrationAccess::Invited | RegistrationAccess::InsecureAnybody => {
                Ok(RegistrationTerms::default())
            }
        }
    }

    /// Opens the invite, where one is needed.
    async fn invite_of(
        &self,
        request: &RegistrationRequest,
    ) -> Result<Option<Invite>, DynamicRegistrationError> {
        if !matches!(self.access, RegistrationAccess::Invited) {
            return Ok(None);
        }
        let text = request.invite.as_deref();
        let text = text.ok_or(RegistrationFailure::NotInvited)?;
        let invite = Invite::open(&self.tool, &self.name, text)?;
        if self.tool.store().was_consumed(&invite.key()).await? {
            return Err(RegistrationFailure::InviteUsed.into());
        }
        Ok(Some(invite))
    }

    /// Refuses an address of a shared issuer that is not the vendor's.
    fn check_shared(
        &self,
        configuration: &PlatformConfiguration,
        url: &Url,
    ) -> Result<(), DynamicRegistrationError> {
        let issuer = &configuration.issuer;
        for (name, endpoint) in configuration.endpoints() {
            if !self.issuers.allows_endpoint(issuer, endpoint, url) {
                let refused = DynamicRegistrationError::new(RegistrationFailure::EndpointRefused);
                return Err(refused.about(format!(
                    "{name} is not at a host of {issuer}: {}",
                    crate::redact::url(endpoint),
                )));
            }
        }
        Ok(())
    }

    /// Fetches the configuration, and checks that it may speak for its issuer.
    async fn configuration(
        &self,
        request: &RegistrationRequest,
        ends: Instant,
    ) -> Result<PlatformConfiguration, DynamicRegistrationError> {
        let url = &request.configuration_url;
        let call = PlatformCall {
            tool: &self.tool,
            method: Method::GET,
            url,
            token: request.token.as_ref(),
            body: None,
            addresses: self.addresses(url),
            hides_names: self.hides_names(),
            ends,
        };
        let configuration = PlatformConfiguration::read(&call.configuration().await?)?;
        self.check_issuer(&configuration, url)?;
        Ok(configuration)
    }

    /// Refuses a configuration that speaks for another platform than the one that it came from.
    pub(super) fn check_issuer(
        &self,
        configuration: &PlatformConfiguration,
        url: &Url,
    ) -> Result<(), DynamicRegistrationError> {
        if self.issuers.allows(&configuration.issuer, url) {
            return self.check_shared(configuration, url);
        }
        let mismatch = DynamicRegistrationError::new(RegistrationFailure::IssuerMismatch);
        Err(mismatch.about(format!(
            "The configuration at {} says that it is of {}.",
            place(url),
            configuration.issuer,
        )))
    }
}
