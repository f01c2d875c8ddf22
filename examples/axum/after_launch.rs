//! What the tool does for a person after the launch: a grade for a learner, the members for a teacher.

use axum::{
    extract::{Form, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use serde::Deserialize;
use tower_lti::{
    LaunchContext, grades::Score, roster::Member, services::ServiceError, session::LtiSession,
};

use crate::{Site, pages};

/// What a cell that divides twice may have become.
const ANSWERS: [&str; 3] = ["2", "4", "8"];

/// The right one.
const RIGHT: &str = ANSWERS[1];

/// What the page of a launch leads to.
pub(crate) fn ways(site: &Site, session: &LtiSession) -> String {
    let launch = session.launch();
    let claims = launch.claims();
    let mut ways = String::new();
    let here = site.page_of(session);
    let here = attribute(&here);
    if may_get_grade(launch) {
        ways += &format!("<a id=\"grade\" class=\"button\" href=\"{here}/grade\">Quiz</a>\n");
    }
    if claims.roles().is_instructor() && claims.names_role_service().is_some() {
        ways += &format!(
            "<a id=\"members\" class=\"button\" href=\"{here}/members\">Who is in the course</a>\n"
        );
    }
    ways += &to_the_course(launch);
    match ways.is_empty() {
        true => ways,
        false => format!("<p class=\"row\">\n{ways}</p>\n"),
    }
}

/// Where the platform wants its people back; nothing where it does not say.
fn to_the_course(launch: &LaunchContext) -> String {
    let presentation = launch.claims().launch_presentation();
    let url = presentation.and_then(|presentation| presentation.return_url());
    url.map_or_else(String::new, |url| {
        format!(
            "<a id=\"back\" class=\"button quiet\" href=\"{}\">Back to the course</a>\n",
            attribute(url)
        )
    })
}

/// Whether the platform takes grades for this person and this link.
fn may_get_grade(launch: &LaunchContext) -> bool {
    let endpoint = launch.claims().ags_endpoint();
    let has_line_item = endpoint.is_some_and(|endpoint| endpoint.lineitem().is_some());
    has_line_item && launch.claims().roles().is_learner() && launch.claims().sub().is_some()
}

/// `GET /tool/{id}/grade`: a question that is graded.
pub(crate) async fn ask(State(site): State<Site>, session: LtiSession) -> Response {
    if !may_get_grade(session.launch()) {
        return ungraded();
    }
    let here = site.page_of(&session);
    let here = attribute(&here);
    let answers: String = ANSWERS
        .iter()
        .map(|answer| {
            format!(
                "<label class=\"option\"><input type=\"radio\" name=\"answer\" value=\"{answer}\" required> \
                 <span>{answer}</span></label>\n"
            )
        })
        .collect();
    let form = format!(
        "<form method=\"post\" action=\"{here}/grade\">\n\
         <fieldset>\n<legend>A cell divides twice. How many cells are there then?</legend>\n{answers}</fieldset>\n\
         <button id=\"hand-in\">Hand in</button>\n</form>\n"
    );
    pages::document("Quiz", &form)
}

#[derive(Deserialize)]
pub(crate) struct HandedIn {
    answer: String,
}

/// `POST /tool/{id}/grade`: sends the grade to the platform. The session layer lets no other site's form in here.
pub(crate) async fn hand_in(
    State(site): State<Site>,
    session: LtiSession,
    Form(handed_in): Form<HandedIn>,
) -> Response {
    let launch = session.launch();
    if !may_get_grade(launch) {
        return ungraded();
    }
    let points = if handed_in.answer == RIGHT { 10.0 } else { 0.0 };
    if let Err(error) = send(&site, launch, points).await {
        return refused(&error);
    }
    let here = site.page_of(&session);
    let again = format!(
        "<a id=\"again\" class=\"button\" href=\"{}/grade\">Try again</a>\n",
        attribute(&here)
    );
    let body = format!(
        "<p id=\"message\" class=\"alert good\">{points} of 10 points. The course has the grade.</p>\n\
         <p class=\"row\">\n{again}{}</p>\n{}",
        to_the_course(launch),
        back(&site, &session)
    );
    pages::document("Handed in", &body)
}

async fn send(site: &Site, launch: &LaunchContext, points: f64) -> Result<(), ServiceError> {
    let user = launch.claims().sub().unwrap_or_default();
    let score = Score::of(user, points, 10.0)?;
    site.tool.services().grades(launch)?.post(score).await?;
    Ok(())
}

/// `GET /tool/{id}/members`: the roster, for teachers.
pub(crate) async fn members(State(site): State<Site>, session: LtiSession) -> Response {
    if !session.launch().claims().roles().is_instructor() {
        return pages::refused(
            StatusCode::FORBIDDEN,
            "not_a_teacher",
            "Only teachers see who is in the course.",
            "Ask a teacher of the course.",
        );
    }
    let found = match site.tool.services().roster(session.launch()) {
        Ok(roster) => roster.collect().await,
        Err(error) => Err(error),
    };
    let members = match found {
        Ok(members) => members,
        Err(error) => return refused(&error),
    };
    let rows: String = members.iter().map(row).collect();
    let body = format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"Members\" tabindex=\"0\">\n<table>\n\
         <thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Role</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n{}",
        back(&site, &session)
    );
    pages::document("Who is in the course", &body)
}

fn row(member: &Member) -> String {
    let roles: Vec<_> = member.roles().iter().map(pages::role_name).collect();
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
        text(member.name().unwrap_or(member.user_id())),
        text(&roles.join(", "))
    )
}

fn back(site: &Site, session: &LtiSession) -> String {
    let here = site.page_of(session);
    let here = attribute(&here);
    format!("<p><a href=\"{here}\">Back to the start of the tool</a></p>\n")
}

fn ungraded() -> Response {
    pages::refused(
        StatusCode::FORBIDDEN,
        "not_graded",
        "The course takes no grade for you here.",
        "Open a link of the course as a learner.",
    )
}

fn refused(error: &ServiceError) -> Response {
    let (message, remedy) = (error.to_string(), error.remedy());
    let (message, remedy) = (text(&message), text(remedy));
    pages::refused(error.status(), error.code(), &message, &remedy).into_response()
}
