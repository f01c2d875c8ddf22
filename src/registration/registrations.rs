//! A fixed list of registrations, from code or from JSON.

use std::{collections::HashMap, path::Path, sync::Arc};

use crate::{
    identity::{ClientId, Issuer},
    registration::{
        Registration, RegistrationError, byte_order_mark::without_byte_order_mark, members,
        row::Row,
    },
};

/// A fixed list of registrations, looked up in memory.
///
/// # Examples
///
/// ```
/// use tower_lti::registration::{Registration, Registrations};
///
/// let registrations = Registrations::new([
///     Registration::builder("https://lms.example", "tool-1")
///         .authorization_endpoint("https://lms.example/auth")
///         .jwks_url("https://lms.example/jwks")
///         .build()?,
/// ])?;
/// assert_eq!(registrations.len(), 1);
/// # Ok::<(), tower_lti::registration::RegistrationError>(())
/// ```
///
/// From a file, as most tools have it; a mistake in it names its member, and the tool does not start:
///
/// ```no_run
/// use tower_lti::{
///     registration::{RegistrationError, Registrations},
///     tool::LtiToolBuilder,
/// };
///
/// fn with_platforms(builder: LtiToolBuilder) -> Result<LtiToolBuilder, RegistrationError> {
///     let registrations = Registrations::from_path("registrations.json")?;
///     for registration in registrations.iter() {
///         println!("{}", registration.id().issuer());
///     }
///     Ok(builder.registrations(registrations))
/// }
/// # let _ = with_platforms;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registrations {
    /// Those of one client id in the order of their discriminators.
    by_issuer: HashMap<Issuer, HashMap<ClientId, Vec<Arc<Registration>>>>,
    by_login_name: HashMap<String, Arc<Registration>>,
}

impl Registrations {
    /// Creates a list of these registrations.
    ///
    /// # Errors
    ///
    /// Fails when two registrations have the same issuer, client id and discriminator, or the same login name.
    pub fn new(
        registrations: impl IntoIterator<Item = Registration>,
    ) -> Result<Self, RegistrationError> {
        let mut list = Self::default();
        for registration in registrations {
            list.add(registration)?;
        }
        Ok(list)
    }

    /// Reads a list from a JSON file; see [`from_json`](Self::from_json) for its form.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be read, and as [`from_json`](Self::from_json) does.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, RegistrationError> {
        let path = path.as_ref();
        let json = std::fs::read_to_string(path).map_err(|source| RegistrationError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::from_json(&json)
    }

