//! The members of the course, as the platform knows them.

use bytes::Bytes;
use html_escape::encode_text as text;
use http::Response;
use http_body_util::Full;
use serde_json::Value;

use super::simulated_platform::SimulatedPlatform;
use crate::testing::CourseMember;

impl SimulatedPlatform {
    /// Everybody in the course, with what the tool is told of them.
    pub(super) fn roster_page(&self) -> Response<Full<Bytes>> {
        let rows: String = self.services.members().iter().map(row).collect();
        let body = format!(
            "<p>The tool asks for this list, as far as the platform lets it.</p>\n\
             <div class=\"scroll\" role=\"region\" aria-label=\"Members\" tabindex=\"0\">\n<table id=\"members\">\n\
             <thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Role</th><th scope=\"col\">Told to the tool</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
        );
        self.page_of("/platform/members", "Members", &body)
    }
}

fn row(member: &CourseMember) -> String {
    let said = |name: &str| member.json().get(name).and_then(Value::as_str);
    let roles = member.json().get("roles").and_then(Value::as_array);
    let roles: Vec<&str> = roles
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|role| role.rsplit_once('#').map_or(role, |(_, name)| name))
        .collect();
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}<br>{}</td></tr>\n",
        text(member.name()),
        text(&roles.join(", ")),
        text(member.user_id()),
        text(said("email").unwrap_or("no e-mail address")),
    )
}
