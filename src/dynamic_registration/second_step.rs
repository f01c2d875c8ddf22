//! The second step: it is confirmed, posted to the platform, and what came back is kept.

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::Full;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::{
    deployment::{Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    dynamic_registration::{
        DynamicRegistrationError, RegistrationAccess, RegistrationFailure, RegistrationTerms,
        endpoints::check_endpoints,
        framing::Framing,
        handle::{self, OpenedHandle, PendingRegistration},
        invite::Invite,
        known::{name_of, refuse_known},
        last_page::LastPage,
        metadata::ClientMetadata,
        platform_call::PlatformCall,
        record::NewRecord,
        reply::RegistrationReply,
        service::Settings,
        turn::{Party, Step, Turn},
    },
    live_registrations::RegistrationChangeError,
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{event, in_current_span},
    outbound::AddressPolicy,
    pages::PageWriter,
    random,
    registration::RegistrationRecord,
    store::StoreErrorKind,
};

/// What is posted, and what for.
struct Confirmed<'a> {
    pending: &'a PendingRegistration,
    metadata: ClientMetadata,
    endpoint: Url,
    addresses: AddressPolicy,
    needs_approval: bool,
    nonce: String,
    /// What the last page is written by.
    page: PageWriter,
}

impl Settings {
    /// Registers what the handle holds, once. It goes on to its end when the browser is gone: the platform may have
    /// registered the tool by then.
    pub(super) async fn confirm(
        self,
        handle: String,
        terms: RegistrationTerms,
        page: PageWriter,
        began: Instant,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let opened = OpenedHandle::open(&self.tool, &self.name, &handle)?;
        self.check_access(&opened.pending, &terms)?;
        let was_invited = opened.pending.invite.is_some();
        let work = async move { self.register(opened, page, began, ends).await };
        let task = tokio::spawn(in_current_span(work));
        let failure = match timeout_at(ends, task).await {
            Ok(Ok(done)) => return done,
            Ok(Err(_)) => RegistrationFailure::NotStored,
            Err(_) => RegistrationFailure::TooLong,
        };
        let error = DynamicRegistrationError::new(failure);
        Err(if was_invited {
            error.with_used_invite()
        } else {
            error
        })
    }

    /// A handle of a time when other rules stood, or of somebody with other terms.
    fn check_access(
        &self,
        pending: &PendingRegistration,
        terms: &RegistrationTerms,
    ) -> Result<(), RegistrationFailure> {
        match (&self.access, &pending.invite) {
            (RegistrationAccess::Invited, None) => Err(RegistrationFailure::NotInvited),
            (RegistrationAccess::Checked(_), _) if pending.terms != *terms => {
                Err(RegistrationFailure::NotInvited)
            }
            (_, Some(invite)) => invite.check_age(&self.tool),
            (_, None) => Ok(()),
        }
    }

    async fn register(
        &self,
        opened: OpenedHandle,
        page: PageWriter,
        began: Instant,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let pending = &opened.pending;
        self.check_issuer(&pending.configuration, &pending.configuration_url)?;
        let needs_approval = self.needs_approval || pending.needs_approval;
        let addresses = self.addresses(&pending.configuration_url);
        let endpoint = check_endpoints(&pending.configuration, &addresses)?;
        let known = self.registrations.latest_snapshot().await?;
        refuse_known(&known, &pending.configuration, &pending.terms)?;
        let metadata = ClientMetadata::of_text(&pending.metadata);
        let metadata = metadata.ok_or(RegistrationFailure::HandleForged)?;
        let nonce = random::text::<16>()?;
        let turns = self.turns();
        let invite = pending.invite.as_ref();
        let party = Party::new(invite.map(Invite::id), pending.configuration_url.host_str());
        let turn = turns.take(began, party, Step::Confirm).await?;
        self.check_room(needs_approval).await?;
        self.use_up(&opened).await?;
        let confirmed = Confirmed {
            pending,
            metadata,
            endpoint,
            addresses,
            needs_approval,
            nonce,
            page,
        };
        let registered = self.post(confirmed, turn, ends).await;
        registered.map_err(|error| match invite {
            Some(_) => error.with_used_invite(),
            None => error,
        })
    }

