//! What people see. All but the administrator's page may be shown in a platform's frame.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use tower_lti::deployment::{Deployment, DeploymentId, DeploymentStatus};

/// One stylesheet for phones, dark screens and screen readers.
const STYLE: &str = include_str!("../style.css");

/// The address where a person with a ticket finds out how far things are.
pub(crate) fn onboarding(ticket: &str) -> String {
    format!("/onboarding?ticket={ticket}")
}

/// The address that resumes the launch which waits under a ticket.
pub(crate) fn resume(ticket: &str) -> String {
    format!("/lti/resume?ticket={ticket}")
}

pub(crate) fn welcome(name: Option<&str>, organisation: Option<&str>) -> Response {
    let heading = format!("Welcome, {}", name.unwrap_or("whoever you are"));
    let text = format!(
        "This is the tool of {}.",
        organisation.unwrap_or("an organisation without a name")
    );
    message(&heading, &text)
}

pub(crate) fn form(ticket: &str, organisation: &str, problem: Option<&str>) -> Response {
    let (status, problem) = match problem {
        None => (StatusCode::OK, String::new()),
        Some(problem) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("<p role=\"alert\">{}</p>\n", text(problem)),
        ),
    };
    let body = format!(
        "<p>Nobody has used the tool from here before.</p>\n{problem}\
         <form method=\"post\" action=\"/onboarding\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{}\">\n\
         <p><label>Organisation <input id=\"organisation\" name=\"organisation\" maxlength=\"100\" \
         required value=\"{}\"></label></p>\n\
         <p><label><input id=\"terms\" type=\"checkbox\" name=\"terms\" required> \
         I accept the terms of use</label></p>\n\
         <button id=\"submit\">Set up the tool</button>\n</form>\n",
        attribute(ticket),
        attribute(organisation),
    );
    (status, page("Set up the tool", &body)).into_response()
}

pub(crate) fn waiting(ticket: &str) -> Response {
    let body = format!(
        "<p>The tool opens here as soon as somebody has approved it.</p>\n\
         <p><a id=\"again\" href=\"{}\">Try again</a></p>\n",
        attribute(&resume(ticket))
    );
    page("Your request waits for approval", &body)
}

pub(crate) fn message(heading: &str, message: &str) -> Response {
    page(
        heading,
        &format!("<p id=\"message\">{}</p>\n", text(message)),
    )
}

/// The administrator's list. No other site may frame it, and so have its buttons pressed unseen.
pub(crate) fn deployments<'a>(
    rows: impl Iterator<Item = (&'a Deployment, Option<String>)>,
    next: Option<&DeploymentId>,
) -> Response {
    let mut body = "<p><strong>For the demonstration: this page asks nobody who they are.</strong></p>\n\
                    <div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Organisation</th><th scope=\"col\">Deployment</th>\
                    <th scope=\"col\">Status</th><th scope=\"col\">Actions</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for (deployment, organisation) in rows {
        body.push_str(&row(deployment, organisation.as_deref().unwrap_or("")));
    }
    body.push_str("</tbody>\n</table>\n</div>\n");
    if let Some(next) = next {
        let after: String = form_urlencoded::byte_serialize(next.as_str().as_bytes()).collect();
        body.push_str(&format!(
            "<p><a id=\"next\" href=\"?after={after}\">More</a></p>\n"
        ));
    }
    let unframed = [(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")];
    (unframed, page("Deployments", &body)).into_response()
}

fn row(deployment: &Deployment, organisation: &str) -> String {
    let id = deployment.id().as_str();
    let status = deployment.status();
    let actions: &[_] = match status {
        DeploymentStatus::Active => &["disable", "remove"],
        DeploymentStatus::Pending => &["approve", "disable", "remove"],
        _ => &["enable", "remove"],
    };
    let buttons: String = actions
        .iter()
        .map(|action| {
            format!(
                "<button name=\"action\" value=\"{action}\" aria-label=\"{action} {}\">{action}</button>\n",
                attribute(id)
            )
        })
        .collect();
    format!(
        "<tr><td>{}</td><td>{}</td><td>{status}</td><td><form method=\"post\" action=\"/admin/deployments\">\n\
         <input type=\"hidden\" name=\"deployment\" value=\"{}\">\n{buttons}</form></td></tr>\n",
        text(organisation),
        text(id),
        attribute(id),
    )
}

fn page(heading: &str, body: &str) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        // Tickets stand in addresses. `no-referrer` would take `Origin` from the forms.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    let heading = text(heading);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{heading}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    (headers, Html(html)).into_response()
}
