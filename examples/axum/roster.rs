//! The members of the course, for the tool's own pages.

use std::num::NonZeroUsize;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tower_lti::roster::Member;

use crate::{Site, answer::Answer, call::Call, refusal::Refusal, said::said};

#[derive(Deserialize)]
pub(crate) struct WantedMembers {
    /// A short name, such as `Learner`, or a URI.
    role: Option<String>,
    /// The size of the pages in which the platform is asked.
    limit: Option<NonZeroUsize>,
    /// Only those who can reach the link of the launch.
    resource_link: Option<bool>,
}

/// Written as it is read, without a copy: a roster may be long.
#[derive(Serialize)]
struct Listed<'a> {
    members: &'a [Member],
}

/// `POST /lti/nrps/members`: all of them, or those with a role.
pub(crate) async fn members(
    State(site): State<Site>,
    Call { session, wanted }: Call<WantedMembers>,
) -> Result<Response, Refusal> {
    let mut roster = site.tool.services().roster(session.launch())?;
    if let Some(role) = said(&wanted.role) {
        roster = roster.role(role);
    }
    if wanted.resource_link == Some(true) {
        roster = roster.resource_link()?;
    }
    if let Some(limit) = wanted.limit {
        roster = roster.page_size(limit.get());
    }
    let members = roster.collect().await?;
    let listed = Listed {
        members: members.as_slice(),
    };
    Ok(Answer(listed).into_response())
}
