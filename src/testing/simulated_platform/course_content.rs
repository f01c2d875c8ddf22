//! What is in the course: links that launch, and other items.

use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};

use super::{
    login::{Login, Opening},
    people::PEOPLE,
    simulated_platform::{RESOURCE_LINK, SimulatedPlatform},
};
use crate::testing::CourseLink;

impl SimulatedPlatform {
    /// The entries of the list, the link first that is there from the start.
    pub(super) fn content(&self, opening: Opening) -> String {
        let first = format!(
            "<li><h3>{}</h3>\n{}</li>\n",
            text(RESOURCE_LINK.1),
            self.open_buttons(RESOURCE_LINK.0, None, opening),
        );
        let links = self.services.links();
        let links: String = links.iter().map(|link| self.entry(link, opening)).collect();
        first + &links + &self.other_items()
    }

    /// A link that came by deep linking.
    fn entry(&self, link: &CourseLink, opening: Opening) -> String {
        let description = link.description().map_or_else(String::new, |description| {
            format!("<p>{}</p>\n", text(description))
        });
        let maximum = link
            .item()
            .get("lineItem")
            .map(|item| &item["scoreMaximum"]);
        let graded = match (maximum, link.line_item()) {
            (Some(maximum), Some(_)) => format!("<p><small>Graded, out of {maximum}</small></p>\n"),
            _ => String::new(),
        };
        let id = attribute(link.id());
        format!(
            "<li id=\"{id}\"><h3>{}</h3>\n{description}{graded}{}</li>\n",
            text(link.title()),
            self.open_buttons(link.id(), link.url(), opening),
        )
    }

    /// One button for everybody who is in the course, `link-1-learner` and so on.
    fn open_buttons(&self, link: &str, target: Option<&str>, opening: Opening) -> String {
        let people = PEOPLE
            .iter()
            .filter(|(.., deployment)| !deployment.is_empty());
        let buttons: String = people
            .map(|(login_hint, ..)| {
                let message_hint = link;
                let login = Login {
                    login_hint,
                    message_hint,
                    target,
                    opening,
                };
                let label = format!("Open as {login_hint}");
                let form = self.login_form(&login);
                opening.of_form(&form.with_button(&format!("{link}-{login_hint}"), &label))
            })
            .collect();
        format!("<div class=\"row\">\n{buttons}</div>\n")
    }

    /// What came by deep linking and launches nothing. Nothing of it is loaded, or shown as HTML.
    fn other_items(&self) -> String {
        let responses = self.services.deep_linking_responses();
        let items = responses.iter().flat_map(|response| response.items());
        items
            .filter(|item| item["type"] != "ltiResourceLink")
            .map(|item| {
                let member = |name: &str| item[name].as_str().unwrap_or("");
                let kind = text(member("type"));
                let title = match member("title") {
                    "" => kind.clone(),
                    title => text(title),
                };
                let shown = match item["type"].as_str() {
                    Some("html") => format!("<p><code>{}</code></p>", text(member("html"))),
                    Some("link" | "file" | "image") => {
                        let url = member("url");
                        let address = attribute(url);
                        let url = text(url);
                        format!("<p><a rel=\"noreferrer\" href=\"{address}\">{url}</a></p>")
                    }
                    _ => String::new(),
                };
                format!("<li><h3>{title}</h3>\n<p><small>{kind}</small></p>\n{shown}</li>\n")
            })
            .collect()
    }
}
