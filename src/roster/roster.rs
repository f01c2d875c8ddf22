//! The members of a course, asked for in a way of one's own.

use std::fmt;

use crate::{
    claims::NamesRoleService,
    claims::scopes::MEMBERSHIP,
    paging::{List, ListBounds, Pages},
    registration::ProductFamily,
    roster::{
        Differences, Members, Page, RoleFilter, members::Collecting, read_page::RosterReader,
    },
    service_client::ServiceClient,
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

const CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// How many members of a page are wished for, so that no platform sends a whole school at once.
const PAGE_SIZE: usize = 200;

/// The members of a course, or of a resource link in it. Nothing is asked until [`pages`](Self::pages) is polled
/// or [`collect`](Self::collect) awaited.
///
/// # Examples
///
/// Those who have opened this link are few; those who may are these:
///
/// ```
/// use tower_lti::{LaunchContext, LtiTool, claims::ContextRole, roster::Members, services::ServiceError};
///
/// async fn learners(tool: &LtiTool, launch: &LaunchContext) -> Result<Members, ServiceError> {
///     let roster = tool.services().roster(launch)?; // `NotOffered` where the course shares none
///     roster.role(ContextRole::Learner).collect().await
/// }
///
/// async fn names(tool: &LtiTool, launch: &LaunchContext) -> Result<Vec<String>, ServiceError> {
///     let learners = learners(tool, launch).await?;
///     let active = learners.iter().filter(|member| member.is_active());
///     Ok(active.map(|member| member.name().unwrap_or("(no name)").to_owned()).collect())
/// }
/// # let _ = names;
/// ```
#[derive(Clone)]
#[must_use = "nothing is asked until `pages` or `collect`"]
pub struct Roster {
    client: ServiceClient,
    service_url: ServiceUrl,
    /// The launch's own.
    launched_link: Option<String>,
    /// The product family that the platform signed.
    signed_family: Option<ProductFamily>,
    role: Option<RoleFilter>,
    resource_link: Option<String>,
    page_size: Option<usize>,
    bounds: ListBounds,
    since: Option<ServiceUrl>,
}

impl Roster {
    /// The service of this claim; refused where it is missing, has no usable URL or lacks version 2.0.
    pub(crate) fn new(
        client: ServiceClient,
        claim: Option<&NamesRoleService>,
        launched_link: Option<&str>,
        product_family_code: Option<&str>,
    ) -> Result<Self, ServiceError> {
        let claim =
            claim.ok_or_else(|| not_offered("the launch has no claim `namesroleservice`"))?;
        let versions = claim.service_versions();
        if !versions.is_empty() && !versions.iter().any(|version| version == "2.0") {
            return Err(not_offered("the platform does not speak version 2.0"));
        }
        let url = claim
            .context_memberships_url()
            .ok_or_else(|| not_offered("the claim has no usable `context_memberships_url`"))?;
        Ok(Self {
            client,
            service_url: ServiceUrl::parse(url).map_err(|_| ServiceErrorKind::UrlRefused)?,
            launched_link: launched_link.map(str::to_owned),
            signed_family: product_family_code.map(ProductFamily::from),
            role: None,
            resource_link: None,
            page_size: Some(PAGE_SIZE),
            bounds: ListBounds::new(),
            since: None,
        })
    }

    /// Members of this role alone. The platform is asked for it, and every page is filtered here as well: not
    /// every platform filters, and Moodle does so on the first page alone.
    ///
    /// A [`ContextRole`](crate::claims::ContextRole) is sent as its URI, any other as it is written.
    pub fn role(mut self, role: impl Into<RoleFilter>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Members who can reach the launch's own resource link, with what a launch of it would say of them: see
    /// [`Member::messages`](crate::roster::Member::messages) (NRPS 2.0 §3).
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the launch had no resource link.
    pub fn resource_link(self) -> Result<Self, ServiceError> {
        let link = self.launched_link.clone().ok_or_else(|| {
            ServiceError::new(ServiceErrorKind::ValueInvalid)
                .with_detail("the launch had no resource link")
        })?;
        Ok(self.resource_link_id(link))
    }

    /// The same for any resource link of the tool's in this context. Where the service's URL names one already,
    /// that stays.
    pub fn resource_link_id(mut self, id: impl Into<String>) -> Self {
        self.resource_link = Some(id.into());
        self
    }

    /// Wishes for so many members on a page; platforms may send more or fewer. The default is 200.
    pub fn page_size(mut self, members: usize) -> Self {
        self.page_size = Some(members.max(1));
        self
    }

    /// Leaves the size of pages to the platform. Moodle and Open edX then send all members at once.
    pub fn any_page_size(mut self) -> Self {
        self.page_size = None;
        self
    }

    /// Sets how far the list is read.
    pub fn bounds(mut self, bounds: ListBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// What has changed since: members who were added or changed, as they are now, and those whose status is
    /// `Deleted` (NRPS 2.0 §2.4.3). Nothing is added to the URL that the platform gave, and nobody is filtered out.
    ///
    /// # Errors
    ///
    /// Fails with [`OtherDeployment`](ServiceErrorKind::OtherDeployment) when it was kept of another deployment's
    /// roster, and with [`UrlElsewhere`](ServiceErrorKind::UrlElsewhere) when it is not on the service's origin.
    pub fn differences(mut self, since: &Differences) -> Result<Self, ServiceError> {
        if since.deployment() != self.client.deployment() {
            return Err(ServiceErrorKind::OtherDeployment.into());
        }
        let url = ServiceUrl::parse(since.url())
            .ok()
            .filter(|url| url.origin() == self.service_url.origin())
            .ok_or(ServiceErrorKind::UrlElsewhere)?;
        self.since = Some(url);
        Ok(self)
    }

    /// The pages, each asked for when it is wanted, and one in memory at a time. Whoever is on none of them is not
    /// known to be gone before the last one has come.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when role or resource link cannot stand in a
    /// URL. Each page fails as any call does; with
    /// [`NotAMembershipContainer`](ServiceErrorKind::NotAMembershipContainer) when something else came, with
    /// [`ListTooLarge`](ServiceErrorKind::ListTooLarge) when the platform refuses for the size of the list, and
    /// with [`AnswerTooLarge`](ServiceErrorKind::AnswerTooLarge),
    /// [`NextPageElsewhere`](ServiceErrorKind::NextPageElsewhere),
    /// [`PagesRepeat`](ServiceErrorKind::PagesRepeat) and [`ListIncomplete`](ServiceErrorKind::ListIncomplete)
    /// when the list cannot be read to its end.
    pub fn pages(self) -> Result<Pages<Page>, ServiceError> {
        let signed = self.signed_family.as_ref();
        let url = self.first_page(signed)?;
        let at_canvas = match signed {
            None => Some(self.first_page(Some(&ProductFamily::Canvas))?),
            Some(_) => None,
        };
        let reader = RosterReader {
            at_canvas: at_canvas.filter(|at_canvas| at_canvas.as_str() != url.as_str()),
            deployment: self.client.deployment().clone(),
            filter: self.role.filter(|_| self.since.is_none()),
        };
        let scopes = vec![MEMBERSHIP.to_owned()];
        let list = List::new(self.client, url, scopes, CONTAINER, self.bounds, reader);
        // Moodle's second page forgets the role.
        let list = list.filtered_by("role");
        Ok(Pages::new(list))
    }

    /// All members, each once. It reads 128 MiB at most, and takes 20 seconds beside what it waits for a token or
    /// because the platform asks to, unless the [bounds](Self::bounds) say otherwise.
    ///
    /// # Errors
    ///
    /// Fails as [`pages`](Self::pages) and each of the pages do: there is no part of a list.
    pub async fn collect(mut self) -> Result<Members, ServiceError> {
        self.bounds = self.bounds.collecting();
        let mut pages = self.pages()?;
        let mut members = Collecting::default();
        while let Some(page) = pages.next_page().await {
            members.add(page?);
        }
        Ok(members.finish())
    }

    /// The first request's URL: with what is asked for, unless it stands there already.
    fn first_page(&self, family: Option<&ProductFamily>) -> Result<ServiceUrl, ServiceError> {
        if let Some(since) = &self.since {
            return Ok(since.clone());
        }
        let page_size = self.page_size.map(|members| members.to_string());
        let role = self.role.as_ref().map(|role| role.asked_of(family));
        let mut url = self.service_url.clone();
        for (name, value) in [
            ("rlid", self.resource_link.as_deref()),
            ("role", role.as_deref()),
            ("limit", page_size.as_deref()),
        ] {
            if let Some(value) = value.filter(|_| !url.has_parameter(name)) {
                url = url.with_parameter(name, value).map_err(|_| {
                    ServiceError::new(ServiceErrorKind::ValueInvalid).with_detail(name)
                })?;
            }
        }
        Ok(url)
    }
}

fn not_offered(detail: &str) -> ServiceError {
    ServiceError::new(ServiceErrorKind::NotOffered).with_detail(detail)
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster")
            .field("deployment", self.client.deployment())
            .finish_non_exhaustive()
    }
}
