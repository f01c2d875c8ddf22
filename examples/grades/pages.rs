//! What people see.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use tower_lti::{
    LaunchContext, claims::Role, pages::STYLESHEET, roster::Member, services::ServiceError,
    session::LtiSession,
};

use crate::questions::{QUESTIONS, Question};

/// The way to the grade book, which no frame has to show.
const GRADE_BOOK: &str =
    "<p><a id=\"grades\" href=\"/platform/grades\">The platform's grade book</a></p>\n";

pub(crate) fn quiz(launch: &LaunchContext, session: &LtiSession) -> Response {
    let title = launch
        .claims()
        .resource_link()
        .and_then(|link| link.title());
    let questions: String = QUESTIONS.iter().map(question).collect();
    let body = format!(
        "<form method=\"post\" action=\"{}\">\n{questions}\
         <p><button name=\"when\" value=\"now\">Hand in</button>\n\
         <button name=\"when\" value=\"later\">Hand in, graded later</button></p>\n</form>\n",
        attribute(&session.url("/tool"))
    );
    page(title.unwrap_or("Quiz"), &body)
}

fn question(question: &Question) -> String {
    let answers: String = question
        .answers
        .iter()
        .map(|answer| {
            let (name, value) = (question.name, attribute(answer));
            let shown = text(answer);
            format!("<p><label><input type=\"radio\" name=\"{name}\" value=\"{value}\" required> {shown}</label></p>\n")
        })
        .collect();
    let asked = text(question.text);
    format!("<fieldset>\n<legend>{asked}</legend>\n{answers}</fieldset>\n")
}

pub(crate) fn teacher(session: &LtiSession) -> Response {
    let body = format!(
        "<p>Learners find three questions here.</p>\n\
         <p><a id=\"roster\" href=\"{}\">Who is in the course</a></p>\n{GRADE_BOOK}",
        attribute(&session.url("/tool/roster"))
    );
    page("The quiz", &body)
}

pub(crate) fn handed_in(right: usize, is_later: bool) -> Response {
    let when = match is_later {
        true => "The grade is sent in ten seconds.",
        false => "The platform has the grade.",
    };
    let all = QUESTIONS.len();
    let body =
        format!("<p id=\"message\">{right} of {all} answers are right. {when}</p>\n{GRADE_BOOK}");
    page("Handed in", &body)
}

pub(crate) fn roster(members: &[Member], session: &LtiSession) -> Response {
    let rows: String = members.iter().map(row).collect();
    let body = format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"Members\" tabindex=\"0\">\n<table>\n\
         <thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Role</th>\
         <th scope=\"col\">E-mail</th><th scope=\"col\">Status</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n\
         <p><a href=\"{}\">Back</a></p>\n",
        attribute(&session.url("/tool"))
    );
    page("Who is in the course", &body)
}

fn row(member: &Member) -> String {
    let roles: Vec<String> = member.roles().iter().map(role_name).collect();
    let name = member.name().unwrap_or(member.user_id());
    let email = member.email().unwrap_or("not shared");
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        text(name),
        text(&roles.join(", ")),
        text(email),
        text(member.status().as_str()),
    )
}

fn role_name(role: Role<'_>) -> String {
    match role {
        Role::Context { principal, .. } => format!("{principal:?}"),
        other => format!("{other:?}"),
    }
}

pub(crate) fn for_teachers() -> Response {
    let body = "<p id=\"message\">Only teachers see who is in the course.</p>\n";
    (StatusCode::FORBIDDEN, page("For teachers", body)).into_response()
}

pub(crate) fn refused(error: &ServiceError) -> Response {
    let body = format!(
        "<p id=\"message\" role=\"alert\">{}</p>\n<p>{}</p>\n<p><small>{} {}</small></p>\n",
        text(&error.to_string()),
        text(error.remedy()),
        error.code(),
        text(error.reference()),
    );
    (error.status(), page("That did not work", &body)).into_response()
}

fn page(heading: &str, body: &str) -> Response {
    let heading = text(heading);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{heading}</title>\n\
         <style>\n{STYLESHEET}</style>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    Html(html).into_response()
}
