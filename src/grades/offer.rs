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
    pub(super) line_items: Option<ServiceUrl>,
    /// The line item of the launch's resource link.
    pub(super) coupled: Option<ServiceUrl>,
    pub(super) resource_link_id: Option<String>,
    /// The product family that the platform signed.
    pub(super) signed_family: Option<ProductFamily>,
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
        let offer = Self {
            client,
            scopes: Scopes::new(endpoint.scope()),
            line_items: url_of(endpoint.lineitems())?,
            coupled: url_of(endpoint.lineitem())?,
            resource_link_id: launch.resource_link_id.map(str::to_owned),
            signed_family: launch.product_family.map(ProductFamily::from),
        };
        if offer.line_items.is_none() && offer.coupled.is_none() {
            return Err(not_offered(
                "the claim names neither `lineitems` nor `lineitem`",
            ));
        }
        Ok(Arc::new(offer))
    }

    pub(super) fn line_items(&self) -> Result<&ServiceUrl, ServiceError> {
        let url = self.line_items.as_ref();
        url.ok_or_else(|| not_offered("the claim names no `lineitems`"))
    }
}

fn url_of(claim: Option<&str>) -> Result<Option<ServiceUrl>, ServiceError> {
    let refused = |_| ServiceError::new(ServiceErrorKind::UrlRefused);
    claim.map(ServiceUrl::parse).transpose().map_err(refused)
}

fn not_offered(detail: &str) -> ServiceError {
    ServiceError::new(ServiceErrorKind::NotOffered).with_detail(detail)
}
