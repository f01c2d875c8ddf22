//! What people see. All but the administrator's page may be shown in a platform's frame.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use tower_lti::{
    deployment::{Deployment, DeploymentId, DeploymentStatus},
    pages::STYLESHEET,
    registration::{Registration, RegistrationId, RegistrationRecord, RegistrationStatus},
};

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

pub(crate) fn problem(problem: &dyn std::error::Error) -> impl IntoResponse {
    let page = message("That did not work", &problem.to_string());
    (StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A row of the administrator's list of deployments.
pub(crate) struct Row {
    pub(crate) deployment: Deployment,
    pub(crate) platform: Registration,
    pub(crate) organisation: Option<String>,
}

/// The administrator's page. No other site may frame it, and so have its buttons pressed unseen.
pub(crate) fn administration(
    deployments: &[Row],
    more: &[(RegistrationId, DeploymentId)],
    platforms: &[RegistrationRecord],
) -> Response {
    let rows = deployments.iter().map(|row| {
        let id = row.deployment.id().as_str();
        let actions: &[_] = match row.deployment.status() {
            DeploymentStatus::Active => &["disable", "remove"],
            DeploymentStatus::Pending => &["approve", "disable", "remove"],
            _ => &["enable", "remove"],
        };
        let fields = format!(
            "<input type=\"hidden\" name=\"deployment\" value=\"{}\">\n{}",
            attribute(id),
            id_fields(row.platform.id())
        );
        let cells = [
            row.organisation.as_deref().unwrap_or(""),
            id,
            name(&row.platform),
            &row.deployment.status().to_string(),
        ]
        .map(|cell| format!("<td>{}</td>", text(cell)))
        .concat();
        format!(
            "<tr>{cells}{}</tr>\n",
            buttons("/admin/deployments", &fields, id, actions)
        )
    });
    let mut body =
        "<p><strong>For the demonstration: this page asks nobody who they are.</strong></p>\n"
            .to_owned();
    body += "<h2>Deployments</h2>\n";
    body += &table(
        "Deployments",
        &["Organisation", "Deployment", "Platform", "Status"],
        rows,
    );
    for (platform, after) in more {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("issuer", platform.issuer().as_str())
            .append_pair("client_id", platform.client_id().as_str())
            .append_pair("discriminator", platform.discriminator().unwrap_or(""))
            .append_pair("after", after.as_str())
            .finish();
        body += &format!(
            "<p><a class=\"next\" href=\"?{}\">More of {}</a></p>\n",
            attribute(&query),
            text(platform.client_id().as_str())
        );
    }
    body += "<h2>Platforms</h2>\n";
    body += &table(
        "Platforms",
        &["Name", "Issuer", "Client id", "Status"],
        platforms.iter().map(platform_row),
    );
    body += "<h2>Invite a platform</h2>\n<form method=\"post\" action=\"/admin/invitations\">\n\
             <p><label>For whom <input id=\"invited\" name=\"name\" maxlength=\"100\" required></label></p>\n\
             <button id=\"invite\">Make an invitation</button>\n</form>\n";
    unframed("Administration", &body)
}

fn platform_row(platform: &RegistrationRecord) -> String {
    let registration = platform.registration();
    let id = registration.id();
    let actions: &[_] = match registration.status() {
        RegistrationStatus::Active => &["disable", "remove"],
        RegistrationStatus::Pending => &["approve", "disable", "remove"],
        _ => &["enable", "remove"],
    };
    let client_id = id.client_id().as_str();
    let cells = [
        name(registration),
        id.issuer().as_str(),
        client_id,
        registration.status().as_str(),
    ]
    .map(|cell| format!("<td>{}</td>", text(cell)))
    .concat();
    let buttons = buttons("/admin/platforms", &id_fields(id), client_id, actions);
    format!("<tr>{cells}{buttons}</tr>\n")
}

/// What people call a platform.
fn name(platform: &Registration) -> &str {
    let issuer = platform.id().issuer();
    platform.name().unwrap_or(issuer.as_str())
}

/// The address of an invitation, to be pasted into a platform.
pub(crate) fn invitation(address: &str) -> Response {
    let body = format!(
        "<p>Send this to whoever runs the platform. It is good for a week, and for one platform.</p>\n\
         <p><label>Registration URL <input id=\"address\" readonly value=\"{}\"></label></p>\n\
         <p><a href=\"/admin/deployments\">Back</a></p>\n",
        attribute(address)
    );
    unframed("An invitation", &body)
}

fn id_fields(id: &RegistrationId) -> String {
    format!(
        "<input type=\"hidden\" name=\"issuer\" value=\"{}\">\n\
         <input type=\"hidden\" name=\"client_id\" value=\"{}\">\n\
         <input type=\"hidden\" name=\"discriminator\" value=\"{}\">\n",
        attribute(id.issuer().as_str()),
        attribute(id.client_id().as_str()),
        attribute(id.discriminator().unwrap_or(""))
    )
}

fn table(name: &str, columns: &[&str], rows: impl Iterator<Item = String>) -> String {
    let head: String = columns
        .iter()
        .chain(&["Actions"])
        .map(|column| format!("<th scope=\"col\">{column}</th>"))
        .collect();
    let rows: String = rows.collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\">\n<table aria-label=\"{name}\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

/// The cell with what can be done about something. The name says about what, where the page is read aloud.
fn buttons(address: &str, fields: &str, name: &str, actions: &[&str]) -> String {
    let buttons: String = actions
        .iter()
        .map(|action| {
            format!(
                "<button name=\"action\" value=\"{action}\" aria-label=\"{action} {}\">{action}</button>\n",
                attribute(name)
            )
        })
        .collect();
    format!("<td><form method=\"post\" action=\"{address}\">\n{fields}{buttons}</form></td>")
}

fn unframed(heading: &str, body: &str) -> Response {
    let unframed = [(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")];
    (unframed, page(heading, body)).into_response()
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
         <style>\n{STYLESHEET}</style>\n</head>\n\
         <body>\n<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    (headers, Html(html)).into_response()
}