    /// Posts the metadata, and keeps what came back.
    async fn post(
        &self,
        confirmed: Confirmed<'_>,
        turn: Turn,
        ends: Instant,
    ) -> Result<Response<Full<Bytes>>, DynamicRegistrationError> {
        let Confirmed {
            pending,
            metadata,
            endpoint,
            addresses,
            needs_approval,
            nonce,
            page: writer,
        } = confirmed;
        let call = PlatformCall {
            tool: &self.tool,
            method: Method::POST,
            url: &endpoint,
            token: pending.token.as_ref(),
            body: Some(&pending.metadata),
            addresses,
            hides_names: self.hides_names(),
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
            needs_approval,
            allows_private_networks: self.allows_private_networks,
        };
        let record = record.build()?;
        self.keep_beside_known(pending, &record).await?;
        if !needs_approval {
            self.keep_deployment(&record, &reply).await;
        }
        let left_out = reply.left_out(&metadata);
        event::platform_registered(record.id(), needs_approval, left_out.len());
        let framing = Framing::new(
            &self.access,
            &pending.configuration_url,
            &pending.configuration.issuer,
            &self.frame_ancestors,
        );
        let page = LastPage {
            configuration: &pending.configuration,
            client_id: &reply.client_id,
            left_out: &left_out,
            needs_approval,
            framing: &framing,
            page: &writer,
        };
        Ok(page.into_response(&nonce))
    }

    /// Refuses a registration that could not be kept, or would wait for approval beside too many others.
    pub(super) async fn check_room(
        &self,
        needs_approval: bool,
    ) -> Result<(), DynamicRegistrationError> {
        let writable = self.registrations.check_writable().await;
        writable.map_err(|error| RegistrationFailure::NotWritable.caused_by(error))?;
        let Some(most) = self.max_pending.filter(|_| needs_approval) else {
            return Ok(());
        };
        if self.registrations.latest_snapshot().await?.pending() < most {
            Ok(())
        } else {
            Err(RegistrationFailure::TooManyPending.into())
        }
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
    pub(super) async fn keep(
        &self,
        record: &RegistrationRecord,
    ) -> Result<(), DynamicRegistrationError> {
        let added = self.registrations.add(record.clone()).await;
        added.or_else(|error| {
            let kind = match &error {
                // It counts. The platform has registered the tool, so that there is nothing to begin again.
                RegistrationChangeError::Store(undurable)
                    if undurable.kind() == StoreErrorKind::NotDurable =>
                {
                    event::registration_may_be_lost(record.id(), undurable);
                    return Ok(());
                }
                RegistrationChangeError::AlreadyExists => RegistrationFailure::AlreadyRegistered,
                RegistrationChangeError::Invalid(_) => RegistrationFailure::ReplyInvalid,
                _ => RegistrationFailure::NotStored,
            };
            let failed = DynamicRegistrationError::new(kind).about(name_of(record.id()));
            Err(failed.with_source(error))
        })
    }

    /// Keeps the deployment that the platform made along with the registration, if it names one, within the quota. Where
    /// that fails, and where the registration waits for approval, its first launch decides.
    async fn keep_deployment(&self, record: &RegistrationRecord, reply: &RegistrationReply) {
        let named = reply.deployment_id.as_deref().map(DeploymentId::try_from);
        let Some(Ok(id)) = named else { return };
        let deployment = Deployment::new(
            DeploymentKey::new(record.id().clone(), id),
            DeploymentStatus::Active,
            DeploymentOrigin::Administrator,
            self.tool.clock().now(),
        );
        let quota = self.tool.quota_of(record.registration());
        if let Err(error) = self.tool.store().create(&deployment, Some(quota)).await {
            event::deployment_not_kept(deployment.key(), &error);
        }
    }
}