    /// Reads a list from JSON: an array of objects. A byte order mark before it is passed over.
    ///
    /// | member | | what |
    /// |---|---|---|
    /// | `issuer` | required | the platform's issuer |
    /// | `client_id` | required | the tool's client id there |
    /// | `discriminator` | optional | tells it from another one with the same issuer and client id; needs a `login_name` |
    /// | `authorization_endpoint` | required | the platform's authorization endpoint |
    /// | `jwks_url` | one of the two | where the platform publishes its keys |
    /// | `jwks` | one of the two | the platform's keys themselves, a JWK set |
    /// | `token_endpoint` | optional | the platform's token endpoint |
    /// | `token_audience` | optional | the audience of token requests, where it is not the token endpoint |
    /// | `algorithms` | optional | allowed signature algorithms, default `["RS256"]` |
    /// | `redirect_uri` | optional | the redirect URI here, where it is not the tool's own |
    /// | `trusted_audiences` | optional | audiences allowed in a token beside the client id |
    /// | `authorized_party_check` | optional | an [`AuthorizedPartyCheck`](crate::registration::AuthorizedPartyCheck) |
    /// | `target_link_uri_check` | optional | a [`TargetLinkUriCheck`](crate::registration::TargetLinkUriCheck) |
    /// | `on_missing_deployment` | optional | an [`OnMissingDeployment`](crate::OnMissingDeployment) of its own |
    /// | `deployment_quota` | optional | how many deployments it may have for launches to create another |
    /// | `login_name` | optional | the last path segment of this registration's own login URL |
    /// | `product_family` | optional | which product it is, a [`ProductFamily`](crate::registration::ProductFamily) such as `"canvas"` |
    /// | `status` | optional | a [`RegistrationStatus`](crate::registration::RegistrationStatus): `"active"` (default), `"pending"` or `"disabled"` |
    /// | `certificate_authorities` | optional | certificate authorities of its own: PEM, or an array of PEM |
    /// | `insecure_allow_private_network` | optional | whether it may be at a private address |
    /// | `service_origins` | optional | the only origins that access tokens are sent to |
    /// | `tool_key_algorithm` | optional | what assertions are signed with, `"RS256"` (default) or `"ES256"` |
    /// | `token_audience_as_array` | optional | whether the audience of an assertion is an array |
    /// | `assertion_names_deployment` | optional | whether an assertion names the deployment, default `true` |
    /// | `deep_linking_response_has_subject` | optional | whether a deep linking response names a subject, default: as the product family needs it |
    /// | `score_timestamps` | optional | a [`ScoreTimestamps`](crate::registration::ScoreTimestamps), `"milliseconds"` or `"whole_seconds"` |
    /// | `name` | optional | what an administrator sees it as |
    /// | `registered_at` | optional | when it was made, RFC 3339 |
    /// | `registration_client_uri` | optional | where the platform lets it be read, changed and removed (RFC 7592) |
    /// | `registration_access_token` | optional | the token for that, sealed by the tool |
    /// | `notes` | optional | anything, which is not read |
    ///
    /// Names from before OpenID Connect's were taken are read, too: `auth_login_url`, `auth_token_url`,
    /// `launch_url` (now `redirect_uri`), `"strict_azp": true` (now `"authorized_party_check": "always"`),
    /// `"allow_target_link_uri_mismatch": true` (now `"target_link_uri_check": "insecure_warn"`) and
    /// `"disabled": true` (now `"status": "disabled"`); an old name beside its new one is an error.
    ///
    /// Another member is rejected, and so is one that stands there twice, for a name misspelt would turn a
    /// check off. Values are taken as they are written: nothing is trimmed, and names and ids with spaces
    /// around them are rejected.
    ///
    /// # Errors
    ///
    /// Fails when the text is not such an array, and when a registration in it cannot be used.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::registration::Registrations;
    ///
    /// let registrations = Registrations::from_json(
    ///     r#"[{
    ///         "issuer": "https://lms.example",
    ///         "client_id": "tool-1",
    ///         "authorization_endpoint": "https://lms.example/auth",
    ///         "token_endpoint": "https://lms.example/token",
    ///         "jwks_url": "https://lms.example/jwks"
    ///     }]"#,
    /// )?;
    /// assert_eq!(registrations.iter().count(), 1);
    /// # Ok::<(), tower_lti::registration::RegistrationError>(())
    /// ```
    pub fn from_json(json: &str) -> Result<Self, RegistrationError> {
        let json = without_byte_order_mark(json);
        members::check(json)?;
        let rows: Vec<Row> =
            serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
        let mut list = Self::default();
        for row in rows {
            list.add(row.into_registration()?)?;
        }
        Ok(list)
    }

    /// Adds one registration.
    ///
    /// # Errors
    ///
    /// Fails when the list already has one with its issuer, client id and discriminator, or its login name.
    pub fn add(&mut self, registration: Registration) -> Result<(), RegistrationError> {
        self.add_shared(Arc::new(registration))
    }

    /// [`add`](Self::add), of one that others have, too.
    pub(crate) fn add_shared(
        &mut self,
        registration: Arc<Registration>,
    ) -> Result<(), RegistrationError> {
        let id = registration.id().clone();
        if self
            .find(id.issuer(), id.client_id(), id.discriminator())
            .is_some()
        {
            return Err(RegistrationError::Duplicate { registration: id });
        }
        if let Some(name) = registration.login_name() {
            if self.by_login_name.contains_key(name) {
                return Err(RegistrationError::DuplicateLoginName {
                    login_name: name.to_owned(),
                });
            }
            self.by_login_name
                .insert(name.to_owned(), Arc::clone(&registration));
        }
        let of_issuer = self.by_issuer.entry(id.issuer().clone()).or_default();
        let told_apart = of_issuer.entry(id.client_id().clone()).or_default();
        let place =
            told_apart.partition_point(|other| other.id().discriminator() < id.discriminator());
        told_apart.insert(place, registration);
        Ok(())
    }

    /// The registrations, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Registration> {
        let clients = self.by_issuer.values().flat_map(HashMap::values);
        clients.flatten().map(|registration| &**registration)
    }

    /// How many registrations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let clients = self.by_issuer.values().flat_map(HashMap::values);
        clients.map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_issuer.is_empty()
    }
}

impl Registrations {
    pub(crate) fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Option<&Arc<Registration>> {
        let told_apart = self.by_issuer.get(issuer)?.get(client_id)?;
        let place = told_apart
            .binary_search_by(|registration| registration.id().discriminator().cmp(&discriminator));
        told_apart.get(place.ok()?)
    }

    /// The registrations of one issuer.
    pub(crate) fn of_issuer(&self, issuer: &Issuer) -> impl Iterator<Item = &Arc<Registration>> {
        let clients = self.by_issuer.get(issuer).into_iter();
        clients.flat_map(HashMap::values).flatten()
    }

    pub(crate) fn find_by_login_name(&self, login_name: &str) -> Option<&Arc<Registration>> {
        self.by_login_name.get(login_name)
    }
}
