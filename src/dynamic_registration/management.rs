//! Reading, changing and removing a registration at the platform (RFC 7592).

use bytes::Bytes;
use http::{Method, Response};
use tokio::time::Instant;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, LtiRegistration, PlatformConfiguration, RegisteredClient,
        RegistrationFailure, RegistrationTerms,
        endpoints::check,
        metadata::ClientMetadata,
        platform_call::PlatformCall,
        record::{is_managed_at, is_sealed_by_present, open_token, seal_token},
        reply::RegistrationReply,
        request::RegistrationToken,
        service::DEADLINE,
        turn::{Party, Step},
    },
    identity::RegistrationId,
    registration::{Registration, RegistrationRecord},
};

/// A registration that can be managed at its platform.
struct Managed {
    record: RegistrationRecord,
    uri: String,
    token: RegistrationToken,
    /// Whether a secret sealed it that seals no more.
    is_sealed_anew: bool,
}

impl LtiRegistration {
    /// Reads what the platform has of a registration now.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, when the platform gave no address to manage it by
    /// ([`Unmanaged`](RegistrationFailure::Unmanaged)), when its token cannot be opened
    /// ([`TokenUnreadable`](RegistrationFailure::TokenUnreadable)), when the platform refuses or cannot be reached, and when the
    /// store could not answer.
    pub async fn read_back(
        &self,
        id: &RegistrationId,
    ) -> Result<RegisteredClient, DynamicRegistrationError> {
        let managed = self.managed(id).await?;
        let response = self.call(&managed, Method::GET, None).await?;
        let reply = RegistrationReply::read(response.body())?;
        managed.check_client(&reply)?;
        self.keep_management(&managed, &reply).await?;
        Ok(RegisteredClient::new(reply))
    }

    /// Sends the platform the tool's profile as it is now, in place of what it has.
    ///
    /// The hook of [`on_platform`](Self::on_platform) gets what is kept of the platform: its issuer, its endpoints and its
    /// product, and no lists.
    ///
    /// # Errors
    ///
    /// As [`read_back`](Self::read_back); and when what came back are other addresses than the tool's own.
    pub async fn update(
        &self,
        id: &RegistrationId,
    ) -> Result<RegisteredClient, DynamicRegistrationError> {
        let managed = self.managed(id).await?;
        let registration = managed.record.registration();
        let configuration = PlatformConfiguration::of_registration(registration);
        let profile = self.0.profile_for(&configuration);
        let metadata = ClientMetadata::new(
            &self.0.tool,
            &profile,
            &configuration,
            &terms_of(registration),
        );
        let metadata = metadata.of_client(id.client_id().as_str());
        let body = metadata.to_text();
        let response = self.call(&managed, Method::PUT, Some(&body)).await?;
        let reply = RegistrationReply::read(response.body())?;
        managed.check_client(&reply)?;
        // The token that came back is the only one from now on, whatever else is wrong with the reply.
        self.keep_management(&managed, &reply).await?;
        reply.agree_with(&metadata)?;
        Ok(RegisteredClient::new(reply))
    }

    /// Removes a registration at the platform, and then here. Its deployments stay in their store.
    ///
    /// # Errors
    ///
    /// As [`read_back`](Self::read_back); it then stays here, too. A platform that knows it no more, as after a removal
    /// whose answer was lost, refuses with 401, 403 or 404
    /// ([`platform_status`](DynamicRegistrationError::platform_status)): then remove it here with
    /// [`LiveRegistrations::remove`](crate::live_registrations::LiveRegistrations::remove). Where it was removed at the
    /// platform and could not be removed here, the kind is [`NotRemoved`](RegistrationFailure::NotRemoved).
    pub async fn unregister(&self, id: &RegistrationId) -> Result<(), DynamicRegistrationError> {
        let managed = self.managed(id).await?;
        self.call(&managed, Method::DELETE, None).await?;
        let removed = self.0.registrations.remove(id).await;
        removed.map_err(|error| RegistrationFailure::NotRemoved.caused_by(error))
    }

    async fn managed(&self, id: &RegistrationId) -> Result<Managed, DynamicRegistrationError> {
        let record = self.0.registrations.get(id).await?;
        let record = record.ok_or(RegistrationFailure::UnknownRegistration)?;
        let registration = record.registration();
        let both = registration
            .registration_client_uri()
            .zip(registration.registration_access_token());
        let (uri, sealed) = both.ok_or(RegistrationFailure::Unmanaged)?;
        let token = open_token(&self.0.tool, uri, sealed);
        let token = token.ok_or(RegistrationFailure::TokenUnreadable)?;
        Ok(Managed {
            is_sealed_anew: !is_sealed_by_present(&self.0.tool, uri, sealed),
            uri: uri.to_owned(),
            token: RegistrationToken::new(&token)?,
            record,
        })
    }

    async fn call(
        &self,
        managed: &Managed,
        method: Method,
        body: Option<&str>,
    ) -> Result<Response<Bytes>, DynamicRegistrationError> {
        let began = Instant::now();
        let tool = &self.0.tool;
        let addresses = tool.addresses(managed.record.registration());
        let url = check("registration_client_uri", &managed.uri, &addresses)?;
        let turns = self.0.turns();
        let party = Party::new(None, url.host_str());
        let _turn = turns.take(began, party, Step::Confirm).await?;
        let call = PlatformCall {
            tool,
            method,
            url: &url,
            token: Some(&managed.token),
            body,
            addresses,
            hides_names: false,
            ends: began + DEADLINE,
        };
        call.registration().await
    }

    /// Keeps a token or an address that came in place of the other (RFC 7592 §3), and seals the token anew where the
    /// secret that sealed it is to go.
    async fn keep_management(
        &self,
        managed: &Managed,
        reply: &RegistrationReply,
    ) -> Result<(), DynamicRegistrationError> {
        let uri = reply.client_uri().unwrap_or(&managed.uri);
        let token = reply.access_token.as_deref();
        let token = token.unwrap_or(managed.token.as_str());
        if uri == managed.uri && token == managed.token.as_str() && !managed.is_sealed_anew {
            return Ok(());
        }
        if !is_managed_at(&managed.uri, uri, token) {
            let invalid = DynamicRegistrationError::new(RegistrationFailure::ReplyInvalid);
            return Err(invalid.about(
                "registration_client_uri is at another origin than before, or registration_access_token is not 1 to 4096 \
                 characters of printable ASCII.",
            ));
        }
        let sealed = seal_token(&self.0.tool, uri, token);
        let sealed = sealed.ok_or(RegistrationFailure::TokenNotKept)?;
        let [uri, sealed] = [uri, &sealed].map(|text| serde_json::Value::from(text).to_string());
        let members = [
            ("registration_client_uri", Some(&*uri)),
            ("registration_access_token", Some(&*sealed)),
        ];
        let id = managed.record.id();
        let changed = self
            .0
            .registrations
            .change(id, |record| record.with_members(members))
            .await;
        changed
            .map(drop)
            .map_err(|error| RegistrationFailure::TokenNotKept.caused_by(error))
    }
}

impl Managed {
    fn check_client(&self, reply: &RegistrationReply) -> Result<(), DynamicRegistrationError> {
        if reply.client_id == self.record.id().client_id().as_str() {
            return Ok(());
        }
        let differs = DynamicRegistrationError::new(RegistrationFailure::ReplyDiffers);
        Err(differs.about("client_id is not that of this registration."))
    }
}

fn terms_of(registration: &Registration) -> RegistrationTerms {
    RegistrationTerms {
        name: None,
        login_name: registration.login_name().map(str::to_owned),
        discriminator: None,
    }
}
