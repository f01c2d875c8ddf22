//! What people see.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use tower_lti::{
    LaunchContext, claims::DeepLinkingSettings, pages::STYLESHEET, services::ServiceError,
    session::LtiSession,
};

use super::catalogue::{Content, Kind, Question};

/// The contents that the platform takes, to choose one of or several.
pub(crate) fn picker(
    settings: &DeepLinkingSettings,
    session: &LtiSession,
    problem: Option<&str>,
) -> Response {
    let (status, problem) = match problem {
        None => (StatusCode::OK, String::new()),
        Some(problem) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("<p role=\"alert\">{problem}</p>\n"),
        ),
    };
    let offered = Content::offered(settings);
    let (choice, cancel) = match offered.is_empty() {
        true => (
            "<p>The course takes nothing that this tool has.</p>\n".to_owned(),
            "Back to the course",
        ),
        false => (choice(&offered, settings), "Cancel"),
    };
    let body = format!(
        "{problem}<form method=\"post\" action=\"{}\">\n{choice}\
         <button class=\"quiet\" name=\"action\" value=\"cancel\" formnovalidate>{cancel}</button>\n</form>\n",
        attribute(&session.url("/picker"))
    );
    (status, page("Add to the course", &body)).into_response()
}

fn choice(offered: &[&Content], settings: &DeepLinkingSettings) -> String {
    let (kind, legend, title) = match settings.accepts_several() {
        true => (
            "checkbox",
            "Choose what the course gets",
            "Title in the course, if you choose one (may be left empty)",
        ),
        false => (
            "radio",
            "Choose one of these for the course",
            "Title in the course (may be left empty)",
        ),
    };
    let options: String = offered
        .iter()
        .map(|content| option(content, kind))
        .collect();
    let ungraded = match settings.accept_lineitem() {
        Some(false) => "<p>The course takes no grades with what is chosen here.</p>\n",
        _ => "",
    };
    format!(
        "<fieldset>\n<legend>{legend}</legend>\n{options}</fieldset>\n{ungraded}\
         <p><label>{title} <input name=\"title\" maxlength=\"200\" value=\"{}\"></label></p>\n\
         <button name=\"action\" value=\"add\">Add to the course</button>\n",
        attribute(settings.title().unwrap_or_default())
    )
}

fn option(content: &Content, kind: &str) -> String {
    let required = if kind == "radio" { " required" } else { "" };
    format!(
        "<label class=\"option\"><input type=\"{kind}\" name=\"content\" value=\"{}\"{required}> \
         <span>{} <small>{}</small></span></label>\n",
        attribute(content.id),
        text(content.title),
        text(content.text),
    )
}

/// A quiz or a page.
pub(crate) fn content(content: &Content, session: &LtiSession) -> Response {
    let launch = session.launch();
    let link = launch.claims().resource_link();
    let title = link.and_then(|link| link.title()).unwrap_or(content.title);
    let body = match content.kind {
        Kind::Quiz(questions) => quiz(questions, session),
        Kind::Page(words) => format!("<p id=\"message\">{}</p>\n", text(words)),
        Kind::Web(url) => format!("<p><a href=\"{0}\">{0}</a></p>\n", attribute(url)),
    };
    page(title, &(body + &way_back(launch)))
}

fn quiz(questions: &[Question], session: &LtiSession) -> String {
    let questions: String = questions.iter().map(question).collect();
    let here = session.url("/tool");
    format!(
        "<form method=\"post\" action=\"{}\">\n{questions}<p><button>Hand in</button></p>\n</form>\n",
        attribute(&here)
    )
}

fn question(question: &Question) -> String {
    let mut answers = question.answers;
    answers.sort_unstable();
    let answers: String = answers
        .iter()
        .map(|answer| {
            let (name, value, shown) = (question.name, attribute(answer), text(answer));
            format!(
                "<label class=\"option\"><input type=\"radio\" name=\"{name}\" value=\"{value}\" required> \
                 <span>{shown}</span></label>\n"
            )
        })
        .collect();
    let asked = text(question.text);
    format!("<fieldset>\n<legend>{asked}</legend>\n{answers}</fieldset>\n")
}

/// The way out of the whole window, which the platform has proven.
fn way_back(launch: &LaunchContext) -> String {
    let presentation = launch.claims().launch_presentation();
    match presentation.and_then(|presentation| presentation.return_url()) {
        Some(url) => format!(
            "<p><a id=\"back\" href=\"{}\">Back to the course</a></p>\n",
            attribute(url)
        ),
        None => String::new(),
    }
}

pub(crate) fn handed_in(
    right: usize,
    all: usize,
    is_graded: bool,
    launch: &LaunchContext,
) -> Response {
    let grade = match is_graded {
        true => "The course has the grade.",
        false => "There is no grade for it.",
    };
    let body = format!(
        "<p id=\"message\">{right} of {all} right. {grade}</p>\n{}",
        way_back(launch)
    );
    page("Handed in", &body)
}

pub(crate) fn nothing_chosen() -> Response {
    let body = "<p id=\"message\">This link was not made by this tool. A teacher makes one with \
                “Select content” in the course.</p>\n";
    (StatusCode::NOT_FOUND, page("Nothing here yet", body)).into_response()
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
