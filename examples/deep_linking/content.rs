//! The content of a link: showing it, and handing in a quiz.

use axum::{
    extract::{Form, State},
    response::Response,
};
use tower_lti::{LaunchContext, grades::Score, services::ServiceError, session::LtiSession};

use super::{
    Site,
    catalogue::{Content, Kind, Question, points},
    item::PARAMETER,
    pages,
};

pub(crate) async fn show(session: LtiSession) -> Response {
    match content_of(session.launch()) {
        Some(content) => pages::content(content, &session),
        None => pages::nothing_chosen(),
    }
}

/// Grades the answers of a quiz, and sends the score to the line item that came with the link.
///
/// Other sites' pages cannot send the form: the session layer sees to that.
pub(crate) async fn hand_in(
    State(site): State<Site>,
    launch: LaunchContext,
    Form(answers): Form<Vec<(String, String)>>,
) -> Response {
    let Some(Kind::Quiz(questions)) = content_of(&launch).map(|content| &content.kind) else {
        return pages::nothing_chosen();
    };
    let right = points(questions, &answers);
    let is_graded = launch.claims().roles().is_learner() && has_line_item(&launch);
    if is_graded && let Err(error) = send(&site, &launch, questions, right).await {
        return pages::refused(&error);
    }
    pages::handed_in(right, questions.len(), is_graded, &launch)
}

/// The content that the link was made for.
fn content_of(launch: &LaunchContext) -> Option<&'static Content> {
    Content::find(launch.claims().custom().text(PARAMETER)?)
}

fn has_line_item(launch: &LaunchContext) -> bool {
    let endpoint = launch.claims().ags_endpoint();
    endpoint.is_some_and(|endpoint| endpoint.lineitem().is_some())
}

async fn send(
    site: &Site,
    launch: &LaunchContext,
    questions: &[Question],
    right: usize,
) -> Result<(), ServiceError> {
    let user = launch.claims().sub().unwrap_or_default();
    let score = Score::of(user, right as f64, questions.len() as f64)?;
    site.tool.services().grades(launch)?.post(score).await?;
    Ok(())
}
