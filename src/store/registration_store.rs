//! The trait of whatever knows the registrations.

use std::{future::Future, sync::Arc};

use crate::{
    identity::{ClientId, Issuer},
    registration::{Registration, Registrations},
    store::StoreError,
};

/// Knows the registrations. Implement it over the database that your tool keeps them in.
///
/// It is asked once per login and once per launch, before anything else is looked up. Answers
/// should come from memory, or from a cache in front of the database. Whoever waits for one longer than
/// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout) is answered 503.
///
/// # Security
///
/// Compare issuers and client ids byte for byte. Many database columns fold case or trim spaces
/// unless they are given a binary collation, and two tenants would then become one.
///
/// # Examples
///
/// One client id a school, all under Canvas' one issuer, from a map that the application fills:
///
/// ```
/// use std::{collections::HashMap, sync::Arc};
/// use tower_lti::{
///     registration::{ClientId, Issuer, Registration},
///     store::{IssuerMatch, RegistrationStore, StoreError},
/// };
///
/// const ISSUER: &str = "https://canvas.instructure.com";
///
/// struct Schools(HashMap<String, Arc<Registration>>);
///
/// impl RegistrationStore for Schools {
///     async fn find(
///         &self,
///         issuer: &Issuer,
///         client_id: &ClientId,
///         discriminator: Option<&str>,
///     ) -> Result<Option<Arc<Registration>>, StoreError> {
///         if issuer.as_str() != ISSUER || discriminator.is_some() {
///             return Ok(None);
///         }
///         Ok(self.0.get(client_id.as_str()).cloned())
///     }
///
///     async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
///         let mut all = self.0.values().filter(|_| issuer.as_str() == ISSUER);
///         Ok(match (all.next(), all.next()) {
///             (Some(one), None) => IssuerMatch::One(Arc::clone(one)),
///             (Some(_), Some(_)) => IssuerMatch::Several,
///             (None, _) => IssuerMatch::None,
///         })
///     }
///
///     async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
///         Ok(None)
///     }
/// }
/// # let _ = |builder: tower_lti::tool::LtiToolBuilder, schools: Schools| builder.registrations(schools);
/// ```
pub trait RegistrationStore: Send + Sync + 'static {
    /// Finds the registration with exactly this issuer, client id and discriminator; without a discriminator the one
    /// that has none.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer; the person is then asked to come back in a moment.
    fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> impl Future<Output = Result<Option<Arc<Registration>>, StoreError>> + Send;

    /// Finds what an issuer holds, for a login that names no client id (LTI Core 1.3 §4.1.3).
    ///
    /// Registrations with a discriminator, which their login names alone lead to, do not count beside others; an issuer
    /// that has no other holds [`IssuerMatch::Several`].
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    fn find_by_issuer(
        &self,
        issuer: &Issuer,
    ) -> impl Future<Output = Result<IssuerMatch, StoreError>> + Send;

    /// Finds the registration whose login URL ends in this name.
    ///
    /// See [`RegistrationBuilder::login_name`](crate::registration::RegistrationBuilder::login_name).
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    fn find_by_login_name(
        &self,
        login_name: &str,
    ) -> impl Future<Output = Result<Option<Arc<Registration>>, StoreError>> + Send;

    /// Shows all registrations to `look`, where they are in memory: a refused login is compared with them, so that the log
    /// says which one was probably meant. Default: shows none.
    fn show_all(&self, look: &mut dyn FnMut(&Registrations)) {
        let _ = look;
    }
}

/// The registrations of one issuer, as far as a login needs to know.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum IssuerMatch {
    /// The issuer is not known.
    None,
    /// The issuer holds exactly this registration.
    One(Arc<Registration>),
    /// The issuer holds several, or only such that have a discriminator, and the login must say which one it means.
    Several,
}

impl IssuerMatch {
    /// What a list holds of an issuer.
    pub(crate) fn among(list: &Registrations, issuer: &Issuer) -> Self {
        let has_none = |of_issuer: &&Arc<Registration>| of_issuer.id().discriminator().is_none();
        let mut registrations = list.of_issuer(issuer).filter(has_none);
        match (registrations.next(), registrations.next()) {
            (Some(one), None) => Self::One(Arc::clone(one)),
            (Some(_), Some(_)) => Self::Several,
            (None, _) if list.of_issuer(issuer).next().is_some() => Self::Several,
            (None, _) => Self::None,
        }
    }
}

impl RegistrationStore for Registrations {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(self.find(issuer, client_id, discriminator).cloned())
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(IssuerMatch::among(self, issuer))
    }

    async fn find_by_login_name(
        &self,
        login_name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(self.find_by_login_name(login_name).cloned())
    }

    fn show_all(&self, look: &mut dyn FnMut(&Registrations)) {
        look(self);
    }
}
