//! A type-erased registration store, so that a tool has no type parameters.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    observe::{Operation, store_call},
    registration::{Registration, Registrations},
    store::{IssuerMatch, RegistrationStore, StoreError},
};

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`RegistrationStore`], behind one pointer.
#[derive(Clone)]
pub(crate) struct AnyRegistrations(Arc<dyn DynRegistrations>);

impl AnyRegistrations {
    pub(crate) fn new(store: impl RegistrationStore) -> Self {
        Self(Arc::new(store))
    }

    /// The store, where it is of this type.
    #[cfg(feature = "registration")]
    pub(crate) fn downcast_ref<R: RegistrationStore>(&self) -> Option<&R> {
        self.0.as_any().downcast_ref()
    }

    /// What `look` finds among all registrations, where they are in memory.
    pub(crate) fn look_through<T>(&self, look: impl Fn(&Registrations) -> T) -> Option<T> {
        let mut found = None;
        self.0.show_all(&mut |all| found = Some(look(all)));
        found
    }

    pub(crate) async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let call = self.0.find(issuer, client_id, discriminator);
        let found = store_call(Operation::FindRegistration, call).await?;
        // A case-insensitive database column returns another tenant's.
        Ok(found.filter(|found| {
            let id = found.id();
            id.issuer() == issuer
                && id.client_id() == client_id
                && id.discriminator() == discriminator
        }))
    }

    pub(crate) async fn find_id(
        &self,
        id: &RegistrationId,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        self.find(id.issuer(), id.client_id(), id.discriminator())
            .await
    }

    pub(crate) async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        let call = self.0.find_by_issuer(issuer);
        Ok(
            match store_call(Operation::FindRegistrationByIssuer, call).await? {
                IssuerMatch::One(found) if found.id().issuer() != issuer => IssuerMatch::None,
                IssuerMatch::One(found) if found.id().discriminator().is_some() => {
                    IssuerMatch::Several
                }
                answer => answer,
            },
        )
    }

    pub(crate) async fn find_by_login_name(
        &self,
        login_name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let call = self.0.find_by_login_name(login_name);
        let found = store_call(Operation::FindRegistrationByLoginName, call).await?;
        // Only its login name tells it from the others of its pair.
        Ok(found.filter(|found| {
            found.id().discriminator().is_none() || found.login_name() == Some(login_name)
        }))
    }
}

trait DynRegistrations: Send + Sync {
    #[cfg(feature = "registration")]
    fn as_any(&self) -> &dyn std::any::Any;

    fn show_all(&self, look: &mut dyn FnMut(&Registrations));

    fn find<'a>(
        &'a self,
        issuer: &'a Issuer,
        client_id: &'a ClientId,
        discriminator: Option<&'a str>,
    ) -> StoreFuture<'a, Option<Arc<Registration>>>;

    fn find_by_issuer<'a>(&'a self, issuer: &'a Issuer) -> StoreFuture<'a, IssuerMatch>;

    fn find_by_login_name<'a>(
        &'a self,
        login_name: &'a str,
    ) -> StoreFuture<'a, Option<Arc<Registration>>>;
}

impl<R: RegistrationStore> DynRegistrations for R {
    #[cfg(feature = "registration")]
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn show_all(&self, look: &mut dyn FnMut(&Registrations)) {
        RegistrationStore::show_all(self, look);
    }

    fn find<'a>(
        &'a self,
        issuer: &'a Issuer,
        client_id: &'a ClientId,
        discriminator: Option<&'a str>,
    ) -> StoreFuture<'a, Option<Arc<Registration>>> {
        Box::pin(RegistrationStore::find(
            self,
            issuer,
            client_id,
            discriminator,
        ))
    }

    fn find_by_issuer<'a>(&'a self, issuer: &'a Issuer) -> StoreFuture<'a, IssuerMatch> {
        Box::pin(RegistrationStore::find_by_issuer(self, issuer))
    }

    fn find_by_login_name<'a>(
        &'a self,
        login_name: &'a str,
    ) -> StoreFuture<'a, Option<Arc<Registration>>> {
        Box::pin(RegistrationStore::find_by_login_name(self, login_name))
    }
}
