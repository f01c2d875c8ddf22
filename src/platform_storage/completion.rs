//! A launch that comes with the secret from the platform's storage in place of its cookie.

use http::{HeaderMap, header};
use url::Url;

use crate::{
    browser_binding::{BrowserProof, explain_loss},
    error::{LtiError, LtiErrorKind},
    form::Fields,
    platform_storage::{HANDLE, SECRET, handle::check_handle},
    state::LoginState,
    tool::LtiTool,
};

/// What a launch's page posts beside `id_token` and `state`.
pub(crate) struct Completion<'a> {
    handle: &'a str,
    /// Empty where the platform gave none in time.
    secret: &'a str,
}

impl<'a> Completion<'a> {
    /// `None` where the form is a launch as the platform sends it. With one of the two fields it is a completion, and
    /// both have to be there.
    pub(crate) fn read(fields: &'a Fields<'_>) -> Result<Option<Self>, LtiError> {
        if !fields.has(HANDLE) && !fields.has(SECRET) {
            return Ok(None);
        }
        if !fields.has(SECRET) {
            return Err(fields.missing(SECRET));
        }
        Ok(Some(Self {
            handle: fields.require(HANDLE)?,
            secret: fields.get(SECRET).unwrap_or_default(),
        }))
    }

    /// Proves that this is the browser of the login: it has the secret whose hash the login's state holds.
    pub(crate) fn prove(
        &self,
        tool: &LtiTool,
        login: &LoginState,
        launch: (&str, &str),
        headers: &HeaderMap,
    ) -> Result<BrowserProof, LtiError> {
        let (id_token, state) = launch;
        check_handle(tool, self.handle, id_token, state)?;
        if self.secret.is_empty() {
            let loss = explain_loss(tool, login, headers);
            return Err(LtiError::from(LtiErrorKind::StorageSilent)
                .with_cookie_loss(loss)
                .with_hint("the platform did not answer in time, or the browser keeps cookies and messages back"));
        }
        BrowserProof::by_storage(login, self.secret)
            .ok_or_else(|| LtiErrorKind::StorageSecretWrong.into())
    }

    /// Rejects what another site's page has posted, or a program that says nothing of its origin.
    pub(crate) fn check_origin(headers: &HeaderMap, redirect_uri: &str) -> Result<(), LtiError> {
        let expected = Url::parse(redirect_uri).map(|url| url.origin().ascii_serialization());
        let expected = expected.unwrap_or_default();
        let mut named = headers.get_all(header::ORIGIN).iter();
        let (origin, another) = (named.next(), named.next());
        if another.is_none() && origin.is_some_and(|origin| *origin == *expected) {
            return Ok(());
        }
        let came = origin.and_then(|origin| origin.to_str().ok());
        Err(LtiError::from(LtiErrorKind::StorageOriginMismatch)
            .with_fixed_field("origin")
            .with_came(came.unwrap_or("none"))
            .with_expected(&expected))
    }
}
