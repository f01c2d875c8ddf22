//! What all pages of the platform have in common: the course's name, and the way to its parts.

use bytes::Bytes;
use html_escape::encode_text as text;
use http::Response;
use http_body_util::Full;

use super::simulated_platform::{SimulatedPlatform, answer};
use crate::pages::STYLESHEET;

/// What the course is called.
pub(super) const COURSE: &str = "Introduction to Biology";

/// The parts of the course: where each is, and what it is called.
const PARTS: [(&str, &str); 4] = [
    ("/", "Course"),
    ("/platform/course", "Content"),
    ("/platform/members", "Members"),
    ("/platform/grades", "Grade book"),
];

/// Where administrators register tools: a part of the course where that is offered.
pub(super) const ADMINISTRATION: (&str, &str) = ("/platform/admin", "Administration");

impl SimulatedPlatform {
    /// A page with this heading and body, which is HTML. `part` is the address of the course's part that it shows.
    pub(super) fn page_of(&self, part: &str, heading: &str, body: &str) -> Response<Full<Bytes>> {
        let heading = text(heading);
        let root = self.root();
        let administration = self.offers_registration || part == ADMINISTRATION.0;
        let administration = administration.then_some(ADMINISTRATION);
        let parts: String = PARTS
            .into_iter()
            .chain(administration)
            .map(|(address, name)| {
                let current = match address == part {
                    true => " aria-current=\"page\"",
                    false => "",
                };
                format!("<a href=\"{root}{address}\"{current}>{name}</a>\n")
            })
            .collect();
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{heading}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLESHEET}</style>\n</head>\n<body>\n\
             <header class=\"wide\">\n<p>{COURSE} <span class=\"badge\">simulated platform</span></p>\n\
             <nav aria-label=\"Course\">\n{parts}</nav>\n</header>\n\
             <main class=\"wide\">\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
        );
        answer("text/html; charset=utf-8", html)
    }

    /// A page that is no part of the course.
    pub(super) fn page(&self, heading: &str, body: &str) -> Response<Full<Bytes>> {
        self.page_of("", heading, body)
    }
}
