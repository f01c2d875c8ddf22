//! What a launch offers of the service.

use std::sync::Arc;

use crate::{
    claims::AgsEndpoint,
    grades::scopes::Scopes,
    registration::ProductFamily,
    service_client::ServiceClient,
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// What is kept of a launch, as far as grades go.
pub(crate) struct KeptLaunch<'a> {
    pub(crate) endpoint: Option<&'a AgsEndpoint>,
    pub(crate) resource_link_id: Option<&'a str>,
    pub(crate) product_family: Option<&'a str>,
}

/// The service as one launch offers it.
pub(super) struct Offer {
    pub(super) client: ServiceClient,
    pub(super) scopes: Scopes,
    line_items: Named,
    /// The line item of the launch's resource link.
    coupled: Named,
    pub(super) resource_link_id: Option<String>,
    /// The product family that the platform signed.
    pub(super) signed_family: Option<ProductFamily>,
}

/// A URL that a claim may name.
enum Named {
    Url(ServiceUrl),
    Nothing,
    /// One that no request is sent to.
    Refused,
}

impl Offer {
    /// Refuses a launch without the claim, and one whose claim names no address.
    pub(super) fn read(
        client: ServiceClient,
        launch: &KeptLaunch<'_>,
    ) -> Result<Arc<Self>, ServiceError> {
        let Some(endpoint) = launch.endpoint else {
            return Err(not_offered("the launch has no claim of the service"));
        };
        let line_items = Named::read(endpoint.lineitems(), endpoint.refuses_lineitems());
        let coupled = Named::read(endpoint.lineitem(), endpoint.refuses_lineitem());
        match (&line_items, &coupled) {
            (Named::Url(_), _) | (_, Named::Url(_)) => {}
            (Named::Nothing, Named::Nothing) => {
                return Err(not_offered(
                    "the claim names neither `lineitems` nor `lineitem`",
                ));
            }
            _ => return Err(ServiceErrorKind::UrlRefused.into()),
        }
        Ok(Arc::new(Self {
            client,
            scopes: Scopes::new(endpoint.scope()),
            line_items,
            coupled,
            resource_link_id: launch.resource_link_id.map(str::to_owned),
            signed_family: launch.product_family.map(ProductFamily::from),
        }))
    }

    pub(super) fn line_items(&self) -> Result<&ServiceUrl, ServiceError> {
        match &self.line_items {
            Named::Url(url) => Ok(url),
            Named::Nothing => Err(not_offered("the claim names no `lineitems`")),
            Named::Refused => Err(ServiceErrorKind::UrlRefused.into()),
        }
    }

    /// The line item of the launch's resource link, where it has one.
    pub(super) fn coupled(&self) -> Option<&ServiceUrl> {
        match &self.coupled {
            Named::Url(url) => Some(url),
            Named::Nothing | Named::Refused => None,
        }
    }

    /// Why there is no line item to send scores to.
    pub(super) fn no_line_item(&self) -> ServiceError {
        match &self.coupled {
            Named::Refused => ServiceErrorKind::UrlRefused.into(),
            Named::Url(_) | Named::Nothing => ServiceErrorKind::LineItemMissing.into(),
        }
    }
}

impl Named {
    fn read(claim: Option<&str>, is_refused: bool) -> Self {
        match claim.map(ServiceUrl::parse) {
            Some(Ok(url)) => Self::Url(url),
            Some(Err(_)) => Self::Refused,
            None if is_refused => Self::Refused,
            None => Self::Nothing,
        }
    }
}

fn not_offered(detail: &str) -> ServiceError {
    ServiceError::new(ServiceErrorKind::NotOffered).with_detail(detail)
}
