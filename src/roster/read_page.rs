//! An answer is read as a page of a roster.

use http::StatusCode;

use crate::{
    deployment::DeploymentKey,
    paging::{Links, PageContent, Place, ReadPage},
    registration::ProductFamily,
    roster::{Differences, Page, RoleFilter, container::Container, what_came::what_came},
    service_client::{Answer, ServiceClient},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// What Open edX says where a course has too many members.
const ABOVE_LIMIT: &[u8] = b"above_response_limit";

/// How much of a refusal is searched.
const MAX_SEARCHED: usize = 1_024;

/// Reads the pages of a roster, and keeps who was asked for on each: Moodle's second page forgets the role.
pub(super) struct RosterReader {
    pub(super) deployment: DeploymentKey,
    pub(super) filter: Option<RoleFilter>,
    /// Where the list begins if the registration says that it is Canvas: the platform did not sign its family.
    pub(super) at_canvas: Option<ServiceUrl>,
}

impl ReadPage for RosterReader {
    type Page = Page;

    async fn begin(
        &mut self,
        client: &ServiceClient,
        url: ServiceUrl,
    ) -> Result<ServiceUrl, ServiceError> {
        let Some(at_canvas) = self.at_canvas.take() else {
            return Ok(url);
        };
        let registration = client.registration().await?;
        Ok(match registration.product_family() {
            Some(ProductFamily::Canvas) => at_canvas,
            _ => url,
        })
    }

    fn read(
        &mut self,
        answer: Answer,
        links: &Links,
        place: Place,
    ) -> Result<PageContent<Page>, ServiceError> {
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let Container {
            context,
            members,
            left_out,
            fingerprint,
        } = self.container(&answer, place.room)?;
        if left_out > 0 && left_out == fingerprint.entries() {
            let detail = format!("none of {left_out} members can be read");
            return Err(unusable(ServiceErrorKind::AnswerInvalid, &answer).with_detail(detail));
        }
        let differences = links.differences.as_ref();
        let page = Page {
            number: place.number,
            members,
            left_out,
            context,
            differences: differences
                .map(|url| Differences::new(self.deployment.clone(), url.clone())),
        };
        Ok(PageContent { page, fingerprint })
    }
}

impl RosterReader {
    fn container(&self, answer: &Answer, room: usize) -> Result<Container, ServiceError> {
        let Ok(json) = std::str::from_utf8(&answer.body) else {
            let no_text = unusable(ServiceErrorKind::AnswerInvalid, answer);
            return Err(no_text.with_detail("no UTF-8 came"));
        };
        let json = json.trim_start_matches('\u{feff}');
        Container::read(json, self.filter.as_ref(), room).map_err(|_| {
            unusable(ServiceErrorKind::NotAMembershipContainer, answer)
                .with_detail(what_came(json.as_bytes()))
        })
    }
}

/// A success whose body cannot be used.
fn unusable(kind: ServiceErrorKind, answer: &Answer) -> ServiceError {
    answer.error(kind)
}

/// Why the platform gave no roster.
fn refused(answer: &Answer) -> ServiceError {
    let searched = &answer.body[..answer.body.len().min(MAX_SEARCHED)];
    let is_above_limit = answer.status == StatusCode::FORBIDDEN
        && searched
            .windows(ABOVE_LIMIT.len())
            .any(|part| part == ABOVE_LIMIT);
    let kind = match is_above_limit {
        true => ServiceErrorKind::ListTooLarge,
        false if answer.status.is_server_error() => ServiceErrorKind::PlatformFailed,
        false => ServiceErrorKind::Refused,
    };
    answer.error(kind)
}
