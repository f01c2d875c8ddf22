//! The second step: it is confirmed, posted to the platform, and what came back is kept.

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::Full;
use tokio::time::Instant;

use crate::{
    deployment::{Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    dynamic_registration::{
        DynamicRegistrationError, RegistrationAccess, RegistrationFailure,
        endpoints::check_endpoints,
        framing::Framing,
        handle::{self, OpenedHandle, PendingRegistration},
        last_page::LastPage,
        metadata::ClientMetadata,
        platform_call::PlatformCall,
        record::NewRecord,
        reply::RegistrationReply,
        service::Settings,
    },
    live_registrations::RegistrationChangeError,
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{event, in_current_span},
    random,
    registration::RegistrationRecord,
};

impl Settings {
    /// Registers what the handle holds, once. It goes on to its end when the browser is gone: the platform may have
    /// registered the tool by then.
    pub(super) async fn confirm(
        self,
        handle: String,
        began: Instant,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let opened = OpenedHandle::open(&self.tool, &handle)?;
        self.check_access(&opened.pending)?;
        let work = async move { self.register(opened, began, ends).await };
        let task = tokio::spawn(in_current_span(work));
        let done = task.await;
        done.unwrap_or_else(|_| Err(RegistrationFailure::NotStored.into()))
    }

    /// A handle of a time when other rules stood.
    fn check_access(&self, pending: &PendingRegistration) -> Result<(), RegistrationFailure> {
        match (&self.access, &pending.invite) {
            (RegistrationAccess::Invited, None) => Err(RegistrationFailure::NotInvited),
            (_, Some(invite)) => invite.check_age(self.tool.clock().now()),
            (_, None) => Ok(()),
        }
    }

    async fn register(
        &self,
        opened: OpenedHandle,
        began: Instant,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let pending = &opened.pending;
        let addresses = self.addresses(&pending.configuration_url);
        let endpoint = check_endpoints(&pending.configuration, &addresses)?;
        self.compare_with_known(&pending.configuration, &pending.terms)
            .await?;
        let metadata = ClientMetadata::of_text(&pending.metadata);
        let metadata = metadata.ok_or(RegistrationFailure::HandleForged)?;
        let nonce = random::text::<16>()?;
        let turns = self.turns();
        let turn = turns.take(began).await?;
        self.use_up(&opened).await?;
        let call = PlatformCall {
            tool: &self.tool,
            method: Method::POST,
            url: &endpoint,
            token: pending.token.as_ref(),
            body: Some(&pending.metadata),
            addresses,
            ends,
        };
        let response = call.registration().await?;
        drop(turn);
        let reply = RegistrationReply::read(response.body())?;
        reply.agree_with(&metadata)?;
        let record = NewRecord {
            tool: &self.tool,
            pending,
            client_id: &reply.client_id,
            management: reply.management(),
            needs_approval: self.needs_approval,
            allows_private_networks: self.allows_private_networks,
        };
        let record = record.build()?;
        self.keep(&record).await?;
        self.keep_deployment(&record, &reply).await;
        let left_out = reply.left_out(&metadata);
        event::platform_registered(record.id(), self.needs_approval, left_out.len());
        let framing = Framing::new(
            &pending.configuration_url,
            &pending.configuration.issuer,
            &self.frame_ancestors,
        );
        let page = LastPage {
            configuration: &pending.configuration,
            client_id: &reply.client_id,
            left_out: &left_out,
            needs_approval: self.needs_approval,
            framing: &framing,
        };
        Ok(page.into_response(&nonce))
    }

    /// Uses up the handle and the invite, before anything is sent.
    async fn use_up(&self, opened: &OpenedHandle) -> Result<(), DynamicRegistrationError> {
        if self.consume(opened.key(), handle::MEMORY).await? == NonceUse::Repeated {
            return Err(RegistrationFailure::HandleUsed.into());
        }
        if let Some(invite) = &opened.pending.invite {
            let memory = invite.memory(self.tool.clock().now());
            if self.consume(&invite.key(), memory).await? == NonceUse::Repeated {
                return Err(RegistrationFailure::InviteUsed.into());
            }
        }
        Ok(())
    }

    async fn consume(
        &self,
        key: &OneTimeKey,
        memory: std::time::Duration,
    ) -> Result<NonceUse, DynamicRegistrationError> {
        let attempt = Attempt::new()?;
        Ok(self.tool.store().consume(key, &attempt, memory).await?)
    }

    /// Keeps the registration; what is there is never replaced.
    async fn keep(&self, record: &RegistrationRecord) -> Result<(), DynamicRegistrationError> {
        let added = self.registrations.add(record.clone()).await;
        added.map_err(|error| {
            let kind = match &error {
                RegistrationChangeError::AlreadyExists => RegistrationFailure::AlreadyRegistered,
                RegistrationChangeError::Invalid(_) => RegistrationFailure::ReplyInvalid,
                _ => RegistrationFailure::NotStored,
            };
            let id = record.id();
            DynamicRegistrationError::new(kind)
                .about(format!("{}, client id {}", id.issuer(), id.client_id()))
                .with_source(error)
        })
    }

    /// Keeps the deployment that the platform made along with the registration, if it names one. Where that fails, its
    /// first launch decides.
    async fn keep_deployment(&self, record: &RegistrationRecord, reply: &RegistrationReply) {
        let named = reply.deployment_id.as_deref().map(DeploymentId::try_from);
        let Some(Ok(id)) = named else { return };
        let deployment = Deployment::new(
            DeploymentKey::new(record.id().clone(), id),
            DeploymentStatus::Active,
            DeploymentOrigin::Administrator,
            self.tool.clock().now(),
        );
        if let Err(error) = self.tool.store().create(&deployment, None).await {
            event::deployment_not_kept(deployment.key(), &error);
        }
    }
}
