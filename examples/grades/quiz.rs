//! The quiz of a launch: asking, and handing in.

use axum::{
    extract::{Form, State},
    response::Response,
};
use tower_lti::{
    LaunchContext,
    grades::Score,
    services::{ServiceError, Services},
    session::LtiSession,
};

use crate::{
    Site, pages,
    questions::{QUESTIONS, points},
};

/// The questions for a learner, the way to the roster for a teacher.
pub(crate) async fn show(session: LtiSession) -> Response {
    let launch = session.launch();
    match launch.claims().roles().is_learner() {
        true => pages::quiz(launch, &session),
        false => pages::teacher(&session),
    }
}

/// Grades the answers, and sends the grade now or leaves it to the worker.
///
/// Other sites' pages cannot send the form: the session layer sees to that.
pub(crate) async fn hand_in(
    State(site): State<Site>,
    launch: LaunchContext,
    Form(answers): Form<Vec<(String, String)>>,
) -> Response {
    let right = points(&answers);
    let is_later = answers
        .iter()
        .any(|(name, value)| name == "when" && value == "later");
    let sent = match is_later {
        true => site.later.keep(&site.services, &launch, right).await,
        false => send(&site.services, &launch, right).await,
    };
    match sent {
        Ok(()) => pages::handed_in(right, is_later),
        Err(error) => pages::refused(&error),
    }
}

/// Sends the grade of whoever launched to the line item of the link.
async fn send(
    services: &Services,
    launch: &LaunchContext,
    right: usize,
) -> Result<(), ServiceError> {
    services.grades(launch)?.post(score(launch, right)?).await?;
    Ok(())
}

/// The score of whoever launched, completed and fully graded.
pub(crate) fn score(launch: &LaunchContext, right: usize) -> Result<Score, ServiceError> {
    let user = launch.claims().sub().unwrap_or_default();
    let all = QUESTIONS.len();
    let comment = format!("{right} of {all} answers are right.");
    Ok(Score::of(user, right as f64, all as f64)?.comment(comment))
}
